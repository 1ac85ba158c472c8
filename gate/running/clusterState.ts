import { z } from 'zod';
import { parseReference } from '../../verification';
import type { ClusterState, PodReport, RunningImage, RunningPod, WorkloadName } from './types';

/** Bytes of input that are read: the pods and reports of a large cluster are some tens of megabytes. */
export const INPUT_LIMIT = 256 * 1024 * 1024;

/** Most problems that are told. */
const PROBLEMS = 20;

const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'expected a name of a Kubernetes object');
const image = z.string().min(1).max(4096);
const container = z.object({ name, image });
const status = z.object({ name, imageID: z.string().max(4096).optional() });
const owner = z.object({ kind: z.string().max(63), name, controller: z.boolean().optional() });

const pod = z.object({
  metadata: z.object({
    name,
    namespace: name,
    uid: z.string().max(253).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    ownerReferences: z.array(owner).optional(),
  }),
  spec: z.object({
    containers: z.array(container).min(1),
    initContainers: z.array(container).optional(),
    ephemeralContainers: z.array(container).optional(),
    volumes: z.array(z.object({ name, image: z.object({ reference: image }).optional() })).optional(),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      containerStatuses: z.array(status).optional(),
      initContainerStatuses: z.array(status).optional(),
      ephemeralContainerStatuses: z.array(status).optional(),
    })
    .optional(),
});
type PodJson = z.infer<typeof pod>;

const subject = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string(), uid: z.string().optional() });
const result = z.object({
  policy: z.string(),
  result: z.enum(['pass', 'fail', 'warn', 'error', 'skip']),
  message: z.string().optional(),
  // openreports.io calls them otherwise.
  description: z.string().optional(),
  resources: z.array(subject).optional(),
  subjects: z.array(subject).optional(),
});
const report = z.object({
  metadata: z.object({ namespace: z.string().optional() }),
  scope: subject.optional(),
  results: z.array(result).optional(),
});
type ReportJson = z.infer<typeof report>;

const namespace = z.object({ metadata: z.object({ name, labels: z.record(z.string(), z.string()).optional() }) });

/** Label of the namespaces in which ModelAdmission enforces the trust policy. */
const ENFORCE_LABEL = 'pulumi-model-supply-chain/enforce';

/** Kinds that are read, by API group; versions may come and go. */
const REPORT_KINDS = [
  'wgpolicyk8s.io/PolicyReport',
  'wgpolicyk8s.io/ClusterPolicyReport',
  'openreports.io/Report',
  'openreports.io/ClusterReport',
];
const list = z.object({ kind: z.string().regex(/List$/, 'expected a List'), items: z.array(z.unknown()) });
const typed = z.object({ apiVersion: z.string(), kind: z.string() });

export type ParsedState =
  { readonly ok: true; readonly value: ClusterState } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads what `kubectl get policyreports,pods,namespaces -A -o json` prints. With namespaces in it, only pods in those under enforcement are
 * looked at; without, all. Unknown fields are left alone; a known one of another form is a problem.
 *
 * @returns the state, or every problem with its path: `items[3].spec.containers[0].image: expected string, received number`
 */
export function parseClusterState(text: string): ParsedState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const found = text.trim() === '' ? 'nothing' : 'other text';
    return { ok: false, problems: [`expected the JSON of \`kubectl get policyreports,pods,namespaces -A -o json\`, found ${found}`] };
  }
  const parsed = list.safeParse(json);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error, '') };
  const problems: string[] = [];
  const pods: RunningPod[] = [];
  const reports: PodReport[] = [];
  const enforced: string[] = [];
  let hasNamespaces = false;
  let ended = 0;
  for (const [index, item] of parsed.data.items.entries()) {
    const at = `items[${index}]`;
    const kind = typed.safeParse(item);
    if (!kind.success) problems.push(...problemsOf(kind.error, at));
    else if (kind.data.kind === 'Pod' && kind.data.apiVersion === 'v1') {
      const read = pod.safeParse(item);
      if (!read.success) problems.push(...problemsOf(read.error, at));
      else if (['Succeeded', 'Failed'].includes(read.data.status?.phase ?? '')) ended += 1;
      else pods.push(runningPod(read.data));
    } else if (kind.data.kind === 'Namespace' && kind.data.apiVersion === 'v1') {
      hasNamespaces = true;
      const read = namespace.safeParse(item);
      if (!read.success) problems.push(...problemsOf(read.error, at));
      else if (read.data.metadata.labels?.[ENFORCE_LABEL] === 'true') enforced.push(read.data.metadata.name);
    } else if (REPORT_KINDS.includes(`${kind.data.apiVersion.split('/')[0] ?? ''}/${kind.data.kind}`)) {
      const read = report.safeParse(item);
      if (read.success) reports.push(...podReports(read.data));
      else problems.push(...problemsOf(read.error, at));
    } else
      problems.push(
        `${at}: expected a Pod, a Namespace or a policy report, found ${JSON.stringify(`${kind.data.apiVersion} ${kind.data.kind}`.slice(0, 100))}`,
      );
  }
  if (problems.length > 0) return { ok: false, problems: cut(problems) };
  const looked = pods.filter(({ workload }) => !hasNamespaces || enforced.includes(workload.namespace));
  return { ok: true, value: { pods: looked, reports, passedOver: ended + pods.length - looked.length } };
}

function cut(problems: readonly string[]): readonly string[] {
  return problems.length > PROBLEMS ? [...problems.slice(0, PROBLEMS), `and ${problems.length - PROBLEMS} more`] : problems;
}

function problemsOf({ issues }: z.ZodError, at: string): readonly string[] {
  return issues.map(({ path, message }) => `${pathText(at, path)}: ${message}`);
}

function pathText(at: string, path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, key) => (typeof key === 'number' ? `${before}[${key}]` : `${before}.${String(key)}`), at);
  return text.replace(/^\./, '') || 'the input';
}

function runningPod({ metadata, spec, status: told }: PodJson): RunningPod {
  const groups = [
    ['container', spec.containers, told?.containerStatuses],
    ['init container', spec.initContainers, told?.initContainerStatuses],
    ['ephemeral container', spec.ephemeralContainers, told?.ephemeralContainerStatuses],
  ] as const;
  const containers = groups.flatMap(([what, list_, statuses]) =>
    (list_ ?? []).map((item) =>
      runningImage(`${what} "${item.name}"`, item.image, statuses?.find((one) => one.name === item.name)?.imageID),
    ),
  );
  const volumes = (spec.volumes ?? []).flatMap((volume) =>
    volume.image === undefined ? [] : [runningImage(`image volume "${volume.name}"`, volume.image.reference, undefined)],
  );
  return { name: metadata.name, uid: metadata.uid, workload: workloadOf(metadata), images: [...containers, ...volumes] };
}

/** The kubelet tells what it pulled: `ghcr.io/acme/server@sha256:…`, or `docker-pullable://…`; a bare `sha256:` is an id of the runtime. */
function runningImage(where: string, written: string, imageId: string | undefined): RunningImage {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(imageId ?? '')?.[1];
  const parsed = parseReference(written);
  if (digest === undefined || !parsed.ok || parsed.value.digest !== undefined) return { where, written, reference: written };
  const { registry, path } = parsed.value.repository;
  return { where, written, reference: `${registry}/${path}@${digest}` };
}

/** A ReplicaSet of a Deployment has its name, and the hash of the template behind it. */
function workloadOf({ namespace, name: own, labels, ownerReferences }: PodJson['metadata']): WorkloadName {
  const controller = ownerReferences?.find((one) => one.controller === true);
  if (controller === undefined) return { namespace, kind: 'Pod', name: own };
  const suffix = `-${labels?.['pod-template-hash'] ?? ''}`;
  if (controller.kind === 'ReplicaSet' && suffix !== '-' && controller.name.endsWith(suffix))
    return { namespace, kind: 'Deployment', name: controller.name.slice(0, -suffix.length) };
  return { namespace, kind: controller.kind, name: controller.name };
}

/** Kyverno writes one report for each object, named by `scope`; others name the object in each result. */
function podReports({ metadata, scope, results = [] }: ReportJson): readonly PodReport[] {
  return results.flatMap(({ resources, subjects, policy, result: said, message, description }) => {
    const about = resources ?? subjects ?? (scope === undefined ? [] : [scope]);
    return about
      .filter(({ kind }) => kind === 'Pod')
      .map((one) => ({
        namespace: one.namespace ?? metadata.namespace ?? '',
        pod: one.name,
        uid: one.uid,
        results: [{ policy, result: said, message: message ?? description ?? '' }],
      }));
  });
}
