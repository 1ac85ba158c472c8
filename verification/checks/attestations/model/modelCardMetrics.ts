import { member } from '../../../json';
import { valueAtPath } from '../../../attestations/boundedPredicate';
import type { Finding } from '../../../finding';
import { show } from '../../../trust-policy/problems';
import type { MetricBounds } from '../../../trust-policy/requirements/metrics';
import type { StatedIn } from './modelCardPlace';

/**
 * Holds metrics against bounds. A metric that is not stated does not hold.
 *
 * @param metrics as signed; a name is looked up as it is first, then as a path with dots
 * @param root path of the metrics in the document, for messages
 */
export function metricFindings(
  bounds: Readonly<Record<string, MetricBounds>> | undefined,
  metrics: unknown,
  root: string,
  place: StatedIn,
): readonly Finding[] {
  return Object.entries(bounds ?? {}).flatMap(([metric, { min, max }]): readonly Finding[] => {
    const found = member(metrics, metric) ?? valueAtPath(metrics, metric);
    const finding = {
      code: 'model-metric-out-of-range',
      ...place,
      metric,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    } as const;
    if (found === undefined) return [finding];
    // NaN is neither below a minimum nor above a maximum.
    if (typeof found !== 'number' || !Number.isFinite(found)) {
      return [{ code: 'predicate-malformed', ...place, path: `${root}.${metric}`, expected: 'a number', found: show(found) }];
    }
    return (min !== undefined && found < min) || (max !== undefined && found > max) ? [{ ...finding, found }] : [];
  });
}
