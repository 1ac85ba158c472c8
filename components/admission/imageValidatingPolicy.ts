import { describeIdentity } from '../../verification/trust-policy';
import type { AttestationRequirement, Authority, ImagePolicy } from '../../verification/trust-policy';
import { renderRequirement } from './attestations';
import { anySigner, attestorList, policyAttestors } from './attestors';
import type { AuthorityAttestors, TufRepository } from './attestors';
import { renderExceptions } from './exceptions';
import { coveredBy } from './imageReferences';
import { LABELS, enforcedNamespaces, objectName } from './kubernetesObject';
import type { KubernetesObject } from './kubernetesObject';
import { denialMessage, findingPage, listed, noneOf } from './messages';
import { lifecycleGaps, signatureGaps } from './policyGaps';
import type { PolicyGap } from './policyGaps';
import { requirementCondition } from './requirementCondition';
import type { RequirementCondition } from './requirementCondition';
import { COSIGN_SIGN, SIGNATURE, signedBy } from './signatureCondition';
import { summaryRequirement } from './summary';
import type { SummarySigner } from './summary';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';
import { celText } from './celText';
import { EPHEMERAL_CONTAINERS, EXTRACTED_IMAGES, IMAGES_CHANGED, MODEL_VOLUMES_EXTRACTOR, PODS, POD_CONTROLLERS } from './workloads';

/** How the cluster is to enforce, beside what the trust policy says. */
export interface EnforcementOptions {
  /** Names of what is rendered begin with it. */
  readonly name: string;
  readonly tuf: TufRepository | undefined;
  readonly timeoutSeconds: number;
  readonly registryCredentialHelpers: readonly string[];
  /** Secrets in the namespace of Kyverno. */
  readonly registrySecrets: readonly string[];
  readonly allowInsecureRegistry: boolean;
  readonly legacySignatures: boolean;
  readonly summary: SummarySigner | undefined;
}

/** What one image policy comes to, and what of it does not. */
export interface RenderedPolicy {
  readonly objects: readonly KubernetesObject[];
  readonly previewOnly: readonly PolicyGap[];
  readonly stricter: readonly PolicyGap[];
}

/**
 * One policy of the trust policy as ImageValidatingPolicies: for pods, which Kyverno repeats for pod controllers, and for ephemeral
 * containers. Written after the CRD; the pages of https://kyverno.io/docs/policy-types/image-validating-policy/ differ from it in places.
 */
export function renderImageValidatingPolicy(policy: ImagePolicy, trust: AdmissionTrustPolicy, options: EnforcementOptions): RenderedPolicy {
  const authorities = policyAttestors(policy, trust, options.tuf);
  const strangers = keylessRoots(policy).map((root, index) => anySigner(root, index, trust, options.tuf));
  const anybody =
    strangers.length === 0 ? undefined : `verifyAttestationSignatures(i, attestations.${SIGNATURE}, ${attestorList(strangers)}) > 0`;
  const exceptions = renderExceptions(policy, trust.policy.exceptions ?? [], anybody);
  const requirements = policy.attestations.map((entry, index) => ({ entry, ...renderEntry(entry, index, authorities) }));
  const { summary } = options;
  const verdict = summary && requirementCondition('summary', summaryRequirement(summary), [summary.attestor], true);

  const offenders = (condition: string) =>
    `variables.all.filter(i, !(${condition})${exceptions.exempt === undefined ? '' : ` && !(${exceptions.exempt})`})`;
  const attestors = authorities.flatMap((authority) => authority.attestors);
  const spec = {
    failurePolicy: policy.mode === 'enforce' ? 'Fail' : 'Ignore',
    validationActions: policy.mode === 'enforce' ? ['Deny'] : ['Warn', 'Audit'],
    // A webhook of its own, too: policies that share one were seen to time out together.
    webhookConfiguration: { timeoutSeconds: options.timeoutSeconds },
    evaluation: { background: { enabled: false } },
    images: [MODEL_VOLUMES_EXTRACTOR],
    matchImageReferences: [{ expression: coveredBy(policy.images, 'ref') }],
    validationConfigurations: {
      mutateDigest: policy.mode === 'enforce',
      // Denied by the first validation instead, in words that say what to do.
      verifyDigest: false,
      // An image that an exception lets run was verified by nobody.
      required: exceptions.exempt === undefined,
    },
    ...credentials(options),
    attestors: [...attestors, ...(exceptions.exempt === undefined ? [] : strangers), ...(summary === undefined ? [] : [summary.attestor])],
    attestations: [
      { name: SIGNATURE, intoto: { type: COSIGN_SIGN } },
      ...requirements.flatMap(({ condition }) => condition.attestations),
      ...(verdict?.attestations ?? []),
    ],
    variables: [
      { name: 'all', expression: EXTRACTED_IMAGES },
      { name: 'unpinned', expression: 'variables.all.filter(i, !i.contains("@sha256:"))' },
      ...(policy.signatureThreshold === 0
        ? []
        : [{ name: 'unsigned', expression: offenders(signedBy(attestors, policy.signatureThreshold, options.legacySignatures)) }]),
      ...requirements.map(({ name, condition }) => ({ name, expression: offenders(condition.holds) })),
      ...(verdict === undefined ? [] : [{ name: 'summary', expression: offenders(verdict.holds) }]),
    ],
    validations: [
      noneOf('variables.unpinned', denialMessage('image-unpinned', listed('variables.unpinned'), UNPINNED)),
      ...(policy.signatureThreshold === 0 ? [] : [noneOf('variables.unsigned', unsignedMessage(policy))]),
      ...requirements.map(({ name, entry, condition }) => noneOf(`variables.${name}`, requirementMessage(policy, entry, name, condition))),
      ...(verdict === undefined ? [] : [noneOf('variables.summary', summaryMessage(policy, verdict))]),
    ],
  };
  return {
    objects: [podPolicy(policy, spec, options), ephemeralPolicy(policy, spec, options)],
    previewOnly:
      summary === undefined
        ? [
            ...lifecycleGaps(policy),
            ...requirements.flatMap(({ entry, previewOnly }) =>
              previewOnly.map((gap) => ({ policy: policy.name, requirement: entry.name, ...gap })),
            ),
          ]
        : [],
    stricter: [
      ...signatureGaps(policy, trust.policy, options.legacySignatures),
      ...requirements.flatMap(({ entry, stricter }) => stricter.map((gap) => ({ policy: policy.name, requirement: entry.name, ...gap }))),
      ...exceptions.previewOnly.map((gap) => ({ policy: policy.name, requirement: 'exceptions', ...gap })),
    ],
  };
}

const UNPINNED =
  'must be named by digest: a tag can be moved between the check and the pull; next: write REPOSITORY@sha256:..., crane digest IMAGE prints it';

function podPolicy(policy: ImagePolicy, spec: object, { name }: EnforcementOptions): KubernetesObject {
  return {
    ...header(objectName(name, policy.name)),
    spec: {
      ...spec,
      matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: PODS },
      matchConditions: [IMAGES_CHANGED],
      autogen: { podControllers: { controllers: POD_CONTROLLERS } },
    },
  };
}

function ephemeralPolicy(policy: ImagePolicy, spec: object, { name }: EnforcementOptions): KubernetesObject {
  return {
    ...header(objectName(name, policy.name, 'debug')),
    spec: { ...spec, matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: EPHEMERAL_CONTAINERS } },
  };
}

const header = (name: string) => ({
  apiVersion: 'policies.kyverno.io/v1',
  kind: 'ImageValidatingPolicy',
  metadata: { name, labels: LABELS },
});

function credentials({
  registryCredentialHelpers: providers,
  registrySecrets: secrets,
  allowInsecureRegistry,
}: EnforcementOptions): object {
  const given = {
    ...(providers.length > 0 && { providers }),
    ...(secrets.length > 0 && { secrets }),
    ...(allowInsecureRegistry && { allowInsecureRegistry }),
  };
  return Object.keys(given).length === 0 ? {} : { credentials: given };
}

const keylessRoots = ({ authorities }: ImagePolicy): readonly string[] => [
  ...new Set(authorities.flatMap((authority) => (authority.kind === 'keyless' ? [authority.trustRoot] : []))),
];

/** Of these the newest decides, and Kyverno does not tell which that is: what each signer attested must hold. */
const NEWEST_DECIDES: ReadonlySet<AttestationRequirement['kind']> = new Set(['modelCard', 'evaluation', 'custom', 'verificationSummary']);

function renderEntry(entry: AttestationRequirement, index: number, authorities: readonly AuthorityAttestors[]) {
  const attestors = authorities
    .filter(({ authority }) => entry.authorities.includes(authority))
    .flatMap((authority) => authority.attestors);
  const rendered = renderRequirement(entry);
  const name = `requirement${index}`;
  return { name, ...rendered, condition: requirementCondition(name, rendered, attestors, NEWEST_DECIDES.has(entry.kind)) };
}

function unsignedMessage(policy: ImagePolicy): string {
  const signers = policy.authorities.flatMap(inWords);
  const shown = signers.slice(0, 3).join(' or ') + (signers.length > 3 ? ` or ${signers.length - 3} others` : '');
  const wanted = policy.signatureThreshold > 1 ? `by ${policy.signatureThreshold} of` : 'by';
  const text = `not signed ${wanted} ${shown}, as policy ${policy.name} asks (nobody signed, or somebody else [identity-mismatch]); next: sign it in that workflow, or use the image that it built; the policy pack tells who signed`;
  return denialMessage('unsigned', listed('variables.unsigned'), text);
}

function inWords(authority: Authority): readonly string[] {
  if (authority.kind === 'key') return [`the key of authority ${authority.name}`];
  return authority.identities.map(describeIdentity);
}

/** Code of the page that explains what an attestation of a kind must say. */
const CONTENT_CODES: Readonly<Record<AttestationRequirement['kind'], string>> = {
  slsaProvenance: 'provenance-mismatch',
  sbom: 'sbom-too-small',
  vulnerabilityScan: 'vulnerabilities-found',
  modelCard: 'model-card-incomplete',
  evaluation: 'evaluation-not-passed',
  verificationSummary: 'verification-summary-mismatch',
  custom: 'attestation-field-mismatch',
};

function requirementMessage(policy: ImagePolicy, entry: AttestationRequirement, name: string, condition: RequirementCondition): string {
  const types = condition.attestations.map(({ intoto }) => intoto.type).join(' or ');
  return missingOrWrong(`variables.${name}`, condition, CONTENT_CODES[entry.kind], {
    missing: `no attestation ${types} by ${entry.authorities.join(' or ')}, which requirement ${entry.name} of policy ${policy.name} asks for; next: attest it in the workflow that builds the image`,
    wrong: `the attestation does not say what requirement ${entry.name} of policy ${policy.name} asks for; next: the policy pack tells which field`,
  });
}

function summaryMessage(policy: ImagePolicy, condition: RequirementCondition): string {
  return missingOrWrong('variables.summary', condition, 'verification-summary-mismatch', {
    missing: `no verification summary of the gate, which stands for the other requirements of policy ${policy.name}; next: promote the image through the gate`,
    wrong: `the verification summary of the gate did not pass, is about another repository or policy, or is too old (policy ${policy.name}); next: promote the image again`,
  });
}

function missingOrWrong(
  offenders: string,
  { present }: RequirementCondition,
  code: string,
  text: { readonly missing: string; readonly wrong: string },
): string {
  const choose = (missing: string, wrong: string) =>
    `(variables.absent ? ${celText(missing)} : ${celText(wrong)})`.replace('variables.absent', `${offenders}.exists(i, !(${present}))`);
  const tail = (of: string, page: string) => `${of}; docs: ${findingPage(page)}`;
  return `${choose('[attestation-missing] ', `[${code}] `)} + ${listed(offenders)} + " " + ${choose(tail(text.missing, 'attestation-missing'), tail(text.wrong, code))}`;
}
