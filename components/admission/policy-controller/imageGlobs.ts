/**
 * The globs of policy-controller for a glob of the trust policy. It compares them with `registry/repository@digest` as a whole, so that a glob
 * without an end for the digest covers nothing; `**` there is any text and not any number of segments; and Docker Hub has its other name.
 *
 * https://github.com/sigstore/policy-controller/blob/main/pkg/apis/glob/glob.go
 */
export function controllerGlobs(glob: string): readonly string[] {
  const [host = '', ...segments] = glob.split('/');
  const registry = host === 'docker.io' ? 'index.docker.io' : host;
  const paths = segments.reduce<readonly (readonly string[])[]>(
    // Any number of segments: none, or some.
    (before, segment) => before.flatMap((path) => (segment === '**' ? [path, [...path, segment]] : [[...path, segment]])),
    [[]],
  );
  return paths.filter((path) => path.length > 0).map((path) => `${[registry, ...path].join('/')}@*`);
}
