import type { Authority, Identity, ImagePolicy, TrustRoot } from '../../verification/trust-policy';
import { kyvernoKey } from './publicKeys';
import { toRe2 } from './subjectPattern';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';

/** A signature by a key that no log has to hold. */
const WITHOUT_LOG = { insecureIgnoreTlog: true, insecureIgnoreSCT: true } as const;

/** One signer as Kyverno wants it: `spec.attestors[]` of an ImageValidatingPolicy. */
export interface Attestor {
  readonly name: string;
  readonly cosign: Readonly<Record<string, unknown>>;
}

/** The TUF repository that a Kyverno process starts from; it asks the first one that it met before every verification, until it ends. */
export interface TufRepository {
  readonly mirror: string;
  /** Its root.json. */
  readonly root: string;
}

/** Why Kyverno cannot hold a part of the trust policy as it stands. */
export interface Refusal {
  /** Field path in the trust policy. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}

/** The attestors of an authority; several, because Kyverno refuses bundles for an attestor with two identities. */
export interface AuthorityAttestors {
  readonly authority: string;
  readonly attestors: readonly Attestor[];
}

/** The attestors of every authority of a policy, in its order; their names begin with `prefix`. */
export function policyAttestors(
  policy: ImagePolicy,
  prefix: string,
  trust: AdmissionTrustPolicy,
  tuf: TufRepository | undefined,
): readonly AuthorityAttestors[] {
  return policy.authorities.map((authority, index) => ({
    authority: authority.name,
    attestors: authorityAttestors(authority, `${prefix}_a${index}_${identifier(authority.name)}`, trust, tuf),
  }));
}

/** An attestor that accepts every signer under a trust root: whether anybody signed at all. Never the reason to admit something. */
export function anySigner(name: string, trustRoot: string, trust: AdmissionTrustPolicy, tuf: TufRepository | undefined): Attestor {
  const identities = [{ issuerRegExp: '.*', subjectRegExp: '.*' }];
  return { name, cosign: { keyless: { identities }, ...material(rootNamed(trustRoot, trust), trust, tuf) } };
}

/** Who signs verification summaries: an exact identity, or a key. */
export type SummaryAuthority =
  | { readonly kind: 'keyless'; readonly issuer: string; readonly subject: string; readonly trustRoot: string }
  | { readonly kind: 'key'; readonly pem: string };

/** The attestor for verification summaries of the gate. It may sign nothing else. */
export function summaryAttestor(authority: SummaryAuthority, trust: AdmissionTrustPolicy, tuf: TufRepository | undefined): Attestor {
  const name = 'summary';
  if (authority.kind === 'key') return { name, cosign: { key: kyvernoKey(authority.pem), ctlog: WITHOUT_LOG } };
  const { issuer, subject, trustRoot } = authority;
  return { name, cosign: { keyless: { identities: [{ issuer, subject }] }, ...material(rootNamed(trustRoot, trust), trust, tuf) } };
}

/** CEL: a list of attestors. */
export const attestorList = (attestors: readonly Attestor[]): string => `[${attestors.map(({ name }) => `attestors.${name}`).join(', ')}]`;

/** A name that CEL reads as an identifier; the index keeps names apart that differ in punctuation only. */
const identifier = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '_');

function authorityAttestors(
  authority: Authority,
  name: string,
  trust: AdmissionTrustPolicy,
  tuf: TufRepository | undefined,
): readonly Attestor[] {
  if (authority.kind === 'keyless') {
    const root = material(rootNamed(authority.trustRoot, trust), trust, tuf);
    return authority.identities.map((identity, index) => ({
      name: `${name}_${index}`,
      cosign: { keyless: { identities: [kyvernoIdentity(identity)] }, ...root },
    }));
  }
  const key = authority.key.kind === 'kms' ? { kms: authority.key.reference } : kyvernoKey(pemOf(authority, trust));
  // Without a trust root the signature needs no log entry, and Kyverno must not go to the public Sigstore for one.
  const root = authority.trustRoot === undefined ? { ctlog: WITHOUT_LOG } : material(rootNamed(authority.trustRoot, trust), trust, tuf);
  return [{ name, cosign: { key, ...root } }];
}

function pemOf(authority: Authority, trust: AdmissionTrustPolicy): string {
  const pem = trust.keys.get(authority);
  if (pem === undefined) throw new Error(`the key of authority ${authority.name} was not read with the policy`);
  return pem;
}

/** `subjectExpression` stands in the schema of Kyverno and is read by nobody: the identity would accept every subject. Never written. */
function kyvernoIdentity({ issuer, subject }: Identity): Readonly<Record<string, string>> {
  if (subject.kind === 'exact') return { issuer, subject: subject.value };
  const pattern = toRe2(subject.source);
  if (!pattern.ok) throw new Error(`the pattern ${subject.source} passed the checks although ${pattern.reason}`);
  return { issuer, subjectRegExp: pattern.re2 };
}

export function rootNamed(name: string, { policy }: AdmissionTrustPolicy): TrustRoot {
  const root = policy.trustRoots.find((candidate) => candidate.name === name);
  if (root === undefined) throw new Error(`trust root ${name} passed the parser without existing`);
  return root;
}

/**
 * Where the certificates and logs come from. `tuf` stands on every attestor: one without it sends the whole process to the public Sigstore.
 * No `ctlog` where the defaults hold: with it, Kyverno asks a log over the network instead of reading the bundle.
 */
function material(root: TrustRoot, trust: AdmissionTrustPolicy, tuf: TufRepository | undefined): Readonly<Record<string, unknown>> {
  const { transparencyLog, certificateTransparency } = root.thresholds;
  const content = trust.trustRoots.get(root.name);
  return {
    ...(tuf && { tuf: { mirror: tuf.mirror, root: { data: Buffer.from(tuf.root).toString('base64') } } }),
    ...(root.kind === 'file' && { trustedRoot: { value: content } }),
    ...(transparencyLog === 0 && { ctlog: { insecureIgnoreTlog: true, insecureIgnoreSCT: certificateTransparency === 0 } }),
  };
}
