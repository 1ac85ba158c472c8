import type { ImagePolicy, PolicyException } from '../../verification/trust-policy';
import { customImages, customResourceMatch } from './custom-resources/customResources';
import type { CustomResource } from './custom-resources/customResources';
import { exceptionVariables } from './exceptions';
import { coveredBy, namedImages } from './imageReferences';
import { LABELS } from '../namespace/labels';
import { enforcedNamespaces, objectName } from './kubernetesObject';
import type { KubernetesObject } from './kubernetesObject';
import { denialMessage, listed, noneOf } from './messages';
import type { PolicyGap } from './policyGaps';
import { policyRules } from './policyRules';
import type { PolicyRules, RuleOptions } from './policyRules';
import { COSIGN_SIGN, SIGNATURE } from './signatureCondition';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';
import { EPHEMERAL_CONTAINERS, EXTRACTED_IMAGES, IMAGES_CHANGED, IMAGE_EXTRACTORS, PODS, POD_CONTROLLERS } from './workloads';

/** How the cluster is to enforce, beside what the trust policy says. */
export interface EnforcementOptions extends RuleOptions {
  /** Names of what is rendered begin with it. */
  readonly name: string;
  readonly timeoutSeconds: number;
  /** Write the digest behind a tag instead of denying the tag. */
  readonly pinTags: boolean;
  readonly registryCredentialHelpers: readonly string[];
  /** Secrets in the namespace of Kyverno. */
  readonly registrySecrets: readonly string[];
  readonly allowInsecureRegistry: boolean;
  /** Also looked at when they are applied, each by a policy of its own. */
  readonly customResources: readonly CustomResource[];
}

/** Image policies as Kyverno takes them, and what of them it does not hold. */
export interface RenderedPolicies {
  readonly objects: readonly KubernetesObject[];
  readonly previewOnly: readonly PolicyGap[];
  readonly stricter: readonly PolicyGap[];
}

/**
 * The policies of a trust policy as ImageValidatingPolicies: all that block in one, all that only tell in another. In one, because Kyverno
 * compiles every policy anew for every request, and each has webhooks of its own that the API server calls one after the other: with one for
 * each policy, ten policies made every pod wait for seconds.
 *
 * Written after the CRD; the pages of https://kyverno.io/docs/policy-types/image-validating-policy/ differ from it in places.
 */
export function renderImageValidatingPolicies(trust: AdmissionTrustPolicy, options: EnforcementOptions): RenderedPolicies {
  const indexed = trust.policy.policies.map((policy, index) => ({ policy, rules: policyRules(policy, index, trust, options) }));
  const exceptions = trust.policy.exceptions ?? [];
  const ofMode = (mode: ImagePolicy['mode']) => indexed.filter(({ policy }) => policy.mode === mode);
  return {
    objects: [
      ...modePolicies('enforce', ofMode('enforce'), exceptions, options),
      ...modePolicies('warn', ofMode('warn'), exceptions, options),
    ],
    previewOnly: indexed.flatMap(({ rules }) => rules.previewOnly),
    stricter: indexed.flatMap(({ rules }) => rules.stricter),
  };
}

interface IndexedPolicy {
  readonly policy: ImagePolicy;
  readonly rules: PolicyRules;
}

/** For pods, which Kyverno repeats for pod controllers, for ephemeral containers, and for custom resources. */
function modePolicies(
  mode: ImagePolicy['mode'],
  policies: readonly IndexedPolicy[],
  exceptions: readonly PolicyException[],
  options: EnforcementOptions,
): readonly KubernetesObject[] {
  if (policies.length === 0) return [];
  const spec = specOf(mode, policies, exceptions, options, { extractors: IMAGE_EXTRACTORS, all: EXTRACTED_IMAGES });
  const name = objectName(options.name, mode === 'enforce' ? 'images' : 'images-warn');
  return [
    policyNamed(name, {
      ...spec,
      matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: PODS },
      matchConditions: [IMAGES_CHANGED],
      autogen: { podControllers: { controllers: POD_CONTROLLERS } },
    }),
    policyNamed(objectName(name, 'debug'), {
      ...spec,
      matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: EPHEMERAL_CONTAINERS },
    }),
    ...options.customResources.map((resource) => {
      const extractor = { name: 'customResource', expression: customImages(resource) };
      return policyNamed(objectName(name, resource.plural), {
        // Kyverno writes digests into pods only, so that a tag here is denied whatever `pinTags` says.
        ...specOf(mode, policies, exceptions, { ...options, pinTags: false }, { extractors: [extractor], all: `images.${extractor.name}` }),
        ...customResourceMatch(resource),
      });
    }),
  ];
}

/** Where a policy finds images: extractors of its own, and CEL for all that there are. */
interface ImageLists {
  readonly extractors: readonly { readonly name: string; readonly expression: string }[];
  readonly all: string;
}

function specOf(
  mode: ImagePolicy['mode'],
  policies: readonly IndexedPolicy[],
  exceptions: readonly PolicyException[],
  options: EnforcementOptions,
  lists: ImageLists,
): object {
  const blocks = mode === 'enforce';
  const rules = policies.map((item) => item.rules);
  return {
    failurePolicy: blocks ? 'Fail' : 'Ignore',
    validationActions: blocks ? ['Deny'] : ['Warn', 'Audit'],
    // A webhook of its own, too: policies that share one were seen to time out together.
    webhookConfiguration: { timeoutSeconds: options.timeoutSeconds },
    evaluation: { background: { enabled: false } },
    images: lists.extractors,
    matchImageReferences: [
      {
        expression: coveredBy(
          policies.flatMap(({ policy }) => policy.images),
          'ref',
        ),
      },
    ],
    validationConfigurations: {
      mutateDigest: blocks && options.pinTags,
      // Denied by the first validation instead, in words that say what to do.
      verifyDigest: false,
      // An image that an exception lets run was verified by nobody.
      required: rules.every(({ hasExceptions }) => !hasExceptions),
    },
    ...credentials(options),
    attestors: [...rules.flatMap(({ attestors }) => attestors), ...(options.summary === undefined ? [] : [options.summary.attestor])],
    attestations: [{ name: SIGNATURE, intoto: { type: COSIGN_SIGN } }, ...rules.flatMap(({ attestations }) => attestations)],
    variables: [
      { name: 'all', expression: lists.all },
      { name: 'named', expression: namedImages('variables.all') },
      ...exceptionVariables(exceptions),
      { name: 'unpinned', expression: 'variables.all.filter(i, !i.contains("@sha256:"))' },
      ...rules.flatMap(({ variables }) => variables),
    ],
    validations: [
      noneOf('variables.unpinned', denialMessage('image-unpinned', listed('variables.unpinned'), UNPINNED)),
      ...rules.flatMap(({ validations }) => validations),
    ],
  };
}

const UNPINNED =
  'must be named by digest: a tag can be moved between the check and the pull; next: write REPOSITORY@sha256:..., crane digest IMAGE prints it';

const policyNamed = (name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject => ({
  apiVersion: 'policies.kyverno.io/v1',
  kind: 'ImageValidatingPolicy',
  metadata: { name, labels: LABELS },
  spec,
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
