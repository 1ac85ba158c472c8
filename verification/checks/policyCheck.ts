import { readClaim, COSIGN_SIGN_PREDICATE_TYPE } from '../attestations/statement';
import type { AuthorityMaterials } from '../authorities';
import { expectedSigners } from '../authorities';
import type { DiscoveredSignatures } from '../discoverSignatures';
import type { Finding, SignatureFinding } from '../finding';
import type { SignatureCandidate } from '../sigstore/types';
import type { ImagePolicy } from '../trust-policy/types';
import type { PolicyEvidence } from '../verdict';
import { checkSignature } from './signatureCheck';
import type { SignatureCheckContext } from './signatureCheck';

/** How one policy decided about one image. */
export type PolicyResult =
  | { readonly holds: true; readonly evidence: PolicyEvidence; readonly warnings: readonly Finding[] }
  | { readonly holds: false; readonly outcome: 'rejected' | 'undetermined'; readonly findings: readonly Finding[] };

/** How far a failed signature got, the most telling first: shown findings are ordered by it. */
const TELLING: readonly Finding['code'][] = [
  'identity-mismatch',
  'subject-mismatch',
  'attestation-is-not-signature',
  'signature-invalid',
  'signature-malformed',
  'unsigned',
];

/**
 * Does one policy hold for one image? Any signature that satisfies any authority suffices. When none does, the answer is `rejected` only
 * if everything could be looked at; a fault on the way makes it `undetermined`.
 */
export async function checkPolicy(
  policy: ImagePolicy,
  image: { readonly reference: string; readonly digest: string },
  discovered: DiscoveredSignatures,
  materials: AuthorityMaterials,
): Promise<PolicyResult> {
  const context: SignatureCheckContext = { ...image, policy: policy.name, expected: expectedSigners(policy) };
  const { signatures, attestationTypes } = separate(discovered.candidates);
  const faults: Finding[] = [...discovered.faults];
  const misses: SignatureFinding[] = [];
  const warnings: Finding[] = [];

  const loaded = [];
  for (const authority of policy.authorities) {
    const material = await materials.load(authority);
    if (material.ok) loaded.push({ authority, ...material.value });
    else faults.push(material.finding);
  }

  for (const candidate of signatures) {
    const failures: SignatureFinding[] = [];
    for (const { authority, material, warning } of loaded) {
      const checked = checkSignature(candidate, authority, material, context);
      if (checked.ok) return { holds: true, evidence: checked.value, warnings: warning === undefined ? [] : [warning] };
      failures.push(checked.finding);
      if (warning !== undefined) warnings.push(warning);
    }
    const [furthest] = failures.sort(byTelling);
    if (furthest !== undefined) misses.push(furthest);
  }

  if (faults.length > 0) return { holds: false, outcome: 'undetermined', findings: [...faults, ...misses, ...discovered.malformed] };
  const findings: Finding[] = [...misses, ...discovered.malformed, ...warnings].sort(byTelling);
  if (findings.length === 0) findings.push(nothingFound(context, attestationTypes, discovered.searched));
  return { holds: false, outcome: 'rejected', findings };
}

const byTelling = (a: Finding, b: Finding): number => TELLING.indexOf(a.code) - TELLING.indexOf(b.code);

/**
 * Sets attestations (SBOM, provenance ...) apart from signatures by their still unverified predicate type. Only messages depend on it:
 * a signature disguised as an attestation is merely not counted.
 */
function separate(candidates: readonly SignatureCandidate[]) {
  const attestationTypes = new Set<string>();
  const signatures = candidates.filter((candidate) => {
    const { content } = candidate.bundle;
    if (content.$case !== 'dsseEnvelope') return true;
    const { payload, payloadType } = content.dsseEnvelope;
    const claim = readClaim({ kind: 'dsse', payload: Buffer.from(payload), payloadType });
    if (typeof claim === 'string' || claim.predicateType === undefined || claim.predicateType === COSIGN_SIGN_PREDICATE_TYPE) return true;
    attestationTypes.add(claim.predicateType);
    return false;
  });
  return { signatures, attestationTypes: [...attestationTypes] };
}

function nothingFound(context: SignatureCheckContext, predicateTypes: readonly string[], searched: readonly string[]): SignatureFinding {
  const { reference, policy, expected } = context;
  return predicateTypes.length > 0
    ? { code: 'attestation-is-not-signature', reference, policy, expected, predicateTypes }
    : { code: 'unsigned', reference, policy, expected, searched };
}
