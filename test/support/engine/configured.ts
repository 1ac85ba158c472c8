import { AnalyzerService } from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import { ConfigureAnalyzerRequest, EnforcementLevel, PolicyConfig } from '@pulumi/pulumi/proto/analyzer_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { modelSupplyChainPolicies } from '../../../policy-pack/modelSupplyChainPolicies';
import type { Answer } from '../attack/attempt';
import { codesIn } from '../admission/preview';

interface Method {
  requestDeserialize: (bytes: Buffer) => ConfigureAnalyzerRequest;
}

/** What the pack answers to a configuration: the message goes through the service definition, and is read as @pulumi/policy reads it. */
export function configured(configuration: Readonly<Record<string, object>>): Promise<Answer> {
  const service = AnalyzerService as unknown as { configure: Method };
  const original = service.configure;
  service.configure = { ...original };
  try {
    modelSupplyChainPolicies();
    const request = new ConfigureAnalyzerRequest();
    for (const [name, settings] of Object.entries(configuration)) {
      const one = new PolicyConfig();
      one.setEnforcementlevel(EnforcementLevel.MANDATORY);
      one.setProperties(Struct.fromJavaScript(settings as Record<string, never>));
      request.getPolicyconfigMap().set(name, one);
    }
    service.configure.requestDeserialize(Buffer.from(request.serializeBinary())).getPolicyconfigMap();
    return Promise.resolve({ outcome: 'accepted', codes: [] });
  } catch (error) {
    return Promise.resolve({ outcome: 'refused', codes: codesIn(String((error as Error).stack)) });
  } finally {
    service.configure = original;
  }
}
