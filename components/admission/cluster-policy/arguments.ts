import { shown } from '../../arguments/argumentChecks';
import type { Complaint } from '../../arguments/argumentProblems';
import { AdmissionBackend, SignatureFormat } from '../args';
import type { ModelAdmissionArgs } from '../args';
import { TEMPLATE } from './refusals';

/** What is wrong with arguments that concern ClusterPolicies, or that do not go with them; by argument. */
export function clusterPolicyArguments(args: ModelAdmissionArgs): readonly (readonly [field: string, complaint: Complaint])[] {
  return [...(args.backend === AdmissionBackend.clusterPolicy ? withClusterPolicy(args) : withoutClusterPolicy(args))];
}

function* withClusterPolicy(args: ModelAdmissionArgs): Generator<readonly [string, Complaint]> {
  const { signatureFormat, verificationSummary, legacySignaturesUnsafe, tuf } = args;
  const formats: readonly string[] = Object.values(SignatureFormat);
  if (signatureFormat !== undefined && !formats.includes(signatureFormat)) {
    const fix = 'write it as it stands in the list';
    yield ['signatureFormat', { expected: `one of ${formats.join(', ')}`, found: shown(signatureFormat), fix }];
  }
  if (legacySignaturesUnsafe === true) {
    const fix = "write signatureFormat: 'legacy', if no image is signed with cosign 3";
    yield ['legacySignaturesUnsafe', { expected: 'not set with the backend clusterPolicy, which reads one format', found: 'true', fix }];
  }
  if (signatureFormat === SignatureFormat.legacy && verificationSummary !== undefined) {
    const fix = 'leave out one of them: verification summaries are bundles';
    yield ['verificationSummary', { expected: 'not set where signatureFormat is legacy', found: verificationSummary.verifierId, fix }];
  }
  for (const field of ['issuer', 'subject'] as const) {
    const text = verificationSummary?.[field];
    if (text === undefined || !TEMPLATE.test(text)) continue;
    const fix = 'sign the summaries by another identity, or with a key';
    yield [`verificationSummary.${field}`, { expected: 'a text without {{ and $(, which Kyverno would replace', found: shown(text), fix }];
  }
  if (tuf !== undefined) {
    const fix = 'start Kyverno with it (KyvernoInstallation: tuf), and write its address as kyvernoTufMirror';
    yield [
      'tuf',
      { expected: 'not set with the backend clusterPolicy, whose trust root is that of the flags of Kyverno', found: tuf.mirror, fix },
    ];
  }
}

function* withoutClusterPolicy({ signatureFormat, kyvernoTufMirror }: ModelAdmissionArgs): Generator<readonly [string, Complaint]> {
  const expected = 'only with the backend clusterPolicy';
  if (signatureFormat !== undefined) {
    const fix = 'leave it out; the backend kyverno also takes the older format with legacySignaturesUnsafe';
    yield ['signatureFormat', { expected, found: shown(signatureFormat), fix }];
  }
  if (kyvernoTufMirror !== undefined) {
    const fix = 'leave it out: the trust root is written into the policies';
    yield ['kyvernoTufMirror', { expected, found: shown(kyvernoTufMirror), fix }];
  }
}
