import type * as Core from '../../verification';
import type { ChosenTrustPolicy, ProjectDirectory, Result } from '../../verification';

/** The trust policy of a project; see `chooseTrustPolicy`. The core is loaded late, so it is handed in. */
export const trustPolicyOf = (
  directory: ProjectDirectory,
  pwd: string | undefined,
  { chooseTrustPolicy }: Pick<typeof Core, 'chooseTrustPolicy'>,
): Promise<Result<ChosenTrustPolicy>> => chooseTrustPolicy(directory, pwd);
