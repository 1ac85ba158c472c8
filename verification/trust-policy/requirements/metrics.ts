import * as z from 'zod/mini';
import { whenUsed } from '../whenUsed';

/** Bounds of a metric, inclusive. */
export interface MetricBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const bounds = whenUsed(() =>
  z
    .strictObject({
      min: z.optional(z.number().check(z.describe('Smallest value that is accepted'))),
      max: z.optional(z.number().check(z.describe('Largest value that is accepted'))),
    })
    .check(
      z.superRefine(({ min, max }, context) => {
        if (min === undefined && max === undefined) context.addIssue({ code: 'custom', message: 'expected min or max, got neither' });
        if (min !== undefined && max !== undefined && min > max) {
          context.addIssue({ code: 'custom', message: `expected min to be at most max, got ${min} and ${max}` });
        }
      }),
    ),
);

const NAME = /^[^.]{1,200}(?:\.[^.]{1,200})*$/;
const NAME_FORM = 'expected the name of a metric, or a path with dots: per_language.de.f1';

/** Thresholds by the name of the metric; a dot goes into a nested one: `per_language.de.f1`. */
export const metricsSchema = whenUsed(() =>
  z.record(z.string().check(z.regex(NAME)), bounds, { error: ({ code }) => (code === 'invalid_key' ? NAME_FORM : undefined) }).check(
    z.superRefine((metrics, context) => {
      if (Object.keys(metrics).length === 0)
        context.addIssue({ code: 'custom', message: 'expected at least one metric, got an empty mapping' });
    }),
  ),
);
