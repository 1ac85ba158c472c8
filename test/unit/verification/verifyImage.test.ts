import { AuthorityMaterials } from '../../../verification/authorities';
import type { Finding } from '../../../verification/finding';
import { MAX_SIGNATURES } from '../../../verification/limits';
import type { RegistryClient } from '../../../verification/registry/types';
import { failure, success } from '../../../verification/result';
import type { Authority, ImagePolicy } from '../../../verification/trust-policy/types';
import { verifyImage } from '../../../verification/verifyImage';
import type { BundleJson } from '../../support/sigstore/bundles';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { loadRoot } from '../../support/sigstore/verifying';
import { summary } from '../../support/verify';
import { IMAGE, IMAGE_DIGEST, registryWith } from './handMadeRegistry';

const CI = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };
const STRANGER = { issuer: 'https://issuer.test', subject: 'https://evil.test/build' };

let sigstore: LocalSigstore;
let good: BundleJson;
let foreign: BundleJson;
beforeAll(async () => {
  sigstore = await createLocalSigstore();
  good = await sigstore.signImage({ digest: IMAGE_DIGEST, identity: CI });
  foreign = await sigstore.signImage({ digest: IMAGE_DIGEST, identity: STRANGER });
});

const authority = (trustRoot: string, who = CI): Authority => ({
  kind: 'keyless',
  name: `ci-${trustRoot}`,
  trustRoot,
  identities: [{ issuer: who.issuer, subject: { kind: 'exact', value: who.subject } }],
});
const policy = (name: string, mode: ImagePolicy['mode'], ...authorities: readonly Authority[]): ImagePolicy => ({
  name,
  mode,
  images: ['ghcr.io/acme/**'],
  authorities,
  signatureThreshold: 1,
  attestations: [],
});
const NO_ROOT: Finding = { code: 'trust-root-unavailable', trustRoot: 'gone', reason: 'the TUF repository does not answer' };
const OFFLINE: Finding = { code: 'trust-root-offline', trustRoot: 'offline', reason: 'no network', copy: 'package', expires: '2027-01-01' };

/** `local` is usable, `offline` is usable with a warning, `gone` is not. */
async function verify(policies: readonly ImagePolicy[], registry: RegistryClient) {
  const asked: string[] = [];
  const materials = new AuthorityMaterials((name) => {
    asked.push(name);
    if (name === 'gone') return Promise.resolve(failure(NO_ROOT));
    const root = loadRoot(sigstore.trustedRootJson);
    return Promise.resolve(success({ root, warnings: name === 'offline' ? [OFFLINE] : [] }));
  }, new Map());
  const trustPolicy = { trustRoots: [], policies, unmatchedImages: 'deny' } as const;
  const verdict = await verifyImage(IMAGE, trustPolicy, { registry, materials, now: () => new Date() }, new AbortController().signal);
  return { verdict, asked, ...summary(verdict) };
}

describe('when several policies fail in different ways', () => {
  const holds = () => policy('holds', 'enforce', authority('local'));
  const rejects = (mode: ImagePolicy['mode']) => policy(`rejects-${mode}`, mode, authority('local', STRANGER));
  const faults = (mode: ImagePolicy['mode']) => policy(`faults-${mode}`, mode, authority('gone'));

  it.each<[string, () => readonly ImagePolicy[], object]>([
    [
      'enforced fault, rejection in warn mode',
      () => [faults('enforce'), rejects('warn')],
      { outcome: 'undetermined', enforcement: 'enforce' },
    ],
    ['the same in the other order', () => [rejects('warn'), faults('enforce')], { outcome: 'undetermined', enforcement: 'enforce' }],
    ['enforced rejection, fault in warn mode', () => [faults('warn'), rejects('enforce')], { outcome: 'rejected', enforcement: 'enforce' }],
    ['both enforced', () => [faults('enforce'), rejects('enforce')], { outcome: 'rejected', enforcement: 'enforce' }],
    ['both in warn mode', () => [faults('warn'), rejects('warn')], { outcome: 'rejected', enforcement: 'warn' }],
    ['fault in warn mode, the enforced one holds', () => [holds(), faults('warn')], { outcome: 'undetermined', enforcement: 'warn' }],
    ['enforced fault, another holds', () => [holds(), faults('enforce')], { outcome: 'undetermined', enforcement: 'enforce' }],
  ])('lets the strictest failing policies decide: %s', async (_what, policies, expected) => {
    const { verdict } = await verify(policies(), registryWith([good]));
    expect(verdict).toMatchObject({ reference: IMAGE, digest: IMAGE_DIGEST, ...expected });
  });

  it('puts the findings of the deciding policies first', async () => {
    const policies = [rejects('warn'), faults('enforce')];
    const { codes } = await verify(policies, registryWith([good]));
    expect(codes).toEqual(['trust-root-unavailable', 'identity-mismatch']);
  });

  it('tells a fault that hits every policy once', async () => {
    const listing: Finding = { code: 'registry-unreachable', registry: 'ghcr.io', operation: 'list referrers', reason: 'HTTP 503' };
    const policies = [rejects('enforce'), policy('second', 'enforce', authority('local')), rejects('warn')];
    const { verdict } = await verify(policies, registryWith([], { referrers: () => Promise.resolve(failure(listing)) }));
    expect(verdict).toMatchObject({ outcome: 'undetermined', findings: [listing] });
  });

  it('tells equal codes with different evidence apart', async () => {
    const policies = [rejects('enforce'), policy('second', 'enforce', authority('local', STRANGER))];
    const { verdict } = await verify(policies, registryWith([good]));
    expect(verdict).toMatchObject({ findings: [{ policy: 'rejects-enforce' }, { policy: 'second' }] });
  });
});

describe('when the image cannot be resolved', () => {
  const mismatch: Finding = { code: 'digest-mismatch', what: 'manifest', expected: 'sha256:a', found: 'sha256:b' };
  const missing: Finding = { code: 'image-not-found', reference: IMAGE, registry: 'ghcr.io' };

  it.each<[Finding['code'], Finding, readonly ImagePolicy['mode'][], object]>([
    ['digest-mismatch', mismatch, ['enforce'], { outcome: 'rejected', enforcement: 'enforce' }],
    ['image-not-found', missing, ['enforce'], { outcome: 'undetermined', enforcement: 'enforce' }],
    ['image-not-found', missing, ['warn', 'enforce'], { outcome: 'undetermined', enforcement: 'enforce' }],
    ['image-not-found', missing, ['warn', 'warn'], { outcome: 'undetermined', enforcement: 'warn' }],
  ])('decides about %s by the strictest policy (case %#)', async (_code, finding, modes, expected) => {
    const policies = modes.map((mode, index) => policy(`p${index}`, mode, authority('local')));
    const { verdict } = await verify(policies, registryWith([good], { resolve: () => Promise.resolve(failure(finding)) }));
    expect(verdict).toEqual({ reference: IMAGE, findings: [finding], ...expected });
  });
});

describe('when the trust root of one authority is not available', () => {
  it('is verified if another authority of the policy verifies', async () => {
    const { verdict } = await verify([policy('p', 'enforce', authority('gone'), authority('local'))], registryWith([good]));
    expect(verdict).toMatchObject({ outcome: 'verified', evidence: [{ authority: 'ci-local' }], warnings: [] });
  });

  it('is undetermined if none does: the missing one might have', async () => {
    const policies = [policy('p', 'enforce', authority('gone'), authority('local'))];
    expect(await verify(policies, registryWith([foreign]))).toMatchObject({
      outcome: 'undetermined',
      codes: ['trust-root-unavailable', 'identity-mismatch'],
    });
    expect(await verify(policies, registryWith([]))).toMatchObject({ outcome: 'undetermined', codes: ['trust-root-unavailable'] });
  });

  it('loads each trust root once, and only those that are asked for', async () => {
    const policies = [
      policy('p', 'enforce', authority('gone'), authority('local')),
      policy('q', 'enforce', authority('local'), authority('gone')),
    ];
    const { asked } = await verify(policies, registryWith([good]));
    expect([...asked].sort()).toEqual(['gone', 'local']);
  });
});

describe('when the trust root is an offline copy', () => {
  it('is verified with a warning if the copy was needed', async () => {
    const { verdict } = await verify([policy('p', 'enforce', authority('offline'))], registryWith([good]));
    expect(verdict).toMatchObject({ outcome: 'verified', warnings: [OFFLINE] });
  });

  it('is rejected, still telling that an old copy was used, if nothing verifies', async () => {
    const { outcome, codes } = await verify([policy('p', 'enforce', authority('offline'))], registryWith([foreign]));
    expect(outcome).toBe('rejected');
    expect(codes).toContain('identity-mismatch');
    expect(codes).toContain('trust-root-offline');
  });
});

describe('when somebody floods the repository with signatures', () => {
  const flood = (count: number) => Array.from({ length: count }, (_, index) => `{"junk":${index}}`);
  const policies = [policy('p', 'enforce', authority('local'))];

  it('is verified if a good one is among those that are looked at', async () => {
    const { outcome } = await verify(policies, registryWith([...flood(MAX_SIGNATURES - 1), good, ...flood(MAX_SIGNATURES)]));
    expect(outcome).toBe('verified');
  });

  it('is undetermined, never unsigned or verified, if there may be one among the others', async () => {
    const { outcome, codes, verdict } = await verify(policies, registryWith([...flood(MAX_SIGNATURES), good]));
    expect(outcome).toBe('undetermined');
    expect(codes[0]).toBe('limit-exceeded');
    expect(codes).not.toContain('unsigned');
    expect('findings' in verdict && verdict.findings[0]).toMatchObject({
      limit: String(MAX_SIGNATURES),
      found: String(MAX_SIGNATURES + 1),
    });
  });

  it('looks at as many as it says and no more', async () => {
    let fetched = 0;
    const registry = registryWith(flood(MAX_SIGNATURES * 3));
    const counting = { ...registry, blob: (...args: Parameters<RegistryClient['blob']>) => (fetched++, registry.blob(...args)) };
    await verify(policies, counting);
    expect(fetched).toBe(MAX_SIGNATURES);
  });

  it('is rejected as malformed if all of exactly that many are junk', async () => {
    const { outcome, codes } = await verify(policies, registryWith(flood(MAX_SIGNATURES)));
    expect(outcome).toBe('rejected');
    expect(new Set(codes)).toEqual(new Set(['signature-malformed']));
  });
});

describe('when one signature cannot be fetched', () => {
  const unreachable: Finding = { code: 'registry-unreachable', registry: 'ghcr.io', operation: 'blob', reason: 'reset' };

  it('is undetermined even if the others are read: the lost one might be good', async () => {
    const registry = registryWith([foreign, 'lost']);
    const lossy: RegistryClient = {
      ...registry,
      blob: (repository, layer, bytes, signal) =>
        layer.size === 'lost'.length ? Promise.resolve(failure(unreachable)) : registry.blob(repository, layer, bytes, signal),
    };
    const { outcome, codes } = await verify([policy('p', 'enforce', authority('local'))], lossy);
    expect({ outcome, codes }).toEqual({ outcome: 'undetermined', codes: ['registry-unreachable', 'identity-mismatch'] });
  });
});
