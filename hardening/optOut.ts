import type { Field } from './pod/field';

/** Start of every annotation that `ModelServing` writes on its pods. */
export const ANNOTATION_PREFIX = 'pulumi-model-supply-chain/';

/** Start of the pod annotations by which a control is given up; the value is the reason, which people will read. */
export const OPT_OUT_PREFIX = `${ANNOTATION_PREFIX}opt-out-`;

/** Longest reason that a message repeats. */
const REASON_LIMIT = 200;

/**
 * The annotation of the pod (of its template, for workloads) that gives a control up. Such a pod passes, and is told about with its reason.
 *
 * @param control Id of a control, or of a check of the Pod Security Standards, or what `serverOptionControl` gives.
 *
 * @example
 * optOutAnnotation('read-only-root') // 'pulumi-model-supply-chain/opt-out-read-only-root'
 */
export function optOutAnnotation(control: string): string {
  return `${OPT_OUT_PREFIX}${control}`;
}

/**
 * The name under which a dangerous server option can be given up.
 *
 * @example
 * serverOptionControl('--trust-remote-code') // 'option-trust-remote-code'
 * serverOptionControl('VLLM_SERVER_DEV_MODE') // 'option-vllm_server_dev_mode'
 */
export function serverOptionControl(option: string): string {
  return `option-${option
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^-+|-+$/g, '')}`;
}

/**
 * The reason with which a pod gives a control up; undefined when it does not. An empty reason is none, and neither is one that is not known.
 *
 * @param metadata Metadata of the pod or template.
 */
export function optOutReason(metadata: Field, control: string): string | undefined {
  const reason = metadata.at('annotations', optOutAnnotation(control)).text?.trim();
  return reason === undefined || reason === '' ? undefined : reason.slice(0, REASON_LIMIT);
}
