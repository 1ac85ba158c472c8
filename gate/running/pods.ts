import { quoted } from '../../printing';
import { parseReference } from '../../verification';
import type { Finding } from '../../verification';
import { inWords, listOf, mismatch, objectOf, textOf } from './fields';
import type { JsonObject } from './fields';
import type { RunningImage, RunningPod, WorkloadName } from './types';

const OBJECT_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const NAMESPACE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST_NAME_SHOWN = 253;

/** Where a pod spec has containers, and where its status reports about them. */
const GROUPS = [
  { what: 'container', spec: 'containers', status: 'containerStatuses' },
  { what: 'init container', spec: 'initContainers', status: 'initContainerStatuses' },
  { what: 'ephemeral container', spec: 'ephemeralContainers', status: 'ephemeralContainerStatuses' },
] as const;

/** A pod, that it ended, or why it cannot be read. */
export type ReadPod = RunningPod | 'ended' | { readonly problems: readonly [string, ...string[]] };

/**
 * Reads a pod. One field that cannot be read never hides the others: a container without a readable image is an image that was not checked,
 * and the images beside it are verified.
 *
 * @param at where it is, for messages: `items[3]`
 */
export function readPod(item: JsonObject, at: string): ReadPod {
  const metadata = objectOf(item['metadata']);
  const [name, namespace] = [metadata['name'], metadata['namespace']];
  const unnamed = (
    [
      ['name', name, OBJECT_NAME],
      ['namespace', namespace, NAMESPACE_NAME],
    ] as const
  ).flatMap(([field, value, pattern]) =>
    typeof value === 'string' && pattern.test(value) ? [] : [mismatch(`${at}.metadata.${field}`, 'a name of a Kubernetes object', value)],
  );
  const [first, ...rest] = unnamed;
  if (first !== undefined || typeof name !== 'string' || typeof namespace !== 'string') return { problems: [first ?? '', ...rest] };
  const [spec, status] = [objectOf(item['spec']), objectOf(item['status'])];
  if (hasEnded(status)) return 'ended';
  if (listOf(spec['containers']).length === 0)
    return { problems: [mismatch(`${at}.spec.containers`, 'a list of containers', spec['containers'])] };
  const images = [...GROUPS.flatMap((group) => imagesOf(group, spec, status)), ...volumeImages(spec)];
  return { name, uid: textOf(metadata['uid']), workload: workloadOf(metadata, namespace, name), images };
}

/** A phase may be written by whoever may write the status; a container that runs has not ended. */
function hasEnded(status: JsonObject): boolean {
  const isEnd = status['phase'] === 'Succeeded' || status['phase'] === 'Failed';
  return isEnd && !GROUPS.some((group) => listOf(status[group.status]).some((one) => 'running' in objectOf(objectOf(one)['state'])));
}

function imagesOf({ what, spec: field, status: reported }: (typeof GROUPS)[number], spec: JsonObject, status: JsonObject) {
  const statuses = listOf(status[reported]).map(objectOf);
  const containers = listOf(spec[field]).map(objectOf);
  const shownName = (name: unknown, index: number) =>
    typeof name === 'string' ? `${what} ${quoted(name, LONGEST_NAME_SHOWN)}` : `${what} ${index + 1}`;
  const images = containers.map(({ name, image }, index) => {
    const ids = statuses.filter((one) => typeof name === 'string' && one['name'] === name).map((one) => one['imageID']);
    return runningImage(shownName(name, index), image, ids);
  });
  const names = new Set(containers.map(({ name }) => name));
  const strangers = statuses
    .filter(({ name }) => !names.has(name))
    .map((one, index) => unreadable(shownName(one['name'], index), 'a container of the pod spec', 'a status of one that it does not have'));
  const noList = spec[field] !== undefined && spec[field] !== null && !Array.isArray(spec[field]);
  return [...images, ...strangers, ...(noList ? [unreadable(`${what}s`, 'a list', inWords(spec[field]))] : [])];
}

function volumeImages(spec: JsonObject): readonly RunningImage[] {
  return listOf(spec['volumes']).flatMap((item, index) => {
    const volume = objectOf(item);
    if (volume['image'] === undefined || volume['image'] === null) return [];
    const name = textOf(volume['name']);
    const where = `image volume ${name === undefined ? index + 1 : quoted(name, LONGEST_NAME_SHOWN)}`;
    // No status says which digest was mounted.
    return [runningImage(where, objectOf(volume['image'])['reference'], [])];
  });
}

/**
 * The kubelet reports what it pulled: `ghcr.io/acme/server@sha256:…`, also as `docker-pullable://…`. A bare `sha256:…` and `docker://sha256:…`
 * are ids of the configuration: no manifest has this digest, and no signature is about it.
 */
function runningImage(where: string, written: unknown, imageIds: readonly unknown[]): RunningImage {
  if (typeof written !== 'string' || written === '') return unreadable(where, 'an image reference', inWords(written));
  const parsed = parseReference(written);
  // What is malformed was not pulled by that name; the verifier says so.
  if (!parsed.ok || parsed.value.digest !== undefined) return { where, written, reference: written };
  const digests = new Set(imageIds.map((id) => (typeof id === 'string' ? /@(sha256:[0-9a-f]{64})$/.exec(id)?.[1] : undefined)));
  const [digest] = digests;
  if (digests.size !== 1 || digest === undefined) {
    const found = imageIds.length === 0 ? 'no status of it' : `imageID ${imageIds.map(inWords).join(', ')}`;
    return { where, written, reference: written, notChecked: { code: 'running-digest-unknown', reference: written, found } };
  }
  const { registry, path } = parsed.value.repository;
  return { where, written, reference: `${registry}/${path}@${digest}` };
}

function unreadable(where: string, expected: string, found: string): RunningImage {
  const notChecked: Finding = { code: 'image-unreadable', expected, found };
  return { where, written: '', reference: '', notChecked };
}

/** A ReplicaSet of a Deployment has its name, and the hash of the template behind it. Names of owners may be anything: `system:node:a`. */
function workloadOf(metadata: JsonObject, namespace: string, own: string): WorkloadName {
  const controller = listOf(metadata['ownerReferences'])
    .map(objectOf)
    .find((one) => one['controller'] === true);
  const [kind, name] = [textOf(controller?.['kind']), textOf(controller?.['name'])];
  if (kind === undefined || name === undefined) return { namespace, kind: 'Pod', name: own };
  const hash = textOf(objectOf(metadata['labels'])['pod-template-hash']) ?? '';
  if (kind === 'ReplicaSet' && hash !== '' && name.endsWith(`-${hash}`))
    return { namespace, kind: 'Deployment', name: name.slice(0, -hash.length - 1) };
  return { namespace, kind, name };
}
