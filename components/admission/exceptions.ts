import type { ImagePolicy, PolicyException } from '../../verification/trust-policy';
import { endOf } from '../../verification/trust-policy/exceptions';
import type { Gap } from './attestations';
import { celText } from './celText';
import { matchesGlobs } from './imageReferences';

/** Signs of an attack rather than of unfinished work; an exception covers them only where it names them. */
const ATTACK = 'identity-mismatch';

/** What the exceptions of a trust policy come to for one policy. */
export interface RenderedExceptions {
  /** CEL over `i`: whether an exception that still holds lets the image run; undefined when there is none. */
  readonly exempt?: string;
  /** Exceptions that the cluster does not apply, so that it goes on denying. */
  readonly notApplied: readonly Gap[];
}

/** A list of images in CEL. */
export interface ImageVariable {
  readonly name: string;
  readonly expression: string;
}

/** For each exception the images that it covers, until the end of its last day: the clock ends it, nobody has to. */
export function exceptionVariables(exceptions: readonly PolicyException[]): readonly ImageVariable[] {
  return exceptions.map((exception, index) => {
    const conditions = [
      `n.image.endsWith(${celText(`@${exception.digest}`)})`,
      `time.now() < timestamp(${celText(endOf(exception).toISOString())})`,
      matchesGlobs(exception.images, 'n.repository'),
    ];
    return { name: variableOf(index), expression: `variables.named.filter(n, ${conditions.join(' && ')}).map(n, n.image)` };
  });
}

const variableOf = (index: number): string => `exception${index}`;

/**
 * The exceptions that lift a policy.
 *
 * @param strangersOnly CEL over `i`: whether somebody signed it, and nobody whom the policy names. No exception covers that unless it names
 * `identity-mismatch`. Undefined where the policy knows keys only: then nobody else's signature can be told.
 */
export function renderExceptions(
  policy: ImagePolicy,
  exceptions: readonly PolicyException[],
  strangersOnly: string | undefined,
): RenderedExceptions {
  const ours = exceptions.filter(({ policies }) => policies?.includes(policy.name) ?? true);
  const whole = ours.filter(({ findings }) => findings === undefined || findings.includes('unsigned'));
  const conditions = whole.map((exception) => {
    const guarded = strangersOnly !== undefined && !(exception.findings ?? []).some((code) => code === ATTACK);
    return `(i in variables.${variableOf(exceptions.indexOf(exception))}${guarded ? ` && !(${strangersOnly})` : ''})`;
  });
  return {
    ...(conditions.length > 0 && { exempt: conditions.join(' || ') }),
    notApplied: ours
      .filter((exception) => !whole.includes(exception))
      .map(({ name, findings = [] }) => ({
        what: `exception ${name} (${findings.join(', ')})`,
        why: 'the cluster does not tell these findings apart from others, so it does not apply the exception and goes on denying the image',
        fix: 'name policies instead of findings, if the image may run whatever is wrong with it',
      })),
  };
}
