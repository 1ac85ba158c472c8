import type { ImagePolicy, PolicyException } from '../../verification/trust-policy';
import { endOf } from '../../verification/trust-policy/exceptions';
import { celText } from './celText';
import { coveredBy } from './imageReferences';
import type { Gap } from './attestations';

/** Signs of an attack rather than of unfinished work; an exception covers them only where it names them. */
const ATTACK = 'identity-mismatch';

/** What the exceptions of a trust policy come to for one policy. */
export interface RenderedExceptions {
  /** CEL over `i`: whether an exception that still holds lets the image run; undefined when there is none. */
  readonly exempt?: string;
  readonly previewOnly: readonly Gap[];
}

/**
 * The exceptions that lift a policy as a whole, until the end of their last day: the API server's clock ends them, nobody has to.
 *
 * @param signedByAnybody CEL over `i`: whether anybody under a trust root of the policy signed it, which no exception covers unless it
 * names `identity-mismatch`; undefined where the policy knows keys only, and nobody else's signature can be told
 */
export function renderExceptions(
  policy: ImagePolicy,
  exceptions: readonly PolicyException[],
  signedByAnybody: string | undefined,
): RenderedExceptions {
  const ours = exceptions.filter(({ policies }) => policies?.includes(policy.name) ?? true);
  const whole = ours.filter(({ findings }) => findings === undefined || findings.includes('unsigned'));
  const conditions = whole.map((exception) => {
    const guarded = signedByAnybody !== undefined && !(exception.findings ?? []).some((code) => code === ATTACK);
    return [
      `i.endsWith(${celText(`@${exception.digest}`)})`,
      `time.now() < timestamp(${celText(endOf(exception).toISOString())})`,
      coveredBy(exception.images, 'i'),
      ...(guarded ? [`!(${signedByAnybody})`] : []),
    ].join(' && ');
  });
  return {
    ...(conditions.length > 0 && { exempt: conditions.map((condition) => `(${condition})`).join(' || ') }),
    previewOnly: ours
      .filter((exception) => !whole.includes(exception))
      .map(({ name, findings = [] }) => ({
        what: `exception ${name} (${findings.join(', ')})`,
        why: 'the cluster does not tell these findings apart from others, so it does not apply the exception and goes on denying the image',
        fix: 'name policies instead of findings, if the image may run whatever is wrong with it',
      })),
  };
}
