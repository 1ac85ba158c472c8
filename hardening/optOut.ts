/** Start of the pod annotations by which a control is given up; the value is the reason, which people will read. */
export const OPT_OUT_PREFIX = 'pulumi-model-supply-chain/opt-out-';

/**
 * The annotation of the pod (of its template, for workloads) that gives a control up. Such a pod passes, and is told about with its reason.
 *
 * @example
 * optOutAnnotation('read-only-root') // 'pulumi-model-supply-chain/opt-out-read-only-root'
 */
export function optOutAnnotation(control: string): string {
  return `${OPT_OUT_PREFIX}${control}`;
}
