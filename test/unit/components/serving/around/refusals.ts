import { ArgumentProblems } from '../../../../../components/arguments/argumentProblems';

/** What `judge` refuses: path and reason of each problem, in order. */
export function refusalsOf(judge: (problems: ArgumentProblems) => unknown): readonly (readonly [path: string, reason: string])[] {
  const problems = new ArgumentProblems('ModelServing "sentiment"');
  judge(problems);
  try {
    problems.throwIfAny();
  } catch (error) {
    const { errors } = error as { errors: readonly { propertyPath: string; reason: string }[] };
    return errors.map(({ propertyPath, reason }) => [propertyPath, reason]);
  }
  return [];
}

/** Settings of arguments that are right. */
export function accepted<T>(judge: (problems: ArgumentProblems) => T): T {
  const problems = new ArgumentProblems('ModelServing "sentiment"');
  const settings = judge(problems);
  problems.throwIfAny();
  return settings;
}
