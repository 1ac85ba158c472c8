import { FULCIO_ISSUER_V1_OID, FULCIO_ISSUER_V2_OID, FULCIO_OID } from './wireFormats';

/** Claims of an identity token, as texts. */
export type TokenClaims = Readonly<Record<string, string>>;

/** An extension as the mock's certificate authority takes it; `legacy` is bare characters instead of DER. */
export interface FulcioExtension {
  readonly oid: string;
  readonly value: string;
  readonly legacy?: boolean;
}

/** What Fulcio writes into the certificate for a token. */
export interface CertifiedToken {
  readonly subject: string;
  readonly extensions: readonly FulcioExtension[];
}

/** How one kind of issuer is certified: subject, and extensions by their last number. */
interface Provider {
  readonly subject: (claims: TokenClaims) => string;
  /** Old extensions, .2 to .6. */
  readonly legacy: (claims: TokenClaims) => Readonly<Record<number, string | undefined>>;
  readonly extensions: (claims: TokenClaims) => Readonly<Record<number, string | undefined>>;
}

/** https://github.com/sigstore/fulcio/blob/main/config/identity/config.yaml: `github-workflow` of `ci-issuer-metadata` */
const GITHUB: Provider = {
  subject: ({ server_url: url = 'https://github.com', job_workflow_ref: workflow = '' }) => `${url}/${workflow}`,
  legacy: ({ event_name: trigger, sha, workflow, repository, ref }) => ({ 2: trigger, 3: sha, 4: workflow, 5: repository, 6: ref }),
  extensions: ({ server_url: url = 'https://github.com', ...claims }) => ({
    9: `${url}/${claims['job_workflow_ref'] ?? ''}`,
    10: claims['job_workflow_sha'],
    11: claims['runner_environment'],
    12: `${url}/${claims['repository'] ?? ''}`,
    13: claims['sha'],
    14: claims['ref'],
    15: claims['repository_id'],
    16: `${url}/${claims['repository_owner'] ?? ''}`,
    17: claims['repository_owner_id'],
    18: `${url}/${claims['workflow_ref'] ?? ''}`,
    19: claims['workflow_sha'],
    20: claims['event_name'],
    21: `${url}/${claims['repository'] ?? ''}/actions/runs/${claims['run_id'] ?? ''}/attempts/${claims['run_attempt'] ?? ''}`,
    22: claims['repository_visibility'],
  }),
};

/** The same file: `gitlab-pipeline`. The project of the claims is that of the source, also in a merge request from a fork (GitLab 18.2.2). */
const GITLAB: Provider = {
  subject: ({ ci_config_ref_uri: pipeline = '' }) => `https://${pipeline}`,
  legacy: () => ({}),
  extensions: ({ iss: url = '', ...claims }) => ({
    9: `https://${claims['ci_config_ref_uri'] ?? ''}`,
    10: claims['ci_config_sha'],
    11: claims['runner_environment'],
    12: `${url}/${claims['project_path'] ?? ''}`,
    13: claims['sha'],
    14: `refs/${claims['ref_type'] === 'branch' ? 'heads' : 'tags'}/${claims['ref'] ?? ''}`,
    15: claims['project_id'],
    16: `${url}/${claims['namespace_path'] ?? ''}`,
    17: claims['namespace_id'],
    18: `https://${claims['ci_config_ref_uri'] ?? ''}`,
    19: claims['ci_config_sha'],
    20: claims['pipeline_source'],
    21: `${url}/${claims['project_path'] ?? ''}/-/jobs/${claims['job_id'] ?? ''}`,
    22: claims['project_visibility'],
  }),
};

/** Maps the claims of an identity token to what the real Fulcio certifies. */
export function certifyToken(claims: TokenClaims): CertifiedToken {
  const issuer = claims['iss'] ?? '';
  const issued = [
    { oid: FULCIO_ISSUER_V1_OID, value: issuer, legacy: true },
    { oid: FULCIO_ISSUER_V2_OID, value: issuer },
  ];
  const provider = claims['job_workflow_ref'] !== undefined ? GITHUB : claims['ci_config_ref_uri'] !== undefined ? GITLAB : undefined;
  if (provider === undefined) return { subject: claims['email'] ?? claims['sub'] ?? '', extensions: issued };
  return {
    subject: provider.subject(claims),
    extensions: [...issued, ...render(provider.legacy(claims), true), ...render(provider.extensions(claims), false)],
  };
}

/** Fulcio leaves out what the token does not say. */
const render = (values: Readonly<Record<number, string | undefined>>, legacy: boolean): readonly FulcioExtension[] =>
  Object.entries(values).flatMap(([number, value]) =>
    value === undefined || value === '' ? [] : [{ oid: `${FULCIO_OID}.${number}`, value, ...(legacy && { legacy }) }],
  );
