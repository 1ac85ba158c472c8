import type { LintFinding } from '../findings/policyLint';
import { matchesIdentity } from './identity';
import { holds, patternVariants, spellOut } from './patternSamples';
import type { PatternVariant } from './patternSamples';
import { formOf, intendedOwner, ownerOf } from './subjectOwner';
import type { IntendedOwner } from './subjectOwner';
import type { Identity } from './types';

type SubjectCode = 'policy-subject-wide' | 'policy-subject-organisation' | 'policy-subject-any-branch';

const WORKFLOW = '.github/workflows/build.yml';
const BRANCH = 'refs/heads/mallory';
const PULL_REQUEST = 'refs/pull/1/merge';

/** Ordinary text for a hole. */
const PLAIN = ['mallory', 'model', 'build.yml', '1', 'a', ''];

/** What Mallory would put into a hole, wherever in a subject it is. The most natural first. */
const STRANGE: readonly string[] = [
  ...PLAIN,
  ...[`model/${WORKFLOW}@${BRANCH}`, `mallory/model/${WORKFLOW}@${BRANCH}`, `https://github.com/mallory/model/${WORKFLOW}@${BRANCH}`],
  ...[
    `${WORKFLOW}@${BRANCH}`,
    `build.yml@${BRANCH}`,
    BRANCH,
    'heads/mallory',
    PULL_REQUEST,
    'pull/1/merge',
    '1/merge',
    `build.yml@${PULL_REQUEST}`,
  ],
  ...[`-mallory/model/${WORKFLOW}@${BRANCH}`, '-mallory', `https://github.com/mallory/model/${WORKFLOW}`],
  ...[`https://github.com/mallory/model`, 'https://mallory.example/', `mallory/model/${WORKFLOW}`, `model/${WORKFLOW}`, 'mallory/model'],
  ...[
    'https://github.com/mallory-',
    `/${WORKFLOW}@${BRANCH}`,
    `.mallory.example/mallory/model/${WORKFLOW}@${BRANCH}`,
    '.mallory.example/x',
    '/mallory',
    '/',
    'mallory@mallory.example',
    '@mallory.example',
    'mallory.',
    'mallory-',
  ],
];

/** Enough to fill any two holes of a pattern in every way; a pattern of many holes or alternatives is linted by a part of its samples. */
const MAX_SAMPLES = 6_000;

/**
 * Weak spots of a subject pattern, by making up subjects as a stranger could have them and trying each against the pattern. Only what the
 * pattern really accepts is told. At most one finding about who may sign (the widest), and one about dots.
 */
export function lintSubject(identity: Identity, path: string): readonly LintFinding[] {
  const { subject } = identity;
  if (subject.kind === 'exact') return [];
  const accepts = (text: string): boolean => matchesIdentity(identity, { issuer: identity.issuer, subject: text });
  const place = { path: `${path}.subjectRegExp`, pattern: subject.source };
  const variants = patternVariants(subject.source).map((variant) => ({ variant, intended: intendedOwner(variant) }));
  const findings: LintFinding[] = [];

  const samples = variants.flatMap(({ variant, intended }) =>
    [...samplesOf(variant, Math.ceil(MAX_SAMPLES / variants.length))].filter(accepts).flatMap((text) => {
      const code = weakness(text, intended);
      return code === undefined ? [] : [{ code, accepts: text }];
    }),
  );
  const widest = WIDEST_FIRST.map((code) => mostNatural(samples.filter((sample) => sample.code === code))).find((sample) => sample);
  if (widest !== undefined) findings.push({ ...place, ...widest });

  const dotted = variants.flatMap(({ variant, intended }) =>
    [...dottedSamples(variant)].filter((text) => accepts(text) && isForeign(text, intended)),
  );
  const [strange] = dotted;
  if (strange !== undefined) findings.push({ code: 'policy-subject-dot', ...place, accepts: strange });
  return findings;
}

const WIDEST_FIRST: readonly SubjectCode[] = ['policy-subject-wide', 'policy-subject-organisation', 'policy-subject-any-branch'];

function weakness(subject: string, intended: IntendedOwner): SubjectCode | undefined {
  const form = formOf(subject);
  if (form === undefined || (intended.form !== undefined && intended.form !== form)) return undefined;
  if (intended.owner === undefined || ownerOf(subject) !== intended.owner) return 'policy-subject-wide';
  if (form === 'mail') return subject.startsWith('mallory@') ? 'policy-subject-organisation' : undefined;
  // What follows the owner is Mallory's from its beginning: the pattern does not name a repository.
  const rest = subject.slice(subject.indexOf(`${intended.owner}/`) + intended.owner.length + 1);
  if (/^(mallory|model)\//.test(rest)) return 'policy-subject-organisation';
  const [, ref, ...more] = subject.split('@');
  return more.length === 0 && (ref === BRANCH || ref === PULL_REQUEST) ? 'policy-subject-any-branch' : undefined;
}

const isForeign = (subject: string, { owner }: IntendedOwner): boolean => owner !== undefined && ownerOf(subject) !== owner;

/** Every two holes in every way, the others with ordinary text. */
function* samplesOf(variant: PatternVariant, most: number): Generator<string> {
  const holes = variant.filter((part) => part.kind === 'hole');
  if (holes.length === 0) return;
  const fitting = holes.map((hole) => STRANGE.filter((text) => holds(hole, text)));
  const plain = plainFillers(variant);
  let count = 0;
  for (let first = 0; first < holes.length; first++) {
    for (let second = holes.length === 1 ? 0 : first + 1; second < holes.length; second++) {
      for (const a of fitting[first] ?? []) {
        for (const b of second === first ? [a] : (fitting[second] ?? [])) {
          if (++count > most) return;
          yield spellOut(
            variant,
            plain.map((text, index) => (index === first ? a : index === second ? b : text)),
          );
        }
      }
    }
  }
}

function* dottedSamples(variant: PatternVariant): Generator<string> {
  const dots = variant.filter((part) => part.kind === 'dot').length;
  const plain = plainFillers(variant);
  for (let dot = 0; dot < dots; dot++) yield spellOut(variant, plain, dot);
}

const plainFillers = (variant: PatternVariant): readonly string[] =>
  variant.flatMap((part) => (part.kind === 'hole' ? (PLAIN.find((text) => holds(part, text)) ?? '') : []));

/** A whole workflow or address is understood at once; a torn one has to be thought about. */
const NATURAL = [/^https:\/\/[^/@]+\/\w[\w.-]*\/\w[\w.-]*\/\.github\/workflows\/[\w.-]+@refs\/heads\/[\w-]+$/, /^\w+@[\w.-]+$/];

function mostNatural<Sample extends { readonly accepts: string }>(samples: readonly Sample[]): Sample | undefined {
  return samples.find(({ accepts }) => NATURAL.some((pattern) => pattern.test(accepts))) ?? samples[0];
}
