import { optOutAnnotation } from '../../../hardening';
import { celText } from '../celText';
import { LABELS } from '../../namespace/labels';
import { enforcedNamespaces, objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import { ADMISSION_CONTROLS } from './controls';
import { MODEL_POD } from './modelPod';
import type { CelVariable } from './modelPod';
import { TEMPLATE, TEMPLATE_CHANGED, WORKLOADS } from './podTemplates';

const PAGE = 'https://unpkg.com/pulumi-model-supply-chain/docs/pod-hardening.md';
const REASON_LIMIT = 200;

/**
 * The blocking controls beyond the Pod Security Standards, for pods that serve models in namespaces under enforcement: what
 * `require-hardened-model-pod` says at preview. Policies of the API server itself, which ask nobody over the network.
 *
 * One policy refuses (or warns, as `actions` says); the other tells about controls that a pod gives up by annotation, and never refuses.
 *
 * @param actions `['Deny']`, or `['Warn', 'Audit']`
 */
export function renderHardening(name: string, actions: readonly string[]): readonly KubernetesObject[] {
  return [
    ...policy(objectName(name, 'hardened-pods'), {
      failurePolicy: actions.includes('Deny') ? 'Fail' : 'Ignore',
      actions,
      texts: ADMISSION_CONTROLS.map(({ control: { id, title, reason, fix } }) =>
        entry(id, `${reasonOf(id)} == ""`, [
          celText(`[${id}] expected ${title}, not so: `),
          `${offendersOf(id)}.join(", ")`,
          celText(`; why: ${reason}; next: ${fix}`),
        ]),
      ),
      tail: `; a control is given up by the annotation ${optOutAnnotation('ID')} of the pod, with a reason; docs: ${PAGE}`,
      fallback: `a pod that serves a model is not hardened; docs: ${PAGE}`,
    }),
    ...policy(objectName(name, 'hardened-pods-opt-outs'), {
      failurePolicy: 'Ignore',
      actions: ['Warn', 'Audit'],
      texts: ADMISSION_CONTROLS.map(({ control: { id } }) =>
        entry(id, `${reasonOf(id)} != ""`, [celText(`[${id}] given up by the annotation ${optOutAnnotation(id)}: `), shownReason(id)]),
      ),
      tail: `; docs: ${PAGE}`,
      fallback: `a pod that serves a model gives controls up; docs: ${PAGE}`,
    }),
  ];
}

/** Variables of CEL are identifiers. */
const variableOf = (id: string): string => id.replaceAll('-', '_');
const offendersOf = (id: string): string => `variables.${variableOf(id)}`;
const reasonOf = (id: string): string => `variables.annotations[?${celText(optOutAnnotation(id))}].orValue("").trim()`;

/** Warnings are read in terminals and in the events of others. RE2. */
const LIVE = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}<>`]|\\]\\(';

/** A message with a line break is thrown away by the API server, and with it the reason. */
function shownReason(id: string): string {
  const whole = `${reasonOf(id)}.replace("\\n", " ").replace("\\r", " ")`;
  const oneLine = `(${whole}.matches(${celText(LIVE)}) ? ${celText('a reason with control characters or markup (not shown)')} : ${whole})`;
  return `(size(${oneLine}) > ${REASON_LIMIT} ? ${oneLine}.substring(0, ${REASON_LIMIT}) : ${oneLine})`;
}

/** CEL: a list with the text of one control, or an empty one. */
const entry = (id: string, condition: string, text: readonly string[]): string =>
  `(size(${offendersOf(id)}) > 0 && ${condition} ? [${text.join(' + ')}] : [])`;

interface Told {
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly actions: readonly string[];
  readonly texts: readonly string[];
  readonly tail: string;
  /** What is said when the texts are longer than the API server takes. */
  readonly fallback: string;
}

/** One validation for all controls: of several that fail, the API server tells the first only. */
function policy(name: string, { failurePolicy, actions, texts, tail, fallback }: Told): readonly KubernetesObject[] {
  const metadata = { name, labels: LABELS };
  const controls = ADMISSION_CONTROLS.map(({ control: { id }, offenders }): CelVariable => ({
    name: variableOf(id),
    expression: offenders,
  }));
  const variables = [
    { name: 'template', expression: TEMPLATE },
    ...MODEL_POD,
    ...controls,
    { name: 'told', expression: `variables.isModelPod ? ${texts.join(' + ')} : []` },
  ];
  const messageExpression = `variables.told.join("; ") + ${celText(tail)}`;
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy,
        matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: WORKLOADS },
        matchConditions: [TEMPLATE_CHANGED],
        variables,
        validations: [{ expression: 'size(variables.told) == 0', messageExpression, message: fallback, reason: 'Forbidden' }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: actions },
    },
  ];
}
