import { z } from 'zod';
import { shown } from '../../printing';
import { inWords, listOf, mismatch, objectOf, textOf } from './fields';
import type { JsonObject } from './fields';
import { readPod } from './pods';
import { readReport } from './reports';
import type { ClusterState, PodReport, RunningPod, UnreadItem } from './types';

/** Bytes of input that are read: the pods and reports of a large cluster are some tens of megabytes. */
export const INPUT_LIMIT = 256 * 1024 * 1024;

/** Lists in lists: kubectl prints none; a program that joins its answers may. */
const MAX_DEPTH = 4;

/** Label of the namespaces in which ModelAdmission enforces the trust policy. */
const ENFORCE_LABEL = 'pulumi-model-supply-chain/enforce';

/** Kinds that are read, by API group; versions may come and go. */
const REPORT_KINDS: ReadonlySet<string> = new Set([
  'wgpolicyk8s.io/PolicyReport',
  'wgpolicyk8s.io/ClusterPolicyReport',
  'openreports.io/Report',
  'openreports.io/ClusterReport',
]);
const list = z.object({ kind: z.string().regex(/List$/, 'expected a List'), items: z.array(z.unknown()) });

export type ParsedState =
  { readonly ok: true; readonly value: ClusterState } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads what `kubectl get policyreports,pods,namespaces -A -o json` prints. With namespaces in it, pods in those that are not under enforcement
 * are passed over; without, all are looked at. Unknown fields are left alone. An item that cannot be read is named in `unread`, with its
 * problems, and hides nothing beside it.
 *
 * @returns the state; problems only when the input as a whole is no list
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
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`) };
  const reader = new Reader();
  reader.list(objectOf(json), '', 0);
  return { ok: true, value: reader.state() };
}

const pathText = (path: readonly PropertyKey[]): string => path.map(String).join('.') || 'the input';

/** Collects what the items of a list say. */
class Reader {
  readonly #pods: RunningPod[] = [];
  readonly #reports: PodReport[] = [];
  readonly #unread: UnreadItem[] = [];
  /** Namespaces of the input, and whether each is under enforcement. */
  readonly #namespaces = new Map<string, boolean>();
  #ended = 0;

  list(parent: JsonObject, at: string, depth: number): void {
    // The items of a PodList do not repeat their kind.
    const kind = (textOf(parent['kind']) ?? '').replace(/List$/, '');
    const inherited = kind === '' ? {} : { apiVersion: parent['apiVersion'], kind };
    listOf(parent['items']).forEach((item, index) => {
      this.#item(item, inherited, `${at}${at === '' ? '' : '.'}items[${index}]`, depth);
    });
  }

  state(): ClusterState {
    // A namespace that the input does not have, or not readably, may be under enforcement.
    const looked = this.#pods.filter(({ workload }) => this.#namespaces.get(workload.namespace) !== false);
    const passedOver = this.#ended + this.#pods.length - looked.length;
    return { pods: looked, reports: this.#reports, passedOver, unread: this.#unread };
  }

  #item(value: unknown, inherited: JsonObject, at: string, depth: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#cannotRead(at, {}, [`${at}: Invalid input: expected an object, found ${inWords(value)}`]);
      return;
    }
    const item: JsonObject = { ...inherited, ...value };
    const [kind, version] = [textOf(item['kind']), textOf(item['apiVersion'])];
    if (kind === undefined) this.#cannotRead(at, item, [mismatch(`${at}.kind`, 'text', item['kind'])]);
    else if (/List$/.test(kind) && Array.isArray(item['items'])) {
      if (depth < MAX_DEPTH) this.list(item, at, depth + 1);
      else this.#cannotRead(at, item, [`${at}: expected at most ${MAX_DEPTH} lists in one another`]);
    } else if (version === undefined) this.#cannotRead(at, item, [mismatch(`${at}.apiVersion`, 'text', item['apiVersion'])]);
    else if (kind === 'Pod' && version === 'v1') this.#pod(item, at);
    else if (kind === 'Namespace' && version === 'v1') this.#namespace(item, at);
    else if (REPORT_KINDS.has(`${version.split('/')[0] ?? ''}/${kind}`)) {
      const { reports, problems } = readReport(item, at);
      for (const report of reports) this.#reports.push(report);
      this.#cannotRead(at, item, problems);
    } else this.#cannotRead(at, item, [mismatch(at, 'a Pod, a Namespace or a policy report', `${version} ${kind}`)]);
  }

  #pod(item: JsonObject, at: string): void {
    const pod = readPod(item, at);
    if (pod === 'ended') this.#ended += 1;
    else if ('problems' in pod) this.#cannotRead(at, item, pod.problems);
    else this.#pods.push(pod);
  }

  #namespace(item: JsonObject, at: string): void {
    const { name, labels } = objectOf(item['metadata']);
    if (typeof name !== 'string')
      return this.#cannotRead(at, item, [mismatch(`${at}.metadata.name`, 'a name of a Kubernetes object', name)]);
    const isEnforced = objectOf(labels)[ENFORCE_LABEL] === 'true';
    this.#namespaces.set(name, isEnforced || this.#namespaces.get(name) === true);
  }

  #cannotRead(at: string, item: JsonObject, [first, ...more]: readonly string[]): void {
    if (first === undefined) return;
    const { namespace, name } = objectOf(item['metadata']);
    const own = [textOf(namespace), textOf(name)].filter((part) => part !== undefined).join('/');
    const called = [textOf(item['kind']), own].filter((part) => part !== undefined && part !== '').join(' ');
    this.#unread.push({ at, ...(called !== '' && { name: shown(called, 200) }), problems: [first, ...more] });
  }
}
