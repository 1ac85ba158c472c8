import type { PredicateFields, Stated } from './slsaProvenanceFields';

/** A source as a URI names it. */
export interface SourceUri {
  /** `https://github.com/acme/ml-models`: no `git+`, no user, no `.git`, host in lower case. */
  readonly repository: string;
  readonly ref?: string;
}

/** `git+https://host/path.git@ref`, as in-toto and SPDX write it, and `https://host/path.git#ref:directory`, as BuildKit does. */
const SOURCE_URI = /^(?:git\+)?(https|http|ssh|git):\/\/(?:[^/@#?]*@)?([^/@#?]+)\/([^@#?]+)(?:@([^#?]+)|#([^:]*)(?::.*)?)?$/i;

/** Reads the URI of a source repository; `undefined` when it is none. */
export function parseSourceUri(uri: string): SourceUri | undefined {
  const [, scheme = '', host = '', path = '', suffix, fragment] = SOURCE_URI.exec(uri) ?? [];
  // Looked for where a run of slashes begins only, or a path of slashes takes time by the square of its length.
  const cleanPath = path.replace(/(?<!\/)\/+$/, '').replace(/\.git$/, '');
  if (cleanPath === '') return undefined;
  const ref = suffix ?? fragment;
  const repository = `${scheme.toLowerCase()}://${host.toLowerCase()}/${cleanPath}`;
  return ref === undefined || ref === '' ? { repository } : { repository, ref };
}

/** One spelling of a repository, for comparing; a text that is no repository stays as it is, and equals only itself. */
export const normaliseRepository = (uri: string): string => parseSourceUri(uri)?.repository ?? uri;

/** SHA-1 or SHA-256 of a git object. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Names under which digest sets hold a commit: https://github.com/in-toto/attestation/blob/main/spec/v1/digest_set.md */
const COMMIT_DIGESTS = ['gitCommit', 'sha1'] as const;

/** The commit in a digest set; what does not look like one is none. */
export function readCommit(fields: PredicateFields, ...digestSet: readonly (string | number)[]): Stated | undefined {
  return COMMIT_DIGESTS.map((name) => fields.text(...digestSet, name)).find((stated) => stated !== undefined && COMMIT.test(stated.value));
}

/** The dependency that is the source: the one of the given repository, or the first git repository. */
export function findSourceDependency(
  fields: PredicateFields,
  list: readonly string[],
  repository: string | undefined,
): { readonly uri: Stated; readonly source: SourceUri; readonly commit?: Stated } | undefined {
  const count = fields.count(...list);
  for (let index = 0; index < count; index++) {
    const uri = fields.text(...list, index, 'uri');
    const source = uri === undefined ? undefined : parseSourceUri(uri.value);
    if (uri === undefined || source === undefined) continue;
    if (repository === undefined ? !uri.value.startsWith('git+') : source.repository !== repository) continue;
    const commit = readCommit(fields, ...list, index, 'digest');
    return commit === undefined ? { uri, source } : { uri, source, commit };
  }
  return undefined;
}
