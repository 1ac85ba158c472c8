import { publicKeyProblem } from '../../verification/trust-policy';
import { parseDuration } from '../../verification/trust-policy/duration';
import { shown } from '../arguments/argumentChecks';
import type { ArgumentProblems } from '../arguments/argumentProblems';
import { readOrComplain } from '../arguments/filesOfArguments';
import { AdmissionBackend } from './args';
import type { AdmissionSummaryArgs, ModelAdmissionArgs } from './args';
import { summaryAttestor } from './attestors';
import type { TufRepository } from './attestors';
import { tufRepository, usedRoots } from './enforceability';
import { CLUSTER_POLICY_KEYS, KYVERNO_KEYS, clusterPem, keyObjection } from './publicKeys';
import type { AcceptedKeys } from './publicKeys';
import type { SummarySigner } from './summary';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';

/** Who signs the verification summaries that the cluster asks for, judged; undefined where it asks for none, and where something is wrong. */
export function readSummary(
  { verificationSummary: args, backend }: ModelAdmissionArgs,
  trust: AdmissionTrustPolicy,
  tuf: TufRepository | undefined,
  problems: ArgumentProblems,
): SummarySigner | undefined {
  if (args === undefined) return undefined;
  const maxAge = parseDuration(args.maxAge ?? '7d');
  if (typeof maxAge === 'string') {
    problems.add('verificationSummary.maxAge', {
      expected: 'days, hours or minutes',
      found: shown(args.maxAge),
      fix: 'write 7d, 12h or 30m',
    });
    return undefined;
  }
  const keys = backend === AdmissionBackend.clusterPolicy ? CLUSTER_POLICY_KEYS : KYVERNO_KEYS;
  const signer = summarySignerOf(args, trust, keys, problems);
  if (args.exactPolicy === true && trust.digest === undefined) {
    problems.add('verificationSummary.exactPolicy', {
      expected: 'a trust policy in a file, whose digest summaries name',
      found: 'a trust policy in the program',
      fix: 'write the policy into a file, or leave exactPolicy out',
    });
  }
  if (signer === undefined) return undefined;
  return {
    authority: signer,
    attestor: summaryAttestor(signer, trust, tufRepository(trust, tuf)),
    verifierId: args.verifierId,
    policyUri: args.policyUri,
    policyDigest: args.exactPolicy === true ? trust.digest : undefined,
    maxAge,
    anyCaller: args.anyCaller ?? false,
  };
}

/** A key or an identity, never both: of two, the laxer would decide. */
function summarySignerOf(args: AdmissionSummaryArgs, trust: AdmissionTrustPolicy, keys: AcceptedKeys, problems: ArgumentProblems) {
  const { issuer, subject, keyPath } = args;
  if (keyPath !== undefined && issuer === undefined && subject === undefined) {
    const pem = readOrComplain(keyPath, 'verificationSummary.keyPath', problems);
    if (pem === undefined) return undefined;
    const problem = publicKeyProblem(pem) ?? keyObjection(pem, keys);
    if (problem === undefined) return { kind: 'key' as const, pem: clusterPem(pem) };
    problems.add('verificationSummary.keyPath', { expected: keys.inWords, found: problem, fix: 'write the path of cosign.pub' });
    return undefined;
  }
  if (keyPath === undefined && issuer !== undefined && subject !== undefined) {
    const roots = usedRoots(trust);
    const root =
      args.trustRoot === undefined ? (roots.length === 1 ? roots[0] : undefined) : roots.find(({ name }) => name === args.trustRoot);
    if (root !== undefined) return { kind: 'keyless' as const, issuer, subject, trustRoot: root.name };
    problems.add('verificationSummary.trustRoot', {
      expected: `the name of a trust root that authorities use (${roots.map(({ name }) => name).join(', ') || 'there is none'})`,
      found: shown(args.trustRoot),
      fix: 'write one of them, or sign the summaries with a key',
    });
    return undefined;
  }
  problems.add('verificationSummary', {
    expected: 'either keyPath, or issuer and subject',
    found:
      ['issuer', 'subject', 'keyPath'].filter((field) => args[field as keyof AdmissionSummaryArgs] !== undefined).join(', ') ||
      'none of them',
    fix: 'say who signs the verification summaries',
  });
  return undefined;
}
