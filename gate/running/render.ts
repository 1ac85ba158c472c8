import { describeFinding, formatFindings } from '../../verification';
import type { LoadedTrustPolicy } from '../../verification';
import { shown, shownReference } from '../../printing';
import type { JoinedWorkload } from './joinReports';
import type { RunningImage, UnreadItem } from './types';

/** Characters of a message of the cluster. */
const MESSAGE_LIMIT = 500;
/** Problems of one item, and items, that are written out; the last line counts all. */
const MOST_PROBLEMS = 3;
const MOST_UNREAD = 20;

const printable = (text: string): string => shown(text, MESSAGE_LIMIT);
const named = ({ workload: { namespace, kind, name } }: JoinedWorkload): string => [namespace, kind, name].map(printable).join('/');

/** For people: a block for each workload about which there is something to say, and a last line with the counts. */
export function renderText(workloads: readonly JoinedWorkload[], unread: readonly UnreadItem[] = []): string {
  const telling = workloads.filter(({ next, images }) => next !== 'nothing' || images.length > 0);
  const more = unread.length > MOST_UNREAD ? [`and ${unread.length - MOST_UNREAD} more items that were not checked`, ''] : [];
  return [...telling.map(block), ...unread.slice(0, MOST_UNREAD).map(unreadBlock), ...more, summary(workloads, unread.length), ''].join(
    '\n',
  );
}

function unreadBlock({ at, name, problems }: UnreadItem): string {
  const more = problems.length - MOST_PROBLEMS;
  return [
    `${name === undefined ? at : `${name} (${at})`}  not checked: it cannot be read`,
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `  found     ${printable(problem)}`),
    ...(more > 0 ? [`  found     and ${more} more problems`] : []),
    '  next      correct the item, or what prints it, and run this again',
    '',
  ].join('\n');
}

function block(joined: JoinedWorkload): string {
  const { preview, cluster, agree, pods, next, images, results } = joined;
  const agreement = agree === undefined ? '' : agree ? ' (they agree)' : ' (they differ)';
  const said = cluster === undefined ? `trust policy: ${preview}` : `trust policy: ${preview}, cluster: ${cluster}${agreement}`;
  const shown = pods.slice(0, 3).map(printable).join(', ');
  return [
    `${named(joined)}  ${said}`,
    `  pods      ${shown}${pods.length > 3 ? ` and ${pods.length - 3} more` : ''}`,
    ...images.map(({ image, verdict }) =>
      verdict.outcome === 'verified' ? '' : indented(`${OUTCOME[verdict.outcome]}${formatFindings(verdict.findings, placeOf(image))}`),
    ),
    ...results.map(({ policy, result, message }) => `  cluster   ${printable(`${policy} ${result}: ${message}`)}`),
    `  next      ${next}`,
    '',
  ].join('\n');
}

/** An image that was not checked must not be taken for one that was rejected. */
const OUTCOME = { rejected: '', undetermined: 'not checked: ' } as const;

const placeOf = ({ where, written }: RunningImage): string => `${where}${written === '' ? '' : `, ${shownReference(written)}`}`;

const indented = (text: string): string => text.replace(/^/gm, '  ');

function summary(workloads: readonly JoinedWorkload[], unread: number): string {
  const count = (test: (joined: JoinedWorkload) => boolean) => workloads.filter(test).length;
  const rejected = count(isRejected);
  const unchecked = count((joined) => !isRejected(joined) && isUnchecked(joined));
  const differ = count(({ agree }) => agree === false);
  const items = unread === 0 ? '' : `; ${unread} ${unread === 1 ? 'item' : 'items'} of the input not checked`;
  return `${workloads.length} ${workloads.length === 1 ? 'workload' : 'workloads'}: ${workloads.length - rejected - unchecked} verified, ${rejected} rejected, ${unchecked} not checked; ${differ} about which trust policy and cluster differ${items}`;
}

export const isRejected = ({ preview, cluster }: JoinedWorkload): boolean => preview === 'rejected' || cluster === 'rejected';
export const isUnchecked = ({ preview, cluster = 'verified' }: JoinedWorkload): boolean =>
  preview === 'undetermined' || cluster === 'undetermined' || cluster === 'unreported';

/**
 * For programs: the trust policy that decided, and every workload. `apiVersion` changes when a field changes its meaning.
 *
 * @param source the trust policy; left out only where there is none, in tests
 */
export function renderJson(workloads: readonly JoinedWorkload[], source?: LoadedTrustPolicy, unread: readonly UnreadItem[] = []): string {
  const listed = workloads.map(({ images, results, workload, ...rest }) => ({
    workload: { ...workload, kind: printable(workload.kind), name: printable(workload.name) },
    ...rest,
    pods: rest.pods.map(printable),
    results: results.map(({ policy, result, message }) => ({ policy: printable(policy), result, message: printable(message) })),
    images: images.map(({ image, verdict }) => ({
      where: image.where,
      written: shownReference(image.written),
      reference: shownReference(image.reference),
      outcome: verdict.outcome,
      findings: verdict.outcome === 'verified' ? [] : verdict.findings.map(describeFinding),
    })),
  }));
  const trustPolicy = source && { file: source.file, sha256: source.sha256, policies: source.policy.policies.length };
  const report = {
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'RunningWorkloads',
    ...(trustPolicy && { trustPolicy }),
    workloads: listed,
    notChecked: unread.map(({ problems, ...item }) => ({ ...item, problems: problems.slice(0, MOST_UNREAD).map(printable) })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
