import type { TrustPolicyProblem } from '../finding';
import type { ModelLockInvalid } from '../findings/trust';
import { failure, success } from '../result';
import type { Result } from '../result';
import type { PreviousVerdict, PreviousVerdicts, RecordedSigner } from '../lifecycle/previousVerdicts';
import { knownKeysOf } from '../trust-policy/knownKeys';
import { listProblems, problemsInWords, problemsOfIssue, show } from '../trust-policy/problems';
import type { LocatedProblem } from '../trust-policy/problems';
import { readYaml } from '../trust-policy/yamlDocument';
import { modelLockSchema } from './schema';
import type { LockedImage, ModelLockFile } from './schema';

const WHAT = 'a model lock';

/**
 * Reads a `model.lock`: what was verified last, written by `renderModelLock` and reviewed like code.
 *
 * @param text YAML or JSON, at most 1 MiB
 * @param file its path, for messages
 * @returns the records by repository, or `model-lock-invalid` with every problem at once. A lock that cannot be read is never an empty one:
 *   whoever breaks it could otherwise make every signer a new one.
 */
export function parseModelLock(text: string, file: string): Result<PreviousVerdicts, ModelLockInvalid> {
  const yaml = readYaml(text, WHAT);
  if (!yaml.ok) return invalid(file, yaml.problems);
  const read = readModelLock(yaml.value);
  if (Array.isArray(read)) return invalid(file, [...yaml.problems, ...problemsInWords(read, yaml.position)]);
  return yaml.problems.length > 0 ? invalid(file, yaml.problems) : success(recordsOf(read as ModelLockFile));
}

const invalid = (file: string, problems: readonly TrustPolicyProblem[]): Result<never, ModelLockInvalid> =>
  failure({ code: 'model-lock-invalid', file, problems: listProblems(problems, WHAT) });

function readModelLock(value: unknown): ModelLockFile | readonly LocatedProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [], message: `expected ${WHAT} (a mapping), got ${show(value)}` }];
  }
  const parsed = modelLockSchema.safeParse(value, { jitless: true });
  if (!parsed.success) return parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, value, knownKeysOf(modelLockSchema)));
  const repeated = repeatedImages(parsed.data.images);
  return repeated.length > 0 ? repeated : parsed.data;
}

/** Of two records about one image, a reader would believe in the one that he saw. */
function repeatedImages(images: readonly LockedImage[]): readonly LocatedProblem[] {
  const seen = new Set<string>();
  return images.flatMap(({ repository, digest }, index): readonly LocatedProblem[] => {
    const name = `${repository}@${digest}`;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path: ['images', index], message: `expected each image once, got ${name} again` }];
  });
}

function recordsOf({ images }: ModelLockFile): PreviousVerdicts {
  const records = new Map<string, [PreviousVerdict, ...PreviousVerdict[]]>();
  for (const image of images) {
    const known = records.get(image.repository);
    if (known === undefined) records.set(image.repository, [recordOf(image)]);
    else known.push(recordOf(image));
  }
  return records;
}

function recordOf({ digest, signers, signedAt, builder }: LockedImage): PreviousVerdict {
  return {
    digest,
    signers: signers.map(signerOf),
    ...(signedAt !== undefined && { signedAt }),
    ...(builder !== undefined && { builder }),
  };
}

function signerOf({ keyless, key }: LockedImage['signers'][number]): RecordedSigner {
  if (keyless === undefined) return { signer: { kind: 'key', fingerprint: key ?? '' } };
  const { issuer, subject, sourceRepository, repositoryId, runner } = keyless;
  return {
    signer: { kind: 'certificate', issuer, subject },
    ...(sourceRepository !== undefined && { sourceRepository }),
    ...(repositoryId !== undefined && { repositoryId }),
    ...(runner !== undefined && { runner }),
  };
}
