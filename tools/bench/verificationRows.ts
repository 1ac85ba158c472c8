import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLocalSigstore } from '../../test/support/sigstore/localSigstore';
import { loadRoot, verifyBundle } from '../../test/support/sigstore/verifying';
import { RELEASE_WORKFLOW } from '../../test/support/supplyChain';
import { COSIGN, buildGoTool } from '../toolchain/goTool';
import { mustRun } from '../toolchain/runCommand';
import { mustVerify, startSupplyChainProcess } from './processes';
import type { Row } from './row';
import { median, spread } from './statistics';

const LATENCY_MS = 20;
const RUNS = 3;
/** Short ones, of which any may meet a slow moment of the machine. */
const ONE_IMAGE_RUNS = 15;
const MEGABYTES = 300;

async function inScratch<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-verification-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const range = (values: readonly number[], unit: string): string => {
  const { min, median: middle, max } = spread(values);
  return `${middle.toFixed(2)} ${unit} (${min.toFixed(2)}-${max.toFixed(2)})`;
};

/** What is fetched by its digest; the rest are tags and lists of referrers, which may change and are asked for every time. */
const isContent = (requested: string): boolean => requested.includes('/blobs/') || requested.includes('/manifests/sha256:');

/** 100 images with 5 attestations each, in a fresh process: without and with the cache of the first run. */
export async function coldAndWarm(images = 100, attestations = 5): Promise<readonly Row[]> {
  return inScratch(async (directory) => {
    const server = await startSupplyChainProcess({ directory, images, attestations, latencyMs: LATENCY_MS });
    try {
      const cold: number[] = [];
      const warm: number[] = [];
      let peak = 0;
      let requests = 0;
      let refetched = 0;
      let warmRequests = 0;
      for (let run = 0; run < RUNS; run++) {
        const cache = { directory: path.join(directory, `cache-${run}`), secretFile: path.join(directory, `secret-${run}`) };
        const first = await mustVerify(server.policyFile, server.references, { cache });
        requests = (await server.requests()).length;
        const second = await mustVerify(server.policyFile, server.references, { cache });
        const again = await server.requests();
        refetched = again.filter(isContent).length;
        warmRequests = again.length;
        cold.push(first.seconds);
        warm.push(second.seconds);
        peak = Math.max(peak, first.peakMegabytes, second.peakMegabytes);
      }
      const what = `${images} images x ${attestations} attestations`;
      const perImage = requests / images;
      // A list of referrers names the manifest of a bundle, and only that manifest names the blob: two for each.
      const allowed = 4 + 2 * attestations;
      return [
        { what: `${what}, cold process, empty cache`, figure: range(cold, 's'), bar: '<= 2.5 s', holds: median(cold) <= 2.5 },
        { what: 'peak memory of it', figure: `${peak.toFixed(0)} MB`, bar: `<= ${MEGABYTES} MB`, holds: peak <= MEGABYTES },
        { what: 'the same, second process, warm cache', figure: range(warm, 's'), bar: '<= 0.5 s', holds: median(warm) <= 0.5 },
        {
          what: 'blobs and manifests fetched again by it',
          figure: `${refetched} of ${warmRequests} requests`,
          bar: '0',
          holds: refetched === 0,
        },
        { what: 'requests per image, cold', figure: perImage.toFixed(1), bar: `<= ${allowed}`, holds: perImage <= allowed },
      ];
    } finally {
      server.stop();
    }
  });
}

/** Processor time for parsing and verifying keyless bundles, nothing else. */
export async function costPerBundle(bundles = 500): Promise<Row> {
  const sigstore = await createLocalSigstore();
  const root = loadRoot(sigstore.trustedRootJson);
  const made = [];
  for (let index = 0; index < bundles; index++) {
    made.push(await sigstore.signImage({ digest: `sha256:${String(index).padStart(64, '0')}`, identity: RELEASE_WORKFLOW }));
  }
  const started = process.cpuUsage();
  for (const bundle of made) if (!verifyBundle(bundle, root).ok) throw new Error('a bundle did not verify');
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000 / bundles;
  return {
    what: `processor time per bundle, over ${bundles}, main thread`,
    figure: `${milliseconds.toFixed(1)} ms`,
    bar: '<= 5 ms',
    holds: milliseconds <= 5,
  };
}

/** The same images on the same registry: we in one process, cosign as it is used, once per image. */
export async function againstCosign(images = 50): Promise<readonly Row[]> {
  const cosign = await buildGoTool(COSIGN);
  return inScratch(async (directory) => {
    const server = await startSupplyChainProcess({ directory, images, attestations: 0, latencyMs: LATENCY_MS });
    try {
      const { issuer, subject } = RELEASE_WORKFLOW;
      const signer = ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer, '--trusted-root', server.trustedRootFile];
      const env = { ...process.env, HOME: directory, DOCKER_CONFIG: directory };
      const theirs = async (references: readonly string[]): Promise<number> => {
        const started = performance.now();
        for (const reference of references) await mustRun(cosign, ['verify', ...signer, '--allow-insecure-registry', reference], { env });
        return (performance.now() - started) / 1000;
      };
      const ratio = async (references: readonly string[]): Promise<readonly [ratio: number, ours: number, theirs: number]> => {
        const ours = (await mustVerify(server.policyFile, references)).seconds;
        const their = await theirs(references);
        return [their / ours, ours, their];
      };
      const [first] = server.references;
      if (first === undefined) throw new Error('the registry of the measurement is empty');
      await ratio([first]); // warm-up: file cache
      const one: (readonly [number, number, number])[] = [];
      for (let run = 0; run < ONE_IMAGE_RUNS; run++) one.push(await ratio([first]));
      const many: (readonly [number, number, number])[] = [];
      for (let run = 0; run < RUNS; run++) many.push(await ratio(server.references));
      const text = (pairs: readonly (readonly [number, number, number])[]): string =>
        `${range(
          pairs.map(([times]) => times),
          'x as fast',
        )}, ${median(pairs.map(([, ours]) => ours)).toFixed(2)} s against ${median(pairs.map(([, , their]) => their)).toFixed(2)} s`;
      const middle = (pairs: readonly (readonly [number, number, number])[]): number => median(pairs.map(([times]) => times));
      return [
        {
          what: `${images} signed images against cosign verify, once per image`,
          figure: text(many),
          bar: '>= 20 x',
          holds: middle(many) >= 20,
        },
        { what: 'one cold image against cosign verify', figure: text(one), bar: '>= 1 x', holds: middle(one) >= 1 },
      ];
    } finally {
      server.stop();
    }
  });
}
