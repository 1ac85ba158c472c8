import type { BundleJson } from '../../support/sigstore/bundles';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { LocalRekorV2 } from '../../support/sigstore/rekorV2';
import { findingOf, loadRoot, valueOf, verifyBundle } from '../../support/sigstore/verifying';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IDENTITY = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };

const log = new LocalRekorV2();
let sigstore: LocalSigstore;
let unlogged: BundleJson;

beforeAll(async () => {
  sigstore = await createLocalSigstore();
  unlogged = await sigstore.signImage({ digest: DIGEST, identity: IDENTITY, logged: false, timestamped: true });
});

const root = () => loadRoot(log.trustedRoot(sigstore.trustedRootJson));

describe('when the log is a Rekor v2', () => {
  it('verifies the proof, with the time from the timestamp authority', () => {
    const verified = valueOf(verifyBundle(log.enter(unlogged), root()));
    expect(verified.signer).toEqual({ kind: 'certificate', ...IDENTITY });
    expect(verified.signedAt).toBeDefined();
  });

  it('refuses an entry under another certificate', async () => {
    const thief = await sigstore.signImage({ digest: DIGEST, identity: IDENTITY });
    const bundle = log.enter(unlogged, thief.verificationMaterial.certificate!.rawBytes);
    expect(findingOf(verifyBundle(bundle, root())).reason).toMatch(/names another certificate or key/);
  });

  it('refuses the entry of another signature', async () => {
    const other = log.enter(await sigstore.signImage({ digest: DIGEST, identity: IDENTITY, logged: false, timestamped: true }));
    const { tlogEntries } = other.verificationMaterial;
    const mixed = { ...unlogged, verificationMaterial: { ...unlogged.verificationMaterial, tlogEntries } };
    expect(findingOf(verifyBundle(mixed, root())).reason).toMatch(/about another signature/);
  });

  it('refuses a log that the trust root does not name', () => {
    const stranger = loadRoot(new LocalRekorV2().trustedRoot(sigstore.trustedRootJson));
    expect(findingOf(verifyBundle(log.enter(unlogged), stranger)).reason).toMatch(/not proved to be in a log/);
  });

  it('refuses the entry alone: a v2 log states no time', () => {
    const bundle = log.enter(unlogged);
    const untimed = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, timestampVerificationData: undefined } };
    expect(findingOf(verifyBundle(untimed, root())).reason).toMatch(/expected 1 trusted times of signing, got 0/);
  });
});
