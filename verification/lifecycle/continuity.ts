import { countSigners } from '../distinctSigners';
import type { CountedSigner } from '../distinctSigners';
import type { Finding, Signer } from '../finding';
import type { SignerChange } from '../findings/lifecycle';
import { isSameCaller } from '../trust-policy/signerName';
import type { PreviousVerdict, RecordedSigner } from './previousVerdicts';

/** What of a verdict is held against the recorded one. */
export interface CurrentSigners {
  readonly reference: string;
  readonly policy: string;
  readonly signers: readonly RecordedSigner[];
  readonly builder?: string;
  /** How many signers must be known from the recorded verdict. */
  readonly required: number;
}

/**
 * Is the image signed by whom the image before it was signed? Patterns in a policy, and names that change hands, let a new signer in without
 * any change of the policy; trust on first use notices. The ref of a release tag may change, its workflow may not.
 *
 * @returns `signer-changed` with every difference, or nothing
 */
export function checkContinuity(current: CurrentSigners, previous: PreviousVerdict): Finding | undefined {
  const { reference, policy, signers, builder } = current;
  const closest = signers.map((signer) => ({ signer, changes: closestChanges(signer, previous.signers) }));
  const known = closest.filter(({ changes }) => changes.length === 0).map(({ signer }) => signer);
  const enough = countSigners(known.map(counted)) >= Math.min(current.required, countSigners(previous.signers.map(counted)));
  const unknown = enough ? undefined : closest.find(({ changes }) => changes.length > 0);
  const changes = [...(unknown?.changes ?? []), ...builderChanges(builder, previous.builder)];
  const [first, ...rest] = changes;
  if (first === undefined) return undefined;
  return { code: 'signer-changed', reference, policy, changes: [first, ...rest], recordedDigest: previous.digest };
}

const counted = ({ signer, sourceRepository: uri, repositoryId: id }: RecordedSigner): CountedSigner =>
  uri === undefined && id === undefined ? { signer } : { signer, caller: { ...(uri && { uri }), ...(id && { id }) } };

function closestChanges(current: RecordedSigner, recorded: readonly RecordedSigner[]): readonly SignerChange[] {
  const [closest = []] = recorded.map((item) => changesBetween(item, current)).sort((a, b) => a.length - b.length);
  return closest;
}

function changesBetween(recorded: RecordedSigner, current: RecordedSigner): readonly SignerChange[] {
  const changes: SignerChange[] = [];
  // What was certified before and is missing now has changed as well: leaving it out must not be a way around.
  const compare = (what: SignerChange['what'], before: string | undefined, now: string | undefined) => {
    if (before !== undefined && before !== now) changes.push({ what, recorded: before, found: now ?? 'none' });
  };
  const [before, now] = [recorded.signer, current.signer];
  if (before.kind === 'certificate' && now.kind === 'certificate') {
    compare('issuer', before.issuer, now.issuer);
    if (stable(before.subject) !== stable(now.subject)) {
      changes.push({ what: WORKFLOW.test(before.subject) ? 'workflow' : 'subject', recorded: before.subject, found: now.subject });
    }
  } else {
    compare('key', nameOf(before), nameOf(now));
  }
  compare('repository id', recorded.repositoryId, current.repositoryId);
  // By its number where it is recorded: a rename is no change of the caller.
  if (recorded.repositoryId === undefined && !isSameName(recorded.sourceRepository, current.sourceRepository)) {
    compare('source repository', recorded.sourceRepository, current.sourceRepository);
  }
  compare('runner', recorded.runner, current.runner);
  return changes;
}

const isSameName = (recorded: string | undefined, found: string | undefined): boolean =>
  recorded !== undefined && found !== undefined && isSameCaller({ uri: recorded }, { uri: found });

/** Only where both are known: whether provenance must be there is for its requirement to say. */
function builderChanges(found: string | undefined, recorded: string | undefined): readonly SignerChange[] {
  if (found === undefined || recorded === undefined || stable(found) === stable(recorded)) return [];
  return [{ what: 'builder', recorded, found }];
}

const nameOf = (signer: Signer): string => (signer.kind === 'key' ? signer.fingerprint : `${signer.subject} (issuer ${signer.issuer})`);

const WORKFLOW = /@refs\/(heads|tags|pull)\//;

/** A workflow that releases from tags has another tag each time; from a branch to a tag, or to another branch, is a change. */
const stable = (subject: string): string => subject.replace(/@refs\/tags\/.*$/s, '@refs/tags/');
