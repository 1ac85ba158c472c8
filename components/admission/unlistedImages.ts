import type { TrustPolicy } from '../../verification/trust-policy';
import { customImages, customResourceMatch, unverifiableModels } from './custom-resources/customResources';
import type { CustomResource } from './custom-resources/customResources';
import { coveredBy } from './imageReferences';
import { LABELS } from '../namespace/labels';
import { enforcedNamespaces, objectName } from './kubernetesObject';
import type { KubernetesObject } from './kubernetesObject';
import { denialMessage, listed, noneOf } from './messages';
import { isWellFormed } from './referenceGrammar';
import { EPHEMERAL_CONTAINERS, IMAGES_CHANGED, PODS, POD_CONTROLLERS, POD_IMAGES } from './workloads';

/** How it is enforced. */
export interface UnlistedOptions {
  readonly timeoutSeconds: number;
  readonly customResources: readonly CustomResource[];
  /** What else is denied, whatever the trust policy says about unmatched images. Default: nothing. */
  readonly alwaysDenied?: readonly ImageRule[];
}

/**
 * The companion of the image policies: those look only at images that they cover, so everything else would be admitted unseen. References
 * that are spelt in a way that we do not read are denied whatever the trust policy says about unmatched images.
 */
export function renderUnlistedImages(
  name: string,
  policy: TrustPolicy,
  { timeoutSeconds, customResources, alwaysDenied = [] }: UnlistedOptions,
): readonly KubernetesObject[] {
  const globs = policy.policies.flatMap(({ images }) => images);
  const malformed = {
    variable: { name: 'malformed', expression: `variables.all.filter(i, !(${isWellFormed('i', globs)}))` },
    validation: noneOf('variables.malformed', denialMessage('reference-malformed', listed('variables.malformed'), MALFORMED)),
  };
  const unlisted = {
    variable: { name: 'unlisted', expression: `variables.all.filter(i, !(${coveredBy(globs, 'i')}))` },
    validation: noneOf('variables.unlisted', denialMessage('image-not-covered', listed('variables.unlisted'), NOT_COVERED)),
  };
  const readable = [malformed, ...alwaysDenied];
  const rendered = (suffix: string, actions: readonly string[], rules: readonly ImageRule[]) => [
    ...pair(objectName(name, suffix), timeoutSeconds, actions, rules),
    ...customResources.map((resource) => forCustomResource(resource, objectName(name, suffix), timeoutSeconds, actions, rules)),
  ];
  switch (policy.unmatchedImages) {
    case 'deny':
      return rendered('listed-images', ['Deny'], [...readable, unlisted]);
    case 'warn':
      return [...rendered('readable-images', ['Deny'], readable), ...rendered('listed-images', ['Warn', 'Audit'], [unlisted])];
    case 'allow':
      return rendered('readable-images', ['Deny'], readable);
  }
}

const MALFORMED =
  'is no image reference that can be read with certainty; next: write REGISTRY/REPOSITORY@sha256:... in lower case, with a registry host as URLs write it';
const NOT_COVERED =
  'is covered by no policy of the trust policy, so nobody has said who may sign it; next: use an image that a policy covers, or add its repository to the trust policy in a reviewed change';

/** A list of images in CEL, out of `variables.all`, and that it must be empty. */
export interface ImageRule {
  readonly variable: object;
  readonly validation: object;
}

/** For pods and their controllers, and for ephemeral containers. */
function pair(name: string, timeoutSeconds: number, actions: readonly string[], rules: readonly ImageRule[]): readonly KubernetesObject[] {
  const spec = specOf(timeoutSeconds, actions, POD_IMAGES, rules);
  const constraints = (resourceRules: readonly object[]) => ({ namespaceSelector: enforcedNamespaces, resourceRules });
  return [
    policyNamed(name, {
      ...spec,
      matchConstraints: constraints(PODS),
      matchConditions: [IMAGES_CHANGED],
      autogen: { podControllers: { controllers: POD_CONTROLLERS } },
    }),
    policyNamed(objectName(name, 'debug'), { ...spec, matchConstraints: constraints(EPHEMERAL_CONTAINERS) }),
  ];
}

/** A model that the server downloads when it starts is no image, so the image policies do not see it. */
function forCustomResource(
  resource: CustomResource,
  name: string,
  timeoutSeconds: number,
  actions: readonly string[],
  rules: readonly ImageRule[],
): KubernetesObject {
  const models = actions.includes('Deny') ? unverifiableModels(resource) : undefined;
  const unverifiable: readonly ImageRule[] =
    models === undefined
      ? []
      : [
          {
            variable: { name: 'unverifiable', expression: models },
            // Words of ours, with the scheme of a URI at most.
            validation: noneOf(
              'variables.unverifiable',
              denialMessage('image-unreadable', 'variables.unverifiable.join(", ")', UNVERIFIABLE),
            ),
          },
        ];
  return policyNamed(objectName(name, resource.plural), {
    ...specOf(timeoutSeconds, actions, customImages(resource), [...rules, ...unverifiable]),
    ...customResourceMatch(resource),
  });
}

const UNVERIFIABLE =
  'cannot be verified: it is downloaded when the server starts, or not named whole; next: put the model into a registry and write oci://REGISTRY/REPOSITORY@sha256:..., or on a volume (pvc://...)';

/** @param all CEL: the images that are looked at */
const specOf = (timeoutSeconds: number, actions: readonly string[], all: string, rules: readonly ImageRule[]) => ({
  failurePolicy: actions.includes('Deny') ? 'Fail' : 'Ignore',
  validationActions: actions,
  webhookConfiguration: { timeoutSeconds },
  evaluation: { background: { enabled: false } },
  variables: [{ name: 'all', expression: all }, ...rules.map(({ variable }) => variable)],
  validations: rules.map(({ validation }) => validation),
});

const policyNamed = (name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject => ({
  apiVersion: 'policies.kyverno.io/v1',
  kind: 'ValidatingPolicy',
  metadata: { name, labels: LABELS },
  spec,
});
