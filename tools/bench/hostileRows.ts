import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { endless, respond, stalled, startHostileRegistry } from '../../test/support/registry';
import type { HostileHandler } from '../../test/support/registry';
import { generateSigningKey } from '../../test/support/sigstore/services';
import { publicKeyPem } from '../../test/support/sigstore/signers';
import { verifyInProcess } from './processes';
import type { Row } from './row';

const DEADLINE_MS = 3000;
/** Start of a process and of the first request, which no deadline of an image covers. */
const START_SECONDS = 1;
const MEGABYTES = 300;
const COPIES = 8;

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
    layers: [],
  }),
);
const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`;

const entries = (count: number): Buffer => {
  const digest = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;
  const manifests = Array.from({ length: count }, (_, index) => ({ mediaType: INDEX, size: 2 ** 30, digest: digest(index) }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
};
const index = { 'content-type': INDEX };

/** How the list of referrers goes on for ever, by the repository that is asked. */
const LISTS: Readonly<Record<string, HostileHandler>> = {
  'endless-body': endless(index),
  'endless-pages': (request, response) => {
    const page = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('page') ?? 0) + 1;
    response.writeHead(200, { ...index, link: `</v2/acme/endless-pages/referrers/${DIGEST}?page=${page}>; rel="next"` }).end(entries(1));
  },
  'ten-thousand': respond(200, entries(10_000), index),
  'slow-bytes': stalled(index),
  'gzip-bomb': respond(200, gzipSync(Buffer.alloc(256 * 1024 * 1024)), { ...index, 'content-encoding': 'gzip' }),
};

/** Registries that would have us work for ever: the run ends in time, in bounded memory, and nothing is verified or called unsigned. */
export async function hostileRegistries(): Promise<readonly Row[]> {
  const names = Object.keys(LISTS).flatMap((name) => Array.from({ length: COPIES }, () => name));
  const routes = Object.entries(LISTS).map(([name, handler]) => [`/v2/acme/${name}/referrers/${DIGEST}`, handler] as const);
  const images = Object.keys(LISTS).map((name) => [`/v2/acme/${name}/manifests/${DIGEST}`, respond(200, MANIFEST)] as const);
  const registries = await Promise.all(
    Array.from({ length: COPIES }, () => startHostileRegistry(Object.fromEntries([...routes, ...images]))),
  );
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-hostile-'));
  try {
    const policyFile = path.join(directory, 'trust-policy.yaml');
    const key = { data: publicKeyPem(generateSigningKey().publicKey) };
    const policy = {
      name: 'acme',
      images: registries.map(({ address }) => `${address}/acme/**`),
      authorities: [{ name: 'key', key }],
    };
    writeFileSync(policyFile, JSON.stringify({ apiVersion: 'model-supply-chain/v1alpha1', kind: 'TrustPolicy', policies: [policy] }));
    const references = names.map((name, position) => `${registries[position % COPIES]?.address ?? ''}/acme/${name}@${DIGEST}`);
    const run = await verifyInProcess(policyFile, references, { imageDeadlineMs: DEADLINE_MS });
    const wrong = run.outcomes.filter((outcome) => outcome !== 'undetermined').length;
    // Images beyond those that are verified at the same time wait, and their deadline starts when they do.
    const turns = Math.ceil(references.length / 32);
    const limit = turns * (DEADLINE_MS / 1000) + START_SECONDS;
    return [
      {
        what: `${references.length} images of hostile registries (${Object.keys(LISTS).join(', ')})`,
        figure: `${run.seconds.toFixed(2)} s, ${wrong} taken for an answer`,
        bar: `<= ${limit} s (${turns} turns of the deadline of ${DEADLINE_MS / 1000} s), 0`,
        holds: run.seconds <= limit && wrong === 0,
      },
      {
        what: 'peak memory of it',
        figure: `${run.peakMegabytes.toFixed(0)} MB`,
        bar: `<= ${MEGABYTES} MB`,
        holds: run.peakMegabytes <= MEGABYTES,
      },
    ];
  } finally {
    await Promise.all(registries.map((registry) => registry.close()));
    rmSync(directory, { recursive: true, force: true });
  }
}
