import type { Authority, Identity } from '../../../verification/trust-policy';
import type { SignatureFormat } from '../args';
import type { SummaryAuthority } from '../attestors';
import { rootNamed } from '../attestors';
import { re2Literal } from '../celText';
import { clusterPem } from '../publicKeys';
import { toRe2 } from '../subjectPattern';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';

/** Kyverno wants an address here; for bundles, and for signatures with the promise of the log beside them, it asks nobody there. */
const REKOR_URL = 'https://rekor.sigstore.dev';

/** `attestors[].entries[]` of a ClusterPolicy: one signer each. */
export type SignerEntry = Readonly<Record<string, unknown>>;

/** The signers of an authority; one entry for each identity, because an entry holds one. */
export function signersOf(authority: Authority, trust: AdmissionTrustPolicy, format: SignatureFormat): readonly SignerEntry[] {
  if (authority.kind === 'key') {
    if (authority.key.kind === 'kms') return [keyEntry({ kms: authority.key.reference }, authority.trustRoot, trust)];
    const pem = trust.keys.get(authority);
    if (pem === undefined) throw new Error(`the key of authority ${authority.name} was not read with the policy`);
    return [keyEntry({ publicKeys: clusterPem(pem) }, authority.trustRoot, trust)];
  }
  const rekor = rekorOf(authority.trustRoot, trust);
  return authority.identities.map((identity) => ({ keyless: { ...identityIn(format, identity), rekor } }));
}

/** Who signs the verification summaries of the gate. */
export function summarySignerEntry(authority: SummaryAuthority, trust: AdmissionTrustPolicy): SignerEntry {
  if (authority.kind === 'key') return keyEntry({ publicKeys: authority.pem }, undefined, trust);
  const { issuer, subject, trustRoot } = authority;
  return { keyless: { issuer, subject, rekor: rekorOf(trustRoot, trust) } };
}

/**
 * For bundles, texts are compared exactly. For the older layout they are wildcards, in which `*` and `?` of a subject would match others, so
 * that an exact text has to be written as a pattern.
 */
function identityIn(format: SignatureFormat, { issuer, subject }: Identity): Readonly<Record<string, string>> {
  const pattern = subject.kind === 'pattern' ? toRe2(subject.source) : undefined;
  if (pattern?.ok === false) throw new Error(`a pattern passed the checks although ${pattern.reason}`);
  const exactly = (text: string) => `^${re2Literal(text)}$`;
  if (format === 'legacy') {
    return {
      issuerRegExp: exactly(issuer),
      subjectRegExp: subject.kind === 'exact' ? exactly(subject.value) : (pattern?.re2 ?? ''),
    };
  }
  return { issuer, ...(subject.kind === 'exact' ? { subject: subject.value } : { subjectRegExp: pattern?.re2 ?? '' }) };
}

/** Without a trust root a signature by a key needs no log entry, and Kyverno must not go to a TUF repository for one. */
function keyEntry(key: object, trustRoot: string | undefined, trust: AdmissionTrustPolicy): SignerEntry {
  if (trustRoot !== undefined) return { keys: { ...key, rekor: rekorOf(trustRoot, trust) } };
  return { keys: { ...key, rekor: { url: REKOR_URL, ignoreTlog: true }, ctlog: { ignoreSCT: true } } };
}

function rekorOf(trustRoot: string, trust: AdmissionTrustPolicy): object {
  return { url: REKOR_URL, ...(rootNamed(trustRoot, trust).thresholds.transparencyLog === 0 && { ignoreTlog: true }) };
}
