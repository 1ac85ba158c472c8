import { AnalyzerService } from '@pulumi/pulumi/proto/analyzer_grpc_pb';

/** What the engine is doing while it asks us. */
export interface EngineOperation {
  /** True only when the engine said so; while unknown, we behave as on `up`, where a verdict must come before the resource is created. */
  readonly isPreview: () => boolean;
  /** Whether the engine named a project at the start; `pulumi policy analyze` works on a state, and does not. */
  readonly isConfigured: () => boolean;
}

/** The fields of `AnalyzerStackConfigureRequest` that we need. */
interface ConfigureStackRequest {
  getDryRun(): boolean;
  getProject(): string;
}

interface MethodDefinition {
  requestDeserialize: (bytes: Buffer) => ConfigureStackRequest;
}

/**
 * Learns from the engine whether this is a preview. The engine tells every pack (ConfigureStack.dry_run), but @pulumi/policy 1.21 reads
 * only the stack tags of that message, and packs that are started through RunPlugin no longer get PULUMI_DRY_RUN. So we look at the message
 * while it is read. Must be called before `new PolicyPack(...)`, which copies the service definition.
 */
export function observeEngine(): EngineOperation {
  let preview = false;
  let configured = false;
  const method = (AnalyzerService as unknown as { configureStack?: MethodDefinition }).configureStack;
  if (method !== undefined) {
    const deserialize = method.requestDeserialize;
    method.requestDeserialize = (bytes) => {
      const message = deserialize(bytes);
      preview = message.getDryRun();
      configured = message.getProject() !== '';
      return message;
    };
  }
  return { isPreview: () => preview, isConfigured: () => configured };
}
