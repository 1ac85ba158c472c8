import * as z from 'zod/mini';
import { someOf } from '../fieldSchemas';
import { syntaxProblem } from '../linearPattern';
import { whenUsed } from '../whenUsed';

const scalar = whenUsed(() =>
  z.union([z.string().check(z.maxLength(2_048)), z.number(), z.boolean()], 'expected text, a number, true or false'),
);

const pattern = whenUsed(() =>
  z.string().check(
    z.minLength(1),
    z.maxLength(512),
    z.superRefine((source, context) => {
      const message = syntaxProblem(source);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
    z.describe('Regular expression (RE2) over the whole text; anchored at both ends'),
  ),
);

const field = whenUsed(() =>
  z
    .strictObject({
      path: z
        .string()
        .check(
          z.maxLength(512),
          z.regex(/^[^.]+(?:\.[^.]+)*$/, 'expected a path with dots: scanner.results.0.status'),
          z.describe('Field of the predicate: names, and positions in lists from 0, with dots between'),
        ),
      equals: z.optional(scalar).check(z.describe('The value that it must have; text, number and truth value are different')),
      oneOf: someOf(scalar, 'Values of which it must have one'),
      pattern: z.optional(pattern),
    })
    .check(
      z.superRefine(({ equals, oneOf, pattern: source }, context) => {
        const given = [equals, oneOf, source].filter((value) => value !== undefined).length;
        if (given !== 1) context.addIssue({ code: 'custom', message: `expected exactly one of equals, oneOf and pattern, got ${given}` });
      }),
      z.describe('What one field must be: exactly one of equals, oneOf and pattern'),
    ),
);

export const customSchema = whenUsed(() =>
  z
    .strictObject({
      predicateType: z.string().check(z.minLength(1), z.maxLength(512), z.describe('Exact predicate type (a URI)')),
      fields: someOf(field, 'What the predicate must say; all of them must hold'),
    })
    .check(z.describe('An attestation of any other type')),
);

export type CustomRequirement = z.output<typeof customSchema>;
export type CustomField = z.output<typeof field>;
