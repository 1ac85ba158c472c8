import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Verdict } from '../../verification';
import { COSIGN, DISTRIBUTION, GGCR_REGISTRY, binaryPath } from '../../tools/toolchain/goTool';
import { mustRun } from '../../tools/toolchain/runCommand';
import { pushImage } from '../support/pushImage';
import { startDistribution, startGgcrRegistry } from '../support/realRegistries';
import type { RealRegistry } from '../support/realRegistries';
import { startLocalSigstore } from '../support/sigstore/startLocalSigstore';
import type { RunningSigstore } from '../support/sigstore/startLocalSigstore';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, signerOf } from '../support/supplyChain';
import { describeWith } from '../support/tool';
import { summary, verifierFor } from '../support/verify';

/** What the real cosign signs, in registries that we did not write, we verify. */
const REGISTRIES: readonly (readonly [name: string, start: () => Promise<RealRegistry>])[] = [
  ['distribution, without the referrers API', startDistribution],
  ['go-containerregistry, with the referrers API', startGgcrRegistry],
];

describeWith(COSIGN, DISTRIBUTION, GGCR_REGISTRY).each(REGISTRIES)('what cosign signs in %s', (_name, start) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'cosign-'));
  let registry: RealRegistry;
  let sigstore: RunningSigstore;
  const cosign = (...args: string[]) =>
    mustRun(binaryPath(COSIGN), args, {
      cwd: directory,
      env: { ...process.env, COSIGN_PASSWORD: '', HOME: directory, DOCKER_CONFIG: directory },
    });

  beforeAll(async () => {
    [registry, sigstore] = await Promise.all([start(), startLocalSigstore()]);
    await cosign('generate-key-pair');
  }, 60_000);
  afterAll(async () => {
    await Promise.all([registry.stop(), sigstore.stop()]);
  });

  const verify = async (reference: string, authority: object): Promise<Verdict> => {
    const verifier = await verifierFor({
      apiVersion: 'model-supply-chain/v1alpha1',
      kind: 'TrustPolicy',
      trustRoots: [{ name: 'local', file: { path: sigstore.trustedRootFile } }],
      policies: [{ name: 'acme', images: [`${registry.address}/acme/**`], authorities: [{ name: 'ci', ...authority }] }],
    });
    return verifier.verify(reference);
  };
  const byKey = () => ({ key: { data: readFileSync(path.join(directory, 'cosign.pub'), 'utf8') } });
  const keyless = (identity: object) => ({ keyless: { trustRoot: 'local', identities: [identity] } });
  const offlineKey = ['--yes', '--key', 'cosign.key', '--use-signing-config=false', '--tlog-upload=false', '--allow-insecure-registry'];

  it('is rejected as unsigned before it is signed', async () => {
    expect(summary(await verify(await pushImage(registry.address, 'acme/unsigned'), byKey()))).toEqual({
      outcome: 'rejected',
      codes: ['unsigned'],
    });
  }, 30_000);

  it('with a key as a bundle: verified with that key, rejected with another', async () => {
    const image = await pushImage(registry.address, 'acme/key-bundle');
    await cosign('sign', ...offlineKey, image);
    expect(await verify(image, byKey())).toMatchObject({
      outcome: 'verified',
      evidence: [{ layout: 'bundle-referrer', signer: { kind: 'key' } }],
    });
    await cosign('generate-key-pair', '--output-key-prefix', 'other');
    const other = { key: { data: readFileSync(path.join(directory, 'other.pub'), 'utf8') } };
    expect(summary(await verify(image, other))).toEqual({ outcome: 'rejected', codes: ['signature-invalid'] });
  }, 60_000);

  it('with a key as a legacy .sig: verified', async () => {
    const image = await pushImage(registry.address, 'acme/key-legacy');
    await cosign('sign', ...offlineKey, '--new-bundle-format=false', image);
    expect(await verify(image, byKey())).toMatchObject({
      outcome: 'verified',
      evidence: [{ layout: 'legacy-tag', signer: { kind: 'key' } }],
    });
  }, 60_000);

  it('keyless: verified for that identity, rejected for another, and a key policy wants a key', async () => {
    const image = await pushImage(registry.address, 'acme/keyless');
    await cosign('sign', ...sigstore.cosignArguments(RELEASE_WORKFLOW), image);
    expect(await verify(image, keyless(RELEASE_WORKFLOW))).toMatchObject({
      outcome: 'verified',
      evidence: [{ layout: 'bundle-referrer', signer: signerOf(RELEASE_WORKFLOW), trustRoot: 'local' }],
    });
    expect(summary(await verify(image, keyless(FOREIGN_WORKFLOW)))).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
    expect(summary(await verify(image, byKey()))).toEqual({ outcome: 'rejected', codes: ['signature-invalid'] });
  }, 60_000);

  it('an attestation alone is not a signature', async () => {
    const image = await pushImage(registry.address, 'acme/attested');
    await cosign('attest', ...sigstore.cosignArguments(RELEASE_WORKFLOW), '--type', 'custom', '--predicate', 'cosign.pub', image);
    expect(summary(await verify(image, keyless(RELEASE_WORKFLOW)))).toEqual({
      outcome: 'rejected',
      codes: ['attestation-is-not-signature'],
    });
  }, 60_000);
});
