/** Whether a repository name matches a glob. */
export type GlobMatcher = (repository: string) => boolean;

/**
 * Compiles a checked glob: `*` is any text within one segment, `**` any number of segments. Nothing else is special; `.` is a dot.
 *
 * Not taken from a glob library, because those translate to regular expressions: `*a*a*a*b` keeps picomatch busy for more than a second on one
 * repository name of 255 letters, and two stars more for minutes. Both loops below go back to the last star only, which is enough.
 */
export function compileGlob(glob: string): GlobMatcher {
  const patterns = glob.split('/').map((segment) => (segment === '**' ? undefined : segment.split('*')));
  return (repository) => matchesSegments(repository.split('/'), patterns);
}

/** `undefined` among the patterns stands for `**`. */
function matchesSegments(names: readonly string[], patterns: readonly (readonly string[] | undefined)[]): boolean {
  let name = 0;
  let pattern = 0;
  let resume: { readonly name: number; readonly pattern: number } | undefined;
  while (name < names.length) {
    const parts = patterns[pattern];
    if (pattern < patterns.length && parts === undefined) {
      pattern += 1;
      resume = { name, pattern };
    } else if (parts !== undefined && matchesSegment(names[name] ?? '', parts)) {
      name += 1;
      pattern += 1;
    } else if (resume !== undefined) {
      // Let the last `**` swallow one segment more.
      resume = { name: resume.name + 1, pattern: resume.pattern };
      ({ name, pattern } = resume);
    } else {
      return false;
    }
  }
  return patterns.slice(pattern).every((parts) => parts === undefined);
}

/** `parts` is the text between the stars of one segment; the first must start the name and the last must end it. */
function matchesSegment(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (name === '' || !name.startsWith(first)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return name.length - position >= last.length && name.endsWith(last);
}
