import type { TrustPolicy } from '../../../verification/trust-policy';
import { celText } from '../celText';
import { OLD_TEMPLATE, TEMPLATE } from '../hardening/podTemplates';
import { byList, coveredBy, namesHostPlainly } from '../imageReferences';
import { enforcedNamespaces, objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import { denialMessage, findingPage, listed, noneOf } from '../messages';
import { isWellFormed } from '../referenceGrammar';
import { EPHEMERAL_CONTAINERS, PODS, POD_CONTROLLERS, containerImages, imagesOfPodSpec, volumeImages } from '../workloads';
import { POLICY_CONTROLLER_LABEL } from '../../namespace/labels';
import { apiServerPolicy } from './apiServerPolicy';

const DOCS = 'https://unpkg.com/pulumi-model-supply-chain/docs/policy-controller.md';

/** Pods, what makes pods, and `kubectl debug`: an update may bring another image. */
export const WORKLOADS = [
  ...PODS,
  ...EPHEMERAL_CONTAINERS,
  ...(['apps', 'batch'] as const).map((group) => ({
    apiGroups: [group],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: POD_CONTROLLERS.filter((name) => name.endsWith('jobs') === (group === 'batch')),
  })),
];

const imagesOf = (template: string): string => imagesOfPodSpec(`${template}.spec`);

/** A change that leaves the images alone is not judged again: a Deployment from before must still be scaled, and lose its finalizers. */
const IMAGES_CHANGED = {
  name: 'images-changed',
  expression: `request.operation == "CREATE" || (${imagesOf(`(${TEMPLATE})`)}) != (${imagesOf(`(${OLD_TEMPLATE})`)})`,
};

/**
 * The companion of the ClusterImagePolicies, by the API server itself: what policy-controller does not look at, or would take for an image
 * that no policy covers. It is not asked about a namespace without its label, looks into containers only, and compares registries letter by
 * letter. Images that no policy covers are judged here, because its own setting for them holds for the whole cluster.
 */
export function renderPodImages(name: string, policy: TrustPolicy): readonly KubernetesObject[] {
  const globs = policy.policies.flatMap(({ images }) => images);
  const covered = coveredBy(globs, 'i', byList);
  const variables = [
    { name: 'template', expression: TEMPLATE },
    { name: 'volumeImages', expression: volumeImages('variables.template.spec') },
    { name: 'all', expression: `${containerImages('variables.template.spec')} + variables.volumeImages` },
    { name: 'malformed', expression: `variables.all.filter(i, !(${isWellFormed('i', globs)}))` },
    { name: 'readable', expression: 'variables.all.filter(i, !(i in variables.malformed))' },
    { name: 'respelt', expression: `variables.readable.filter(i, !(${namesHostPlainly('i', byList)}))` },
    { name: 'unlisted', expression: `variables.readable.filter(i, !(${covered}))` },
    { name: 'volumes', expression: 'variables.volumeImages.filter(i, i in variables.readable && !(i in variables.unlisted))' },
  ];
  // A text with many images is longer than the API server takes; then it tells `message`.
  const none = (variable: string, code: string, text: string) => ({
    ...noneOf(`variables.${variable}`, denialMessage(code, listed(`variables.${variable}`), text)),
    message: `[${code}] an image ${text}; docs: ${findingPage(code)}`,
  });
  const about = listed('variables.volumes');
  const always = [
    { expression: `${includeLabel} == "true"`, messageExpression: NOT_ASKED },
    none('malformed', 'reference-malformed', MALFORMED),
    none('respelt', 'reference-malformed', RESPELT),
    {
      ...noneOf('variables.volumes', `${about} + ${celText(` ${IMAGE_VOLUME}; docs: ${DOCS}`)}`),
      message: `an image ${IMAGE_VOLUME}; docs: ${DOCS}`,
    },
  ];
  const unlisted = none('unlisted', 'image-not-covered', NOT_COVERED);
  const rendered = (suffix: string, actions: readonly string[], validations: readonly object[]) =>
    apiServerPolicy(objectName(name, suffix), actions, {
      matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: WORKLOADS },
      matchConditions: [IMAGES_CHANGED],
      variables,
      validations: validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
    });
  switch (policy.unmatchedImages) {
    case 'deny':
      return rendered('pod-images', ['Deny'], [...always, unlisted]);
    case 'warn':
      return [...rendered('pod-images', ['Deny'], always), ...rendered('listed-images', ['Warn', 'Audit'], [unlisted])];
    case 'allow':
      return rendered('pod-images', ['Deny'], always);
  }
}

const includeLabel = `namespaceObject.metadata.?labels[?${celText(POLICY_CONTROLLER_LABEL)}].orValue("")`;

const NOT_ASKED = `${celText('policy-controller is not asked about namespace ')} + namespaceObject.metadata.name + ${celText(
  `, so nothing would be verified: it lacks the label ${POLICY_CONTROLLER_LABEL}: "true"; next: set it, as ModelNamespace with admissionBackend: policyController does; docs: ${DOCS}`,
)}`;
const MALFORMED =
  'is no image reference that can be read with certainty; next: write REGISTRY/REPOSITORY@sha256:... in lower case, with a registry host as URLs write it';
const RESPELT =
  'names its registry in another spelling than the trust policy, which policy-controller takes for another registry; next: write the host in lower case and without its default port';
const IMAGE_VOLUME =
  'is mounted as an image volume, which policy-controller does not verify; next: let an init container copy the model (ModelServing: kind initContainerCopy), or use the backend kyverno';
const NOT_COVERED =
  'is covered by no policy of the trust policy, so nobody has said who may sign it; next: use an image that a policy covers, or add its repository to the trust policy in a reviewed change';
