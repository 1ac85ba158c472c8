import type { DiscoveredSignatures } from '../discoverSignatures';
import { callerOf, countSigners, signersOf } from '../distinctSigners';
import type { Finding, SignatureFinding } from '../finding';
import type { SignatureCandidate } from '../sigstore/types';
import type { ImagePolicy } from '../trust-policy/types';
import type { PolicyEvidence } from '../verdict';
import { besideImage } from './besideImage';
import { checkSignature } from './signatureCheck';
import type { AcceptedSignature, LoadedAuthority, SignatureCheckContext } from './signatureCheck';

/** The signatures that count, and why the others do not. */
export interface SignaturesResult {
  readonly evidence: readonly PolicyEvidence[];
  readonly findings: readonly Finding[];
}

/** How far a failed signature got, the most telling first: shown findings are ordered by it. */
const TELLING: readonly Finding['code'][] = [
  'signature-threshold-not-met',
  'identity-mismatch',
  'subject-mismatch',
  'attestation-is-not-signature',
  'signature-invalid',
  'signature-malformed',
  'notation-signed',
  'unsigned',
];

/**
 * Have enough different signers signed the image? Any signature that satisfies any authority counts; a signer counts once, however often,
 * from however many refs and under however many authorities it signed.
 */
export async function checkSignatures(
  policy: ImagePolicy,
  signatures: readonly SignatureCandidate[],
  attestationTypes: readonly string[],
  discovered: DiscoveredSignatures,
  authorities: readonly LoadedAuthority[],
  context: SignatureCheckContext,
): Promise<SignaturesResult> {
  const threshold = policy.signatureThreshold;
  const accepted: AcceptedSignature[] = [];
  let signers = 0;
  const misses: SignatureFinding[] = [];
  for (const candidate of signatures) {
    if (signers >= threshold && !looksAtAll(policy)) break; // more would only cost time
    const failures: SignatureFinding[] = [];
    for (const authority of authorities) {
      const checked = await checkSignature(candidate, authority, context);
      if (checked === undefined) break;
      if (checked.ok) {
        accepted.push(checked.value);
        signers = countSigners(
          signersOf(
            policy,
            accepted.map(({ evidence }) => evidence),
          ),
        );
        break;
      }
      failures.push(checked.finding);
    }
    const [furthest] = failures.length === authorities.length ? failures.sort(byTelling) : [];
    if (furthest !== undefined) misses.push(furthest);
  }
  const bySigner = new Map<string, PolicyEvidence>();
  for (const { signature, evidence } of accepted) keepNewest(bySigner, { ...evidence, ...context.times.of(signature) });
  const evidence = [...bySigner.values()];
  if (signers >= threshold) return { evidence, findings: [] };

  const findings: Finding[] = [...misses, ...discovered.malformed];
  if (evidence.length > 0) findings.push(thresholdNotMet(threshold, evidence, signers, context));
  if (findings.length === 0) findings.push(nothingFound(context, attestationTypes, discovered));
  return { evidence, findings: findings.sort(byTelling) };
}

/** Age and order are those of the newest signatures, and continuity is that of any known signer, wherever in the list they stand. */
export const looksAtAll = ({ freshness, continuity, rollback }: ImagePolicy): boolean => Boolean(freshness ?? continuity ?? rollback);

function keepNewest(bySigner: Map<string, PolicyEvidence>, evidence: PolicyEvidence): void {
  const key = evidenceKey(evidence);
  const known = bySigner.get(key);
  if (known === undefined || (known.signedAt ?? '') < (evidence.signedAt ?? '')) bySigner.set(key, evidence);
}

const byTelling = (a: Finding, b: Finding): number => TELLING.indexOf(a.code) - TELLING.indexOf(b.code);

/** Finer than a signer: continuity may know the branch of a workflow and not its tag. */
function evidenceKey({ signer, claims }: PolicyEvidence): string {
  if (signer.kind === 'key') return signer.fingerprint;
  const { id = '', uri = '' } = callerOf(claims);
  return [signer.issuer, signer.subject, id, uri].join('\n');
}

function thresholdNotMet(
  threshold: number,
  evidence: readonly PolicyEvidence[],
  counted: number,
  context: SignatureCheckContext,
): SignatureFinding {
  const { reference, policy, expected } = context;
  const found = evidence.map(({ signer }) => signer);
  return { code: 'signature-threshold-not-met', reference, policy, threshold, expected, found, counted };
}

function nothingFound(context: SignatureCheckContext, predicateTypes: readonly string[], discovered: DiscoveredSignatures): Finding {
  const { reference, policy, expected } = context;
  const { notation, searched } = discovered;
  if (predicateTypes.length > 0) return { code: 'attestation-is-not-signature', reference, policy, expected, predicateTypes };
  if (notation.length > 0) return { code: 'notation-signed', reference, policy, expected, sources: notation };
  return { code: 'unsigned', reference, policy, expected, searched, ...besideImage(discovered) };
}
