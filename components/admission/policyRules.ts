import type { AttestationRequirement, ImagePolicy } from '../../verification/trust-policy';
import { renderRequirement } from './attestations';
import type { Gap } from './attestations';
import { USE_SUMMARY } from './attestations/types';
import { anySigner, attestorList, policyAttestors } from './attestors';
import type { Attestor, AuthorityAttestors, TufRepository } from './attestors';
import { assertCallersHeld, callerBound, summaryGaps } from './callers';
import { requirementMessage, summaryMessage, unsignedMessage } from './denials';
import { PolicyExceptions } from './exceptions';
import type { SignatureQuestions } from './exceptions';
import { matchesGlobs } from './imageReferences';
import { noneOf } from './messages';
import { keyGaps, lifecycleGaps, signatureGaps } from './policyGaps';
import type { PolicyGap } from './policyGaps';
import { attestedBy, requirementCondition } from './requirementCondition';
import type { NamedAttestation } from './requirementCondition';
import { SIGNATURE, signedBy } from './signatureCondition';
import { summaryRequirement } from './summary';
import type { SummarySigner } from './summary';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';

/** What the rules of every policy share. */
export interface RuleOptions {
  readonly tuf: TufRepository | undefined;
  readonly legacySignatures: boolean;
  readonly summary: SummarySigner | undefined;
}

/** The parts of an ImageValidatingPolicy that come from one policy of the trust policy. */
export interface PolicyRules {
  readonly attestors: readonly Attestor[];
  readonly attestations: readonly NamedAttestation[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly { readonly expression: string; readonly messageExpression: string }[];
  /** Whether an exception lets some image run that nobody verified. */
  readonly hasExceptions: boolean;
  readonly previewOnly: readonly PolicyGap[];
  readonly stricter: readonly PolicyGap[];
}

/**
 * The rules for one policy: a list of the images that it covers, a list of offenders for each thing that it asks for, and that the lists
 * are empty. Lists, so that a denial can name the images.
 *
 * @param index of the policy; names of its variables and attestors begin with it
 */
export function policyRules(policy: ImagePolicy, index: number, trust: AdmissionTrustPolicy, options: RuleOptions): PolicyRules {
  assertCallersHeld(policy, options.summary);
  const prefix = `p${index}`;
  const authorities = policyAttestors(policy, prefix, trust, options.tuf);
  const attestors = authorities.flatMap((authority) => authority.attestors);
  const strangers = keylessRoots(policy).map((root, position) => anySigner(`${prefix}_anySigner${position}`, root, trust, options.tuf));
  const exceptions = new PolicyExceptions(policy, trust.policy.exceptions ?? []);
  const questions = signatureQuestions(policy, { attestors, strangers, callerBound: callerBound(policy, authorities) }, options);
  const offenders = (name: string, condition: string, exempt: string) => ({
    name: `${prefix}_${name}`,
    expression: `variables.${prefix}_images.filter(i, !(${condition})${exempt === 'false' ? '' : ` && !(${exempt})`})`,
  });

  const signed =
    policy.signatureThreshold > 0
      ? [offenders('unsigned', signedBy(attestors, policy.signatureThreshold, options.legacySignatures), exceptions.signatures(questions))]
      : [];
  const requirements = policy.attestations.map((entry, position) => {
    const rendered = renderRequirement(entry);
    const signers = attestorsOf(entry, authorities);
    const condition = requirementCondition(`${prefix}_r${position}`, rendered, signers, NEWEST_DECIDES.has(entry.kind));
    const byStrangers = strangers.length === 0 ? undefined : attestedBy(condition.attestations, strangers);
    const exempt = exceptions.requirement(entry.kind, { present: condition.present, byStrangers });
    return { entry, ...rendered, condition, offenders: offenders(`r${position}`, condition.holds, exempt) };
  });
  const summary = options.summary && {
    signer: options.summary.attestor,
    condition: requirementCondition(`${prefix}_summary`, summaryRequirement(options.summary), [options.summary.attestor], true),
  };
  const summarised = summary === undefined ? [] : [offenders('summary', summary.condition.holds, exceptions.summary(questions))];
  const inPolicy = (requirement: string) => ({ policy: policy.name, requirement });
  return {
    attestors: [...attestors, ...(exceptions.lift ? strangers : [])],
    attestations: [...requirements.flatMap(({ condition }) => condition.attestations), ...(summary?.condition.attestations ?? [])],
    variables: [
      { name: `${prefix}_images`, expression: `variables.named.filter(n, ${matchesGlobs(policy.images, 'n.repository')}).map(n, n.image)` },
      ...signed,
      ...requirements.map((requirement) => requirement.offenders),
      ...summarised,
    ],
    validations: [
      ...signed.map(({ name }) => noneOf(`variables.${name}`, unsignedMessage(policy, `variables.${name}`))),
      ...requirements.map(({ entry, condition, offenders: { name } }) =>
        noneOf(`variables.${name}`, requirementMessage(policy, entry, `variables.${name}`, condition)),
      ),
      ...summarised.map(({ name }) => noneOf(`variables.${name}`, summaryMessage(policy, `variables.${name}`, summary?.condition))),
    ],
    hasExceptions: exceptions.lift,
    previewOnly: [
      ...exceptions.unseen.map((gap) => ({ ...inPolicy('exceptions'), ...gap })),
      ...(options.summary === undefined
        ? [
            ...keyGaps(policy),
            ...lifecycleGaps(policy),
            ...requirements.flatMap(({ entry, previewOnly }) =>
              [...previewOnly, ...(NEWEST_DECIDES.has(entry.kind) ? [NEWEST] : [])].map((gap) => ({ ...inPolicy(entry.name), ...gap })),
            ),
          ]
        : summaryGaps(policy, options.summary)),
    ],
    stricter: [
      ...signatureGaps(policy, trust.policy, { ...options, keys: trust.keys }),
      ...requirements.flatMap(({ entry, stricter }) => stricter.map((gap) => ({ ...inPolicy(entry.name), ...gap }))),
      ...exceptions.notApplied.map((gap) => ({ ...inPolicy('exceptions'), ...gap })),
    ],
  };
}

/** What exceptions have to know about the signatures of an image. */
function signatureQuestions(
  policy: ImagePolicy,
  { attestors, strangers, callerBound: bound }: Readonly<Record<'attestors' | 'strangers' | 'callerBound', readonly Attestor[]>>,
  { legacySignatures }: RuleOptions,
): SignatureQuestions {
  const byOurs = signedBy(attestors, 1, legacySignatures);
  const byAnyone = `verifyAttestationSignatures(i, attestations.${SIGNATURE}, ${attestorList(strangers)}) > 0`;
  return {
    byStrangersOnly: strangers.length === 0 ? undefined : `${byAnyone} && !(${byOurs})`,
    // For an image with bundles, Kyverno takes any attestation for a signature, which is what is asked here.
    attested: `verifyImageSignatures(i, ${attestorList([...strangers, ...attestors])}) > 0`,
    byOne: policy.signatureThreshold > 1 ? byOurs : undefined,
    byUnknownCaller: bound.length === 0 ? undefined : signedBy(bound, 1, legacySignatures),
  };
}

const keylessRoots = ({ authorities }: ImagePolicy): readonly string[] => [
  ...new Set(authorities.flatMap((authority) => (authority.kind === 'keyless' ? [authority.trustRoot] : []))),
];

const attestorsOf = (entry: AttestationRequirement, authorities: readonly AuthorityAttestors[]): readonly Attestor[] =>
  authorities.filter(({ authority }) => entry.authorities.includes(authority)).flatMap(({ attestors }) => attestors);

/** Of these the newest decides, and Kyverno does not tell which that is: what each signer attested must hold. */
const NEWEST_DECIDES: ReadonlySet<AttestationRequirement['kind']> = new Set(['modelCard', 'evaluation', 'custom', 'verificationSummary']);

/** Kyverno keeps one payload for each predicate type, the one that the registry lists last. */
const NEWEST: Gap = {
  what: 'which is the newest of several attestations by one signer',
  why: 'Kyverno shows one of them, in the order of the registry',
  fix: `attest an image once, and build another image for another answer; or ${USE_SUMMARY}`,
};
