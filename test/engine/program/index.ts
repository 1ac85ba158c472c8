import * as pulumi from '@pulumi/pulumi';

interface Listed {
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
}

/** A resource of any type; its provider is the echo stand-in. */
class Resource extends pulumi.CustomResource {
  /** Computed on create, so unknown at the first preview. */
  declare readonly repositoryUrl: pulumi.Output<string>;

  constructor(type: string, name: string, props: Record<string, unknown>) {
    super(type, name, { ...props, repositoryUrl: undefined });
  }
}

/** Stands for the URL of a repository that this stack creates. */
const REPOSITORY = '${repository}';

const listed = new pulumi.Config().requireObject<readonly Listed[]>('resources');
let repository: Resource | undefined;

function resolve(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith(REPOSITORY)) {
    repository ??= new Resource('aws:ecr/repository:Repository', 'repository', {});
    return pulumi.interpolate`${repository.repositoryUrl}${value.slice(REPOSITORY.length)}`;
  }
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  return value;
}

for (const { type, name, props } of listed) new Resource(type, name, resolve(props) as Record<string, unknown>);
