import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { attachBundle } from '../../test/support/sigstore/attach';
import { RELEASE_WORKFLOW, startSupplyChain } from '../../test/support/supplyChain';
import type { SupplyChain } from '../../test/support/supplyChain';
import { keylessPolicy, trustPolicyOf } from '../../test/support/verify';

/** What the registry of a measurement holds. */
export interface ServerContent {
  readonly directory: string;
  readonly images: number;
  /** Attestations of each image, of different types; 0: images carry a signature instead. */
  readonly attestations: number;
  readonly latencyMs: number;
}

/** Tells where everything is, once it is there. */
export interface ServerReady {
  readonly policyFile: string;
  readonly trustedRootFile: string;
  readonly references: readonly string[];
}

/** The size of a small provenance statement. */
const PREDICATE = { buildDefinition: { parameters: 'x'.repeat(2000) } };
const predicateType = (index: number): string => `https://acme.example/attestation-${index}/v1`;

async function fill(supplyChain: SupplyChain, { images, attestations }: ServerContent): Promise<readonly string[]> {
  const references: string[] = [];
  for (let index = 0; index < images; index++) {
    const image = supplyChain.push(`acme/server-${index}`);
    references.push(image.reference);
    if (attestations === 0) await supplyChain.sign(image, RELEASE_WORKFLOW);
    for (let kind = 0; kind < attestations; kind++) {
      const type = predicateType(kind);
      const bundle = await supplyChain.sigstore.attest({
        digest: image.digest,
        identity: RELEASE_WORKFLOW,
        predicateType: type,
        predicate: PREDICATE,
      });
      await attachBundle(supplyChain.registry, {
        repository: image.repository,
        subject: { digest: image.digest },
        bundle,
        predicateType: type,
      });
    }
  }
  return references;
}

/** A process of its own, so that the memory and processor time of verification are those of verification. */
async function serve(content: ServerContent): Promise<void> {
  const supplyChain = await startSupplyChain({ latencyMs: content.latencyMs, directory: content.directory });
  const references = await fill(supplyChain, content);
  const attestations = Array.from({ length: content.attestations }, (_, index) => ({
    name: `attestation-${index}`,
    custom: { predicateType: predicateType(index) },
  }));
  const asked = content.attestations === 0 ? {} : { signatures: { threshold: 0 }, attestations };
  const policyFile = path.join(content.directory, 'trust-policy.yaml');
  writeFileSync(policyFile, JSON.stringify(trustPolicyOf(supplyChain, { policies: [keylessPolicy(supplyChain, asked)] })));
  process.on('message', () => {
    const paths = supplyChain.registry.requests.map((request) => request.path);
    supplyChain.registry.clearRequests();
    process.send?.(paths);
  });
  supplyChain.registry.clearRequests();
  process.send?.({ policyFile, trustedRootFile: supplyChain.running.trustedRootFile, references } satisfies ServerReady);
}

if (require.main === module) void serve(JSON.parse(process.argv[2] ?? '') as ServerContent);
