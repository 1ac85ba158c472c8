import { respond, silent, startHostileRegistry } from '../support/registry';
import { attachBundle } from '../support/sigstore/attach';
import { generateSigningKey } from '../support/sigstore/services';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, signerOf, startSupplyChain } from '../support/supplyChain';
import type { SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

/** Whole verification against a registry and a Sigstore of our own; real registries and the real cosign are in the other files here. */
describe('verifying an image', () => {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());

  const verify = async (reference: string, fields = {}) => (await verifierFor(trustPolicyOf(supplyChain, fields))).verify(reference);

  describe('when it is signed by the expected workflow', () => {
    it('is verified, and the verdict says by whom, where and when', async () => {
      const image = supplyChain.push('acme/signed');
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      expect(await verify(image.reference)).toEqual({
        outcome: 'verified',
        reference: image.reference,
        digest: image.digest,
        evidence: [
          {
            policy: 'acme-models',
            authority: 'release-workflow',
            signer: signerOf(RELEASE_WORKFLOW),
            layout: 'bundle-referrer',
            trustRoot: 'local',
            signedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
            claims: expect.objectContaining({ sourceRepositoryUri: RELEASE_WORKFLOW.sourceRepository }) as object,
          },
        ],
        attestations: [],
        warnings: [],
      });
    });

    it('is verified by tag too, with the digest that the tag had', async () => {
      const image = supplyChain.push('acme/by-tag', 'v1');
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      const verdict = await verify(`${supplyChain.registry.address}/acme/by-tag:v1`);
      expect(verdict).toMatchObject({ outcome: 'verified', digest: image.digest });
    });

    it('is verified with a legacy signature', async () => {
      const image = supplyChain.push('acme/legacy');
      await supplyChain.signLegacy(image, RELEASE_WORKFLOW);
      expect(await verify(image.reference)).toMatchObject({ outcome: 'verified', evidence: [{ layout: 'legacy-tag' }] });
    });

    it('is verified although a stranger attached signatures of his own, in the other layout too', async () => {
      const image = supplyChain.push('acme/crowded');
      await supplyChain.sign(image, FOREIGN_WORKFLOW);
      await supplyChain.signLegacy(image, RELEASE_WORKFLOW);
      expect(await verify(image.reference)).toMatchObject({ outcome: 'verified', evidence: [{ layout: 'legacy-tag' }] });
    });
  });

  describe('when it is not signed as the policy says', () => {
    it('is rejected as unsigned if nothing is attached, naming where we looked and whom we expected', async () => {
      const image = supplyChain.push('acme/unsigned');
      const verdict = await verify(image.reference);
      expect(verdict).toMatchObject({
        outcome: 'rejected',
        digest: image.digest,
        enforcement: 'enforce',
        findings: [
          {
            code: 'unsigned',
            policy: 'acme-models',
            expected: [{ authority: 'release-workflow', identity: { issuer: RELEASE_WORKFLOW.issuer, subject: RELEASE_WORKFLOW.subject } }],
            searched: [`referrers of ${image.digest}`, `tag ${image.digest.replace(':', '-')}.sig`],
          },
        ],
      });
    });

    it('is rejected if a foreign workflow signed it, naming both identities', async () => {
      const image = supplyChain.push('acme/foreign');
      await supplyChain.sign(image, FOREIGN_WORKFLOW);
      expect(await verify(image.reference)).toMatchObject({
        outcome: 'rejected',
        findings: [
          {
            code: 'identity-mismatch',
            expected: [{ identity: { issuer: RELEASE_WORKFLOW.issuer, subject: RELEASE_WORKFLOW.subject } }],
            found: signerOf(FOREIGN_WORKFLOW),
          },
        ],
      });
    });

    it('is rejected if the issuer differs and the subject is right', async () => {
      const image = supplyChain.push('acme/issuer');
      await supplyChain.sign(image, { ...RELEASE_WORKFLOW, issuer: 'https://issuer.evil.test' });
      expect(summary(await verify(image.reference))).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
    });

    it('is rejected if the subject only starts with the expected one', async () => {
      const image = supplyChain.push('acme/suffix');
      await supplyChain.sign(image, { ...RELEASE_WORKFLOW, subject: `${RELEASE_WORKFLOW.subject}-evil` });
      expect(summary(await verify(image.reference))).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
    });

    it('is rejected if the signature was carried over from another image', async () => {
      const [image, other] = [supplyChain.push('acme/carried'), supplyChain.push('acme/carried', 'other')];
      const bundle = await supplyChain.sigstore.signImage({ digest: other.digest, identity: RELEASE_WORKFLOW });
      await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
      expect(await verify(image.reference)).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'subject-mismatch', expected: image.digest, found: [other.digest] }],
      });
    });

    it('is rejected if there is only an attestation, which cosign 3 would count as a signature', async () => {
      const image = supplyChain.push('acme/attested');
      await supplyChain.attest(image, RELEASE_WORKFLOW, 'https://cyclonedx.org/bom');
      expect(await verify(image.reference)).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'attestation-is-not-signature', predicateTypes: ['https://cyclonedx.org/bom'] }],
      });
    });

    it('is rejected if the payload type is not an in-toto statement', async () => {
      const image = supplyChain.push('acme/payload-type');
      const bundle = await supplyChain.sigstore.signImage({
        digest: image.digest,
        identity: RELEASE_WORKFLOW,
        payloadType: 'application/json',
      });
      await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
      expect(summary(await verify(image.reference))).toEqual({ outcome: 'rejected', codes: ['signature-malformed'] });
    });

    it('is rejected if the signature belongs to another Sigstore', async () => {
      const elsewhere = await startSupplyChain();
      const image = supplyChain.push('acme/elsewhere');
      const bundle = await elsewhere.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      await elsewhere.stop();
      await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
      expect(summary(await verify(image.reference))).toEqual({ outcome: 'rejected', codes: ['signature-invalid'] });
    });

    it('is rejected if the attached bundle is junk', async () => {
      const image = supplyChain.push('acme/junk');
      await attachBundle(supplyChain.registry, {
        repository: image.repository,
        subject: { digest: image.digest },
        bundle: Buffer.from('{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}'),
      });
      expect(summary(await verify(image.reference))).toEqual({ outcome: 'rejected', codes: ['signature-malformed'] });
    });
  });

  describe('when several policies cover it', () => {
    const two = () => [
      keylessPolicy(supplyChain),
      keylessPolicy(supplyChain, {
        name: 'second',
        authorities: [{ name: 'other', keyless: { trustRoot: 'local', identities: [FOREIGN_WORKFLOW] } }],
      }),
    ];

    it('is rejected if only one of them holds', async () => {
      const image = supplyChain.push('acme/one-of-two');
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      expect(await verify(image.reference, { policies: two() })).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'identity-mismatch', policy: 'second' }],
      });
    });

    it('is verified if both hold, with evidence for each', async () => {
      const image = supplyChain.push('acme/two-of-two');
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      await supplyChain.sign(image, FOREIGN_WORKFLOW);
      expect(await verify(image.reference, { policies: two() })).toMatchObject({
        outcome: 'verified',
        evidence: [{ policy: 'acme-models' }, { policy: 'second' }],
      });
    });

    it('warns if only the policy in warn mode fails, and blocks if the enforced one fails as well', async () => {
      const policies = [
        keylessPolicy(supplyChain),
        keylessPolicy(supplyChain, { name: 'trial', mode: 'warn', authorities: [keyAuthority()] }),
      ];
      const image = supplyChain.push('acme/warn');
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      expect(await verify(image.reference, { policies })).toMatchObject({ outcome: 'rejected', enforcement: 'warn' });
      expect(await verify(supplyChain.push('acme/warn-unsigned').reference, { policies })).toMatchObject({
        outcome: 'rejected',
        enforcement: 'enforce',
      });
    });
  });

  const keyAuthority = (key = generateSigningKey()) => ({
    name: 'release-key',
    key: { data: key.publicKey.export({ format: 'pem', type: 'spki' }).toString() },
  });

  describe('when the authority is a key', () => {
    it('is verified with that key and rejected with another', async () => {
      const key = generateSigningKey();
      const image = supplyChain.push('acme/keyed');
      const bundle = await supplyChain.sigstore.signImage({ digest: image.digest, key });
      await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
      const right = await verify(image.reference, { policies: [keylessPolicy(supplyChain, { authorities: [keyAuthority(key)] })] });
      expect(right).toMatchObject({ outcome: 'verified', evidence: [{ signer: { kind: 'key' } }] });
      const wrong = await verify(image.reference, { policies: [keylessPolicy(supplyChain, { authorities: [keyAuthority()] })] });
      expect(summary(wrong)).toEqual({ outcome: 'rejected', codes: ['signature-invalid'] });
    });
  });

  describe('when no policy covers it', () => {
    it.each([
      ['deny', 'rejected', 'enforce'],
      ['warn', 'undetermined', 'warn'],
      ['allow', 'undetermined', 'ignore'],
    ])('follows unmatchedImages: %s, without asking the registry', async (unmatchedImages, outcome, enforcement) => {
      supplyChain.registry.clearRequests();
      const verdict = await verify(`${supplyChain.registry.address}/elsewhere/tool:v1`, { unmatchedImages });
      expect(verdict).toMatchObject({ outcome, enforcement, findings: [{ code: 'image-not-covered' }] });
      expect(supplyChain.registry.requests).toEqual([]);
    });

    it.each(['acme-evil/model', 'xacme/model'])('does not take %s for acme', async (repository) => {
      const image = supplyChain.push(repository);
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      expect(summary(await verify(image.reference)).codes).toEqual(['image-not-covered']);
    });
  });

  describe('when something is wrong with the reference or the registry', () => {
    it('rejects a malformed reference', async () => {
      expect(summary(await verify('https://ghcr.io/Acme/x'))).toEqual({ outcome: 'rejected', codes: ['reference-malformed'] });
    });

    it('is undetermined if the image does not exist', async () => {
      expect(summary(await verify(supplyChain.missing('acme/missing').reference))).toEqual({
        outcome: 'undetermined',
        codes: ['image-not-found'],
      });
    });

    it('is undetermined, never unsigned, if nothing listens there', async () => {
      const reference = `127.0.0.1:1/acme/x@sha256:${'a'.repeat(64)}`;
      const policies = [keylessPolicy(supplyChain, { images: ['127.0.0.1:1/acme/**'] })];
      expect(summary(await verify(reference, { policies }))).toEqual({ outcome: 'undetermined', codes: ['registry-unreachable'] });
    });

    it('is undetermined if the registry never answers', async () => {
      const registry = await startHostileRegistry({ '*': silent() });
      const policies = [keylessPolicy(supplyChain, { images: [`${registry.address}/acme/**`] })];
      const verifier = await verifierFor(trustPolicyOf(supplyChain, { policies }), { imageDeadlineMs: 300 });
      expect(summary(await verifier.verify(`${registry.address}/acme/x@sha256:${'a'.repeat(64)}`))).toEqual({
        outcome: 'undetermined',
        codes: ['registry-timeout'],
      });
      await registry.close();
    });

    it('is rejected if the registry shows other bytes for the digest', async () => {
      const registry = await startHostileRegistry({
        '*': respond(200, '{"schemaVersion":2,"layers":[]}', { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }),
      });
      const policies = [keylessPolicy(supplyChain, { images: [`${registry.address}/acme/**`] })];
      const verdict = await verify(`${registry.address}/acme/x@sha256:${'a'.repeat(64)}`, { policies });
      expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['digest-mismatch'] });
      await registry.close();
    });

    it('is undetermined, never unsigned, if signatures cannot be listed', async () => {
      const image = supplyChain.push('acme/unlistable');
      const manifest = await fetch(`http://${supplyChain.registry.address}/v2/${image.repository}/manifests/${image.digest}`);
      const body = Buffer.from(await manifest.arrayBuffer());
      const contentType = manifest.headers.get('content-type') ?? '';
      const registry = await startHostileRegistry({
        [`/v2/acme/unlistable/manifests/${image.digest}`]: respond(200, body, { 'content-type': contentType }),
        '*': respond(500, 'out of order'),
      });
      const policies = [keylessPolicy(supplyChain, { images: [`${registry.address}/acme/**`] })];
      const verdict = await verify(`${registry.address}/acme/unlistable@${image.digest}`, { policies });
      expect(verdict.outcome).toBe('undetermined');
      expect(summary(verdict).codes).toContain('registry-unreachable');
      expect(summary(verdict).codes).not.toContain('unsigned');
      await registry.close();
    });
  });

  describe('when the same image is asked for many times', () => {
    it('is verified once', async () => {
      const image = supplyChain.push('acme/once');
      await supplyChain.sign(image, RELEASE_WORKFLOW);
      const verifier = await verifierFor(trustPolicyOf(supplyChain));
      supplyChain.registry.clearRequests();
      const verdicts = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(image.reference)));
      expect(new Set(verdicts).size).toBe(1);
      const manifests = supplyChain.registry.requests.filter(({ path }) => path.endsWith(`/manifests/${image.digest}`));
      expect(manifests).toHaveLength(1);
    });
  });
});
