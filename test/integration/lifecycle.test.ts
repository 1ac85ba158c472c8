import { previousVerdictOf } from '../../verification';
import type { ImageVerifierOptions } from '../../verification';
import { attachBundle } from '../support/sigstore/attach';
import { generateSigningKey } from '../support/sigstore/services';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, signerOf, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

/** Time and numbers: how many signers, how old, for how long excepted, and what was there before. */
const DAY_MS = 24 * 60 * 60 * 1000;
const MANAGER = { issuer: 'https://accounts.example', subject: 'release-manager@acme.example' };

let supplyChain: SupplyChain;
beforeAll(async () => {
  supplyChain = await startSupplyChain();
});
afterAll(() => supplyChain.stop());

const keyless = (name: string, ...identities: readonly object[]) => ({ name, keyless: { trustRoot: 'local', identities } });
const inDays = (days: number) => () => new Date(Date.now() + days * DAY_MS);
const onDay = (days: number) => inDays(days)().toISOString().slice(0, 10);

async function verify(image: PushedImage, policyFields: object, fields: object = {}, options: ImageVerifierOptions = {}) {
  const policies = [keylessPolicy(supplyChain, { ...policyFields })];
  return (await verifierFor(trustPolicyOf(supplyChain, { policies, ...fields }), options)).verify(image.reference);
}

describe('when a policy wants two signers', () => {
  const two = {
    signatures: { threshold: 2 },
    authorities: [keyless('workflow', RELEASE_WORKFLOW), keyless('manager', MANAGER)],
  };

  it('is verified with both, whom the verdict names', async () => {
    const image = supplyChain.push('acme/two');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await supplyChain.sign(image, MANAGER);
    const verdict = await verify(image, two);
    expect(verdict).toMatchObject({ outcome: 'verified' });
    const authorities = verdict.outcome === 'verified' ? verdict.evidence.map(({ authority }) => authority) : [];
    expect([...authorities].sort()).toEqual(['manager', 'workflow']);
  });

  it('counts a signer who signed twice, in two layouts, once', async () => {
    const image = supplyChain.push('acme/twice');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await supplyChain.signLegacy(image, RELEASE_WORKFLOW);
    expect(await verify(image, two)).toMatchObject({
      outcome: 'rejected',
      findings: [{ code: 'signature-threshold-not-met', threshold: 2, found: [signerOf(RELEASE_WORKFLOW)] }],
    });
  });

  it('counts a signer whom two authorities name once', async () => {
    const image = supplyChain.push('acme/two-authorities');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    const authorities = [keyless('first', RELEASE_WORKFLOW), keyless('second', RELEASE_WORKFLOW, MANAGER)];
    expect(summary(await verify(image, { ...two, authorities })).codes).toEqual(['signature-threshold-not-met']);
  });

  it('does not count a stranger as the second', async () => {
    const image = supplyChain.push('acme/two-stranger');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await supplyChain.sign(image, FOREIGN_WORKFLOW);
    expect(summary(await verify(image, two)).codes).toEqual(['signature-threshold-not-met', 'identity-mismatch']);
  });

  it('is refused by the parser if the policy names fewer', async () => {
    const image = supplyChain.push('acme/three');
    await expect(verify(image, { ...two, signatures: { threshold: 3 } })).rejects.toThrow(
      /policies\[0\]\.signatures\.threshold.*expected at most 2/s,
    );
  });
});

describe('when a policy limits the age of signatures', () => {
  const fresh = { freshness: { maxSignatureAge: '10d' } };

  it.each([
    [1, 'verified', []],
    [8, 'verified', ['signature-ageing']],
    [11, 'rejected', ['signature-too-old']],
  ])('decides after %s days of policy time: %s', async (days, outcome, codes) => {
    const image = supplyChain.push('acme/ages', `after-${days}`);
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    expect(summary(await verify(image, fresh, {}, { now: inDays(days) }))).toEqual({ outcome, codes });
  });

  it('rejects a key signature that nobody timed', async () => {
    const key = generateSigningKey();
    const image = supplyChain.push('acme/untimed');
    const bundle = await supplyChain.sigstore.signImage({ digest: image.digest, key });
    await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
    const authorities = [{ name: 'key', key: { data: key.publicKey.export({ format: 'pem', type: 'spki' }).toString() } }];
    expect(summary(await verify(image, { authorities }))).toEqual({ outcome: 'verified', codes: [] });
    expect(summary(await verify(image, { ...fresh, authorities }))).toEqual({ outcome: 'rejected', codes: ['signature-untimed'] });
  });
});

describe('when an exception is written for an image', () => {
  const exception = (image: PushedImage, fields: object = {}) => ({
    name: 'inc-42',
    images: [`${supplyChain.registry.address}/acme/*`],
    digest: image.digest,
    policies: ['acme-models'],
    reason: 'signing service is down',
    owner: 'ann@acme.example',
    expires: onDay(100),
    ...fields,
  });

  it('stays rejected, does not block, and says so', async () => {
    const image = supplyChain.push('acme/excepted');
    expect(await verify(image, {}, { exceptions: [exception(image)] })).toMatchObject({
      outcome: 'rejected',
      enforcement: 'warn',
      findings: [{ code: 'exception-applied', owner: 'ann@acme.example', covered: ['unsigned'] }, { code: 'unsigned' }],
    });
  });

  it('blocks again by itself when its time is over', async () => {
    const image = supplyChain.push('acme/excepted-once');
    expect(await verify(image, {}, { exceptions: [exception(image)] }, { now: inDays(102) })).toMatchObject({
      outcome: 'rejected',
      enforcement: 'enforce',
      findings: [{ code: 'unsigned' }, { code: 'exception-expired' }],
    });
  });

  it('does not cover the next build, nor a foreign signature that nobody thought of', async () => {
    const [image, next] = [supplyChain.push('acme/excepted-build'), supplyChain.push('acme/excepted-build', 'next')];
    expect(await verify(next, {}, { exceptions: [exception(image)] })).toMatchObject({ enforcement: 'enforce' });
    await supplyChain.sign(image, FOREIGN_WORKFLOW);
    expect(await verify(image, {}, { exceptions: [exception(image)] })).toMatchObject({
      enforcement: 'enforce',
      findings: [{ code: 'identity-mismatch' }],
    });
  });

  it('does not lift another policy that fails as well', async () => {
    const image = supplyChain.push('acme/excepted-two');
    const policies = [keylessPolicy(supplyChain), keylessPolicy(supplyChain, { name: 'second' })];
    const verdict = await verify(image, {}, { policies, exceptions: [exception(image)] });
    expect(verdict).toMatchObject({
      enforcement: 'enforce',
      findings: [{ code: 'unsigned', policy: 'second' }, { code: 'exception-applied' }, {}],
    });
  });

  it('does not cover an image that could not be checked', async () => {
    const image = supplyChain.missing('acme/excepted-missing');
    expect(await verify(image, {}, { exceptions: [exception(image)] })).toMatchObject({ outcome: 'undetermined', enforcement: 'enforce' });
  });
});

describe('when the repository was verified before', () => {
  const watching = { continuity: 'enforce', rollback: 'enforce', authorities: [keyless('both', RELEASE_WORKFLOW, MANAGER)] };

  async function signed(tag: string, ...signers: readonly (typeof MANAGER)[]) {
    const image = supplyChain.push('acme/history', tag);
    for (const signer of signers) await supplyChain.sign(image, signer);
    return image;
  }

  async function recordOf(image: PushedImage) {
    const kept = previousVerdictOf(await verify(image, watching));
    if (kept === undefined) throw new Error('the image is not verified');
    return kept;
  }

  it('is verified if the same signer signed the next build, and rejected if another one did, whom the policy names too', async () => {
    const { repository, record } = await recordOf(await signed('v1', RELEASE_WORKFLOW));
    const previousVerdicts = new Map([[repository, [record] as const]]);
    expect(summary(await verify(await signed('v2', RELEASE_WORKFLOW), watching, {}, { previousVerdicts })).outcome).toBe('verified');
    expect(await verify(await signed('v3', MANAGER), watching, {}, { previousVerdicts })).toMatchObject({
      outcome: 'rejected',
      findings: [{ code: 'signer-changed', recordedDigest: record.digest }],
    });
  });

  it('looks at all signatures for the known signer', async () => {
    const { repository, record } = await recordOf(await signed('v4', RELEASE_WORKFLOW));
    const both = await signed('v5', MANAGER, RELEASE_WORKFLOW);
    expect((await verify(both, watching, {}, { previousVerdicts: new Map([[repository, [record] as const]]) })).outcome).toBe('verified');
  });

  it('rejects an image that was signed before the recorded one, and accepts the recorded one itself', async () => {
    const [old, current] = [await signed('old', RELEASE_WORKFLOW), await signed('current', RELEASE_WORKFLOW)];
    const { repository, record } = await recordOf(current);
    const later = { ...record, signedAt: new Date(Date.now() + 60_000).toISOString() };
    const options = { previousVerdicts: new Map([[repository, [later] as const]]) };
    expect(summary(await verify(old, watching, {}, options))).toEqual({ outcome: 'rejected', codes: ['rolled-back'] });
    expect(summary(await verify(current, watching, {}, options))).toEqual({ outcome: 'verified', codes: [] });
    const warning = { ...watching, rollback: 'warn' };
    expect(summary(await verify(old, warning, {}, options))).toEqual({ outcome: 'verified', codes: ['rolled-back'] });
  });
});
