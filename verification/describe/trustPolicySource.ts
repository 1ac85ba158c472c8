import { shown } from '../../printing';

/** What is said about the trust policy that decides. */
export interface TrustPolicySource {
  /** Path of the file, or the name of an inline policy. */
  readonly file: string;
  readonly sha256: string;
  readonly policy: { readonly policies: readonly unknown[] };
}

/**
 * The trust policy that decided, as one line: every report says it.
 *
 * @param why how it was chosen: "nearest to the project directory /work/infra"
 */
export function describeTrustPolicySource({ file, sha256, policy: { policies } }: TrustPolicySource, why?: string): string {
  const count = `${policies.length} ${policies.length === 1 ? 'policy' : 'policies'}`;
  return `trust policy: ${shown(file)}, sha256:${sha256}, ${count}${why === undefined ? '' : ` (${shown(why)})`}`;
}
