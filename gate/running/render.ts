import { describeFinding, formatFindings } from '../../verification';
import type { LoadedTrustPolicy } from '../../verification';
import type { JoinedWorkload } from './joinReports';

/** Control and format characters of a report forge lines or hide text in a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const MESSAGE_LIMIT = 500;

const printable = (text: string): string => text.slice(0, MESSAGE_LIMIT).replace(UNPRINTABLE, '?');
const named = ({ workload: { namespace, kind, name } }: JoinedWorkload): string => printable(`${namespace}/${kind}/${name}`);

/** For people: a block for each workload about which there is something to say, and a last line with the counts. */
export function renderText(workloads: readonly JoinedWorkload[]): string {
  const telling = workloads.filter(({ next, images }) => next !== 'nothing' || images.length > 0);
  return [...telling.map(block), summary(workloads), ''].join('\n');
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
      verdict.outcome === 'verified' ? '' : indented(formatFindings(verdict.findings, `${image.where}, ${image.written}`)),
    ),
    ...results.map(({ policy, result, message }) => `  cluster   ${printable(`${policy} ${result}: ${message}`)}`),
    `  next      ${next}`,
    '',
  ].join('\n');
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

function summary(workloads: readonly JoinedWorkload[]): string {
  const count = (test: (joined: JoinedWorkload) => boolean) => workloads.filter(test).length;
  const rejected = count(isRejected);
  const unchecked = count((joined) => !isRejected(joined) && isUnchecked(joined));
  const differ = count(({ agree }) => agree === false);
  return `${workloads.length} ${workloads.length === 1 ? 'workload' : 'workloads'}: ${workloads.length - rejected - unchecked} verified, ${rejected} rejected, ${unchecked} not checked; ${differ} about which trust policy and cluster differ`;
}

export const isRejected = ({ preview, cluster }: JoinedWorkload): boolean => preview === 'rejected' || cluster === 'rejected';
export const isUnchecked = ({ preview, cluster = 'verified' }: JoinedWorkload): boolean =>
  preview === 'undetermined' || cluster === 'undetermined' || cluster === 'unreported';

/**
 * For programs: the trust policy that decided, and every workload. `apiVersion` changes when a field changes its meaning.
 *
 * @param source the trust policy; left out only where there is none, in tests
 */
export function renderJson(workloads: readonly JoinedWorkload[], source?: LoadedTrustPolicy): string {
  const shown = workloads.map(({ images, ...rest }) => ({
    ...rest,
    images: images.map(({ image, verdict }) => ({
      ...image,
      outcome: verdict.outcome,
      findings: verdict.outcome === 'verified' ? [] : verdict.findings.map(describeFinding),
    })),
  }));
  const trustPolicy = source && { file: source.file, sha256: source.sha256, policies: source.policy.policies.length };
  const report = {
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'RunningWorkloads',
    ...(trustPolicy && { trustPolicy }),
    workloads: shown,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
