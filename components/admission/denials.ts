import { describeIdentity } from '../../verification/trust-policy';
import type { AttestationRequirement, Authority, ImagePolicy } from '../../verification/trust-policy';
import { celText } from './celText';
import { denialMessage, findingPage, listed } from './messages';
import type { RequirementCondition } from './requirementCondition';

/** What a developer reads whose pod is refused, as CEL: which finding, about which images, what was expected, what to do. */

const SHOWN_SIGNERS = 3;

export function unsignedMessage(policy: ImagePolicy, offenders: string): string {
  const signers = policy.authorities.flatMap(inWords);
  const others = signers.length > SHOWN_SIGNERS ? ` or ${signers.length - SHOWN_SIGNERS} others` : '';
  const wanted = policy.signatureThreshold > 1 ? `by ${policy.signatureThreshold} of ` : 'by ';
  return denialMessage(
    'unsigned',
    listed(offenders),
    `not signed ${wanted}${signers.slice(0, SHOWN_SIGNERS).join(' or ')}${others}, as policy ${policy.name} asks: nobody signed it, somebody else did [identity-mismatch], or the registry did not hand out its signatures; ` +
      'next: sign it in that workflow, or use the image that it built; the policy pack tells who signed',
  );
}

function inWords(authority: Authority): readonly string[] {
  if (authority.kind === 'key') return [`the key of authority ${authority.name}`];
  return authority.identities.map(describeIdentity);
}

/** Code of the page that explains what an attestation of a kind must say. */
export const CONTENT_CODES: Readonly<Record<AttestationRequirement['kind'], string>> = {
  slsaProvenance: 'provenance-mismatch',
  sbom: 'sbom-too-small',
  vulnerabilityScan: 'vulnerabilities-found',
  modelCard: 'model-card-incomplete',
  evaluation: 'evaluation-not-passed',
  verificationSummary: 'verification-summary-mismatch',
  custom: 'attestation-field-mismatch',
};

export function requirementMessage(
  policy: ImagePolicy,
  entry: AttestationRequirement,
  offenders: string,
  condition: RequirementCondition,
): string {
  const types = condition.attestations.map(({ intoto }) => intoto.type).join(' or ');
  const requirement = `requirement ${entry.name} of policy ${policy.name}`;
  return missingOrWrong(offenders, condition, CONTENT_CODES[entry.kind], {
    missing: `no attestation ${types} by ${entry.authorities.join(' or ')}, which ${requirement} asks for, or the registry did not hand it out; next: attest it in the workflow that builds the image`,
    wrong: `the attestation does not say what ${requirement} asks for; next: the policy pack tells which field`,
  });
}

export function summaryMessage(policy: ImagePolicy, offenders: string, condition: RequirementCondition | undefined): string {
  return missingOrWrong(offenders, condition, 'verification-summary-mismatch', {
    missing: `no verification summary of the gate, which stands for the other requirements of policy ${policy.name}; next: promote the image through the gate`,
    wrong: `the verification summary of the gate did not pass, is about another repository or policy, or is too old (policy ${policy.name}); next: promote the image again`,
  });
}

/** Only a denial asks again whether there was an attestation at all. */
function missingOrWrong(
  offenders: string,
  condition: RequirementCondition | undefined,
  code: string,
  text: { readonly missing: string; readonly wrong: string },
): string {
  const absent = `${offenders}.exists(i, !(${condition?.present ?? 'true'}))`;
  const choose = (missing: string, wrong: string) => `(${absent} ? ${celText(missing)} : ${celText(wrong)})`;
  const tail = (words: string, page: string) => ` ${words}; docs: ${findingPage(page)}`;
  return `${choose('[attestation-missing] ', `[${code}] `)} + ${listed(offenders)} + ${choose(tail(text.missing, 'attestation-missing'), tail(text.wrong, code))}`;
}
