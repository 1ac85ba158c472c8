import { shown } from '../../printing';
import type { PolicyConfigSchema } from '@pulumi/policy';
import type { Shortcoming } from '../../hardening';
import type { HardeningLayer } from '../hardening';
import type { Violation } from '../violations';

/** What decides about levels: how a policy treats values that are not known yet. */
export interface PodViolationOptions {
  /** The pod in words: `the pod at spec.template`. */
  readonly pod: string;
  readonly unknown: 'advisory' | 'mandatory';
}

/**
 * One violation with everything that blocks, and one advisory violation with the rest: advice, what a pod gave up with a reason, and what is
 * not known yet. Neither when there is nothing to say.
 */
export function podViolations(
  shortcomings: readonly Shortcoming[],
  { describeShortcoming }: HardeningLayer,
  options: PodViolationOptions,
): readonly Violation[] {
  const blocks = ({ optOut, outcome, severity }: Shortcoming) =>
    optOut === undefined && severity === 'block' && (outcome === 'violation' || options.unknown === 'mandatory');
  const text = (heading: string, some: readonly Shortcoming[]) => [`${heading}:`, ...some.map(describeShortcoming)].join('\n');
  const [blocking, rest] = [shortcomings.filter(blocks), shortcomings.filter((one) => !blocks(one))];
  return [
    ...(blocking.length === 0 ? [] : [{ message: text(`Not allowed in ${options.pod}`, blocking) }]),
    ...(rest.length === 0 ? [] : [{ message: text(`Advice on ${options.pod}`, rest), level: 'advisory' as const }]),
  ];
}

export const podInWords = (path: string): string => `the pod at ${shown(path)}`;

/** Configuration of both policies: what to do about values that are not known yet. */
export const UNKNOWN_OPTION: PolicyConfigSchema['properties'][string] = {
  enum: ['advisory', 'mandatory'],
  default: 'advisory',
  description:
    'Whether a value that decides and is not known at preview blocks. On `pulumi up` all values are known before the resource is created.',
};
