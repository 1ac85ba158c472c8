import type { Verdict } from '../../verification';
import type { PodReport, ReportResult, RunningImage, RunningPod, WorkloadName } from './types';

/** What is said about a pod. `unreported`: the cluster has no report of our policies about it. */
export type ClusterOutcome = 'verified' | 'rejected' | 'undetermined' | 'unreported';
export type PreviewOutcome = Exclude<ClusterOutcome, 'unreported'>;

/** Preview and cluster about one workload. */
export interface JoinedWorkload {
  readonly workload: WorkloadName;
  readonly pods: readonly string[];
  /** What the trust policy says now, as a preview would. */
  readonly preview: PreviewOutcome;
  /** What the cluster's own reports say; absent when they were not asked for. */
  readonly cluster?: ClusterOutcome;
  /** Whether both say the same; absent when one of them says nothing. */
  readonly agree?: boolean;
  readonly next: string;
  /** Images that do not verify, or that are only warned about. */
  readonly images: readonly { readonly image: RunningImage; readonly verdict: Verdict }[];
  /** What policies of the cluster said beside "pass". */
  readonly results: readonly ReportResult[];
}

export interface JoinOptions {
  /** Name of the ModelAdmission, with which the names of its policies begin. */
  readonly admission: string;
  /** Whether the cluster is expected to have reports. */
  readonly withReports: boolean;
}

/** Policies of ModelAdmission about images, by what follows the name of the component. */
const IMAGE_POLICIES = ['images', 'images-warn', 'listed-images', 'readable-images'];

/**
 * Joins what the cluster reports about its pods with the verdicts of the trust policy.
 *
 * @param verdicts By `reference` of the images. One that is missing counts as undetermined.
 * @returns One entry for each workload, what is wrong first, then by name.
 *
 * @example
 * joinReports(reports, pods, verdicts, { admission: 'models', withReports: true })
 * // [{ workload: { namespace: 'ml', kind: 'Deployment', name: 'sentiment' }, preview: 'rejected', cluster: 'verified', agree: false, ... }]
 */
export function joinReports(
  reports: readonly PodReport[],
  pods: readonly RunningPod[],
  verdicts: ReadonlyMap<string, Verdict>,
  options: JoinOptions,
): readonly JoinedWorkload[] {
  const workloads = new Map<string, RunningPod[]>();
  for (const pod of pods) {
    const { namespace, kind, name } = pod.workload;
    const key = `${namespace}/${kind}/${name}`;
    const members = workloads.get(key);
    if (members === undefined) workloads.set(key, [pod]);
    else members.push(pod);
  }
  const byPod = reportsByPod(reports);
  const policies = IMAGE_POLICIES.map((suffix) => `${options.admission}-${suffix}`);
  return [...workloads.values()].map((members) => joined(members, byPod, verdicts, { ...options, policies })).sort(worstFirst);
}

function joined(
  pods: readonly RunningPod[],
  reports: ReportsByPod,
  verdicts: ReadonlyMap<string, Verdict>,
  { policies, withReports }: JoinOptions & { readonly policies: readonly string[] },
): JoinedWorkload {
  const judged = pods.flatMap(({ images }) => images).map((image) => ({ image, verdict: verdictOf(image, verdicts) }));
  const first = new Map(judged.map(({ verdict }, index) => [verdict, index] as const).reverse());
  const preview = worst(judged.map(({ verdict }) => outcomeOf(verdict)));
  const results = pods.map((pod) => resultsAbout(pod, reports).filter(({ policy }) => policies.includes(policy)));
  const cluster = worst(results.map(clusterOutcome));
  const both = withReports && cluster !== 'unreported' && cluster !== 'undetermined' && preview !== 'undetermined';
  const [pod] = pods;
  if (pod === undefined) throw new Error('a workload without pods');
  return {
    workload: pod.workload,
    pods: pods.map(({ name }) => name).sort(),
    preview,
    ...(withReports && { cluster }),
    ...(both && { agree: preview === cluster }),
    next: nextStep(preview, withReports ? cluster : preview),
    images: judged.filter(({ verdict }, index) => isTelling(verdict) && index === first.get(verdict)),
    results: results.flat().filter(({ result }) => result !== 'pass' && result !== 'skip'),
  };
}

/** Images that the trust policy lets run without a word are left out. */
const isTelling = (verdict: Verdict): boolean => verdict.outcome !== 'verified' && verdict.enforcement !== 'ignore';

/** An image that was not asked about is not known to be good. */
function verdictOf({ reference, notChecked }: RunningImage, verdicts: ReadonlyMap<string, Verdict>): Verdict {
  if (notChecked !== undefined) return { outcome: 'undetermined', reference, enforcement: 'enforce', findings: [notChecked] };
  const known = verdicts.get(reference);
  if (known !== undefined) return known;
  const finding = { code: 'internal-error', during: `verification of ${reference}`, reason: 'no verdict was given' } as const;
  return { outcome: 'undetermined', reference, enforcement: 'enforce', findings: [finding] };
}

/** A policy that only warns lets the image run. */
function outcomeOf(verdict: Verdict): PreviewOutcome {
  if (verdict.outcome === 'verified') return 'verified';
  return verdict.enforcement === 'enforce' ? verdict.outcome : 'verified';
}

/** Reports by namespace and name of their pod. */
type ReportsByPod = ReadonlyMap<string, readonly PodReport[]>;

function reportsByPod(reports: readonly PodReport[]): ReportsByPod {
  const byPod = new Map<string, PodReport[]>();
  for (const report of reports) {
    const key = `${report.namespace}/${report.pod}`;
    const others = byPod.get(key);
    if (others === undefined) byPod.set(key, [report]);
    else others.push(report);
  }
  return byPod;
}

/** A report about an earlier pod of the same name says nothing about this one. */
function resultsAbout(pod: RunningPod, reports: ReportsByPod): readonly ReportResult[] {
  return (reports.get(`${pod.workload.namespace}/${pod.name}`) ?? [])
    .filter(({ uid }) => uid === undefined || pod.uid === undefined || uid === pod.uid)
    .flatMap(({ results }) => results);
}

function clusterOutcome(results: readonly ReportResult[]): ClusterOutcome {
  const blocking = results.filter(({ policy }) => !policy.endsWith('-warn'));
  if (blocking.some(({ result }) => result === 'fail')) return 'rejected';
  if (blocking.some(({ result }) => result === 'error')) return 'undetermined';
  // Only "skip" means that no policy looked.
  return results.some(({ result }) => result !== 'skip') ? 'verified' : 'unreported';
}

const ORDER = ['rejected', 'undetermined', 'unreported', 'verified'] as const;

function worst<Outcome extends ClusterOutcome>(outcomes: readonly Outcome[]): Outcome {
  return ORDER.find((outcome): outcome is Outcome => (outcomes as readonly ClusterOutcome[]).includes(outcome)) ?? ('verified' as Outcome);
}

const rank = ({ preview, cluster }: JoinedWorkload): number => Math.min(ORDER.indexOf(preview), ORDER.indexOf(cluster ?? preview));

function worstFirst(a: JoinedWorkload, b: JoinedWorkload): number {
  const name = ({ workload: { namespace, kind, name: own } }: JoinedWorkload) => `${namespace}/${kind}/${own}`;
  return rank(a) - rank(b) || name(a).localeCompare(name(b), 'en');
}

function nextStep(preview: PreviewOutcome, cluster: ClusterOutcome): string {
  if (preview === 'rejected' && cluster === 'rejected')
    return 'it started before the policy held, or past it: deploy an image that verifies; delete the pods if nobody knows who started them';
  if (preview === 'rejected')
    return 'deploy an image that verifies; then find out why the cluster does not report it: requirements in the output `previewOnly`, a ModelAdmission that was deployed with an older trust policy (pulumi up), or a namespace without the enforcement label';
  if (preview === 'undetermined') return 'correct what could not be checked, and run this again';
  switch (cluster) {
    case 'verified':
      return 'nothing';
    case 'rejected':
      return 'deploy ModelAdmission with this trust policy (pulumi up); if it is, the output `stricter` tells what only the cluster refuses';
    case 'undetermined':
      return 'look at the message of the report and at the log of the reports controller of Kyverno';
    case 'unreported':
      return 'look whether the namespace has the enforcement label, ModelAdmission has backgroundScan, and the reports controller of Kyverno runs; in a cluster without reports use --without-reports';
  }
}
