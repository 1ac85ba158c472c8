import type { AttestationRequirement, ImagePolicy, PolicyException } from '../../verification/trust-policy';
import { endOf, lifts } from '../../verification/trust-policy/exceptions';
import type { FindingCode } from '../../verification/trust-policy/exceptions';
import type { Gap } from './attestations';
import { celText } from './celText';
import { matchesGlobs } from './imageReferences';
import { CONTENT_FINDINGS } from './requirementFindings';

/** A list of images in CEL. */
export interface ImageVariable {
  readonly name: string;
  readonly expression: string;
}

/** For each exception the images that it covers, until the end of its last day: the clock ends it. */
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
const isCovered = (index: number): string => `i in variables.${variableOf(index)}`;
const NEVER = 'false';

/** What CEL can ask about the signatures of an image, each over `i`. */
export interface SignatureQuestions {
  /** Someone signed it under a trust root of the policy, and none of its signers did; undefined where the policy knows keys only. */
  readonly byStrangersOnly: string | undefined;
  /** There is something by anyone under a trust root, or by a signer of the policy, whatever it says. */
  readonly attested: string;
  /** At least one signer of the policy signed it, where it wants several; undefined where it wants one. */
  readonly byOne: string | undefined;
  /** A signer signed it whose caller only the gate can judge; undefined where there is none. */
  readonly byUnknownCaller: string | undefined;
}

/** What CEL can ask about a requirement. */
export interface RequirementQuestions {
  /** There is an attestation of its types by its signers. */
  readonly present: string;
  /** There is one by anyone else under a trust root of the policy; undefined where the policy knows keys only. */
  readonly byStrangers: string | undefined;
}

/**
 * The exceptions of a trust policy for one policy, by what they lift. The preview rejects an image unless every one of its findings is covered,
 * so a check that fails in the cluster is lifted only where exceptions cover each finding that the preview may have then: an exception
 * for `unsigned` lifts no requirement. Where the cluster cannot separate two findings, both must be covered, and it is stricter.
 */
export class PolicyExceptions {
  readonly #ours: readonly (readonly [index: number, exception: PolicyException])[];
  readonly #applied = new Map<number, Set<FindingCode>>();

  constructor(policy: ImagePolicy, exceptions: readonly PolicyException[]) {
    this.#ours = [...exceptions.entries()].filter(([, { policies }]) => policies?.includes(policy.name) ?? true);
  }

  /** CEL over `i`: the image may run although its signatures do not suffice. */
  signatures({ byStrangersOnly, attested, byOne }: SignatureQuestions): string {
    if (byStrangersOnly === undefined) return this.#if(byOne, THRESHOLD, this.#covers(UNVERIFIED));
    const nothing = choice(attested, this.#covers(['attestation-is-not-signature']), this.#covers(['unsigned']));
    return this.#if(byOne, THRESHOLD, choice(byStrangersOnly, this.#covers(['identity-mismatch']), nothing));
  }

  /** CEL over `i`: the image may run although the requirement does not hold. */
  requirement(kind: AttestationRequirement['kind'], { present, byStrangers }: RequirementQuestions): string {
    const absent =
      byStrangers === undefined
        ? this.#covers(['attestation-missing', 'attestation-untrusted'])
        : choice(byStrangers, this.#covers(['attestation-untrusted']), this.#covers(['attestation-missing']));
    return this.#only(choice(present, this.#covers(CONTENT_FINDINGS[kind]), absent));
  }

  /**
   * CEL over `i`: the image may run without a summary of the gate, which writes none for an image under an exception. What the summary stands
   * for may be anything, so only exceptions that lift the whole policy count.
   */
  summary({ byUnknownCaller }: SignatureQuestions): string {
    const whole = this.#ours.filter(([, { findings }]) => findings === undefined).map(([index]) => isCovered(index));
    if (whole.length === 0) return NEVER;
    // Another caller would be an identity-mismatch.
    const known = byUnknownCaller === undefined ? '' : ` && (!(${byUnknownCaller}) || ${this.#covers(['identity-mismatch'])})`;
    return `(${whole.join(' || ')})${known}`;
  }

  /** Whether any exception lifts something. */
  get lift(): boolean {
    return this.#applied.size > 0;
  }

  /** What the cluster does not see about an image that it lets run. To be asked after everything else. */
  get unseen(): readonly Gap[] {
    if (!this.lift) return [];
    return [
      {
        what: 'signatures that do not verify, are by a key that the policy does not know, or were made for another image, on an image under an exception',
        why: 'Kyverno takes them for none; at preview each is a finding that the exception must cover',
        fix: 'remove them from the registry, or name their findings in the exception as well',
      },
    ];
  }

  /** Findings that exceptions name and the cluster goes on denying. To be asked after everything else. */
  get notApplied(): readonly Gap[] {
    return this.#ours.flatMap(([index, { name, findings = [] }]): readonly Gap[] => {
      const left = findings.filter((code) => this.#applied.get(index)?.has(code) !== true);
      if (left.length === 0) return [];
      return [
        {
          what: `exception ${name} (${left.join(', ')})`,
          why: 'the cluster does not tell these findings apart from others, so it does not apply the exception and goes on denying the image',
          fix: 'name policies instead of findings, if the image may run whatever is wrong with it',
        },
      ];
    });
  }

  /** CEL: exceptions that hold now cover each of the codes. */
  #covers(codes: readonly FindingCode[]): string {
    const lifting = codes.map((code) => this.#ours.filter(([, exception]) => lifts(exception, code)).map(([index]) => index));
    if (lifting.some((indexes) => indexes.length === 0)) return NEVER;
    for (const [position, code] of codes.entries()) {
      for (const index of lifting[position] ?? []) this.#applied.set(index, (this.#applied.get(index) ?? new Set()).add(code));
    }
    const conditions = new Set(lifting.map((indexes) => `(${indexes.map(isCovered).join(' || ')})`));
    return [...conditions].join(' && ');
  }

  #if(byOne: string | undefined, then: readonly FindingCode[], otherwise: string): string {
    return this.#only(byOne === undefined ? otherwise : choice(byOne, this.#covers(then), otherwise));
  }

  /** Asks the registry only about images under an exception. */
  #only(condition: string): string {
    if (condition === NEVER || !condition.includes('verify')) return condition;
    return `(${this.#ours.map(([index]) => isCovered(index)).join(' || ')}) && (${condition})`;
  }
}

/** Without a trust root the signature of a stranger is one that does not verify. */
const UNVERIFIED: readonly FindingCode[] = [
  'unsigned',
  'notation-signed',
  'attestation-is-not-signature',
  'signature-invalid',
  'signature-malformed',
];
const THRESHOLD: readonly FindingCode[] = ['signature-threshold-not-met'];

/** CEL for one of two answers; the question is not asked where the answer does not depend on it. */
function choice(question: string, then: string, otherwise: string): string {
  return then === otherwise ? then : `((${question}) ? (${then}) : (${otherwise}))`;
}
