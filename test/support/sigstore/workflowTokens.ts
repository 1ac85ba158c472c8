import { createHash } from 'node:crypto';
import type { TokenClaims } from './fulcio';
import type { SignerIdentity } from './signers';

/**
 * The claims of the identity token of a build, as GitHub and GitLab write them. What the identity does not say is made up, the same each time.
 *
 * @param identity in the words of a trust policy; without any word about its caller, the token holds the subject alone
 */
export function tokenClaims(identity: SignerIdentity): TokenClaims {
  const { issuer: iss, subject } = identity;
  if (identity.sourceRepository === undefined && identity.sourceRepositoryId === undefined) return { iss, sub: subject };
  return { iss, ...(subject.includes('//', 8) ? gitlabClaims(identity) : githubClaims(identity)) };
}

function githubClaims(identity: SignerIdentity): TokenClaims {
  const [, server = '', workflow = '', ref = ''] = /^(https?:\/\/[^/]+)\/(.*)@(.*)$/.exec(identity.subject) ?? [];
  const own = workflow.split('/').slice(0, 2).join('/');
  const repository = identity.sourceRepository?.slice(server.length + 1) ?? own;
  const [owner = ''] = repository.split('/');
  const sourceRef = identity.sourceRepositoryRef ?? (repository === own ? ref : 'refs/heads/main');
  const calling = repository === own ? `${workflow}@${ref}` : `${repository}/.github/workflows/main.yml@${sourceRef}`;
  return {
    ...(server !== 'https://github.com' && { server_url: server }),
    sub: `repo:${repository}:ref:${sourceRef}`,
    job_workflow_ref: `${workflow}@${ref}`,
    job_workflow_sha: commitOf(workflow),
    workflow: 'release',
    workflow_ref: identity.buildConfig?.slice(server.length + 1) ?? calling,
    workflow_sha: commitOf(calling),
    repository,
    repository_id: identity.sourceRepositoryId ?? numberOf(repository),
    repository_owner: owner,
    repository_owner_id: identity.sourceRepositoryOwnerId ?? numberOf(owner),
    repository_visibility: 'public',
    ref: sourceRef,
    sha: commitOf(repository),
    event_name: identity.buildTrigger ?? 'push',
    runner_environment: identity.runnerEnvironment ?? 'github-hosted',
    run_id: '1536140711',
    run_attempt: '1',
  };
}

function gitlabClaims(identity: SignerIdentity): TokenClaims {
  const [, pipeline = '', project = '', ref = ''] = /^https?:\/\/([^/]+\/(.*)\/\/.*@(refs\/.*))$/.exec(identity.subject) ?? [];
  const path = identity.sourceRepository?.slice(identity.issuer.length + 1) ?? project;
  const namespace = path.split('/').slice(0, -1).join('/');
  const [, kind = '', name = ''] = /^refs\/(heads|tags)\/(.*)$/.exec(identity.sourceRepositoryRef ?? ref) ?? [];
  return {
    sub: `project_path:${path}:ref_type:${kind === 'heads' ? 'branch' : 'tag'}:ref:${name}`,
    ci_config_ref_uri: pipeline,
    ci_config_sha: commitOf(pipeline),
    project_path: path,
    project_id: identity.sourceRepositoryId ?? numberOf(path),
    namespace_path: namespace,
    namespace_id: identity.sourceRepositoryOwnerId ?? numberOf(namespace),
    project_visibility: 'private',
    ref: name,
    ref_type: kind === 'heads' ? 'branch' : 'tag',
    sha: commitOf(path),
    pipeline_source: identity.buildTrigger ?? 'push',
    runner_environment: identity.runnerEnvironment ?? 'gitlab-hosted',
    job_id: '302',
  };
}

const commitOf = (text: string): string => createHash('sha1').update(text).digest('hex');
const numberOf = (text: string): string => String(createHash('sha1').update(text).digest().readUInt32BE());
