import { SIGNATURES } from './artifacts';
import { ATTESTATIONS, SUMMARIES } from './attestationArtifacts';
import { WORKLOADS } from './manifests';
import type { Workload } from './manifests';
import { NOBODY, day } from './trustPolicy';
import type { Artifact, Workshop } from './workshop';

/** One question to preview and cluster: may this workload run? */
export interface AdmissionCase {
  /** Name of the policy of the lab; what the case is about, where no policy covers the image. */
  readonly policy: string;
  readonly artifact: string;
  readonly workload: string;
  readonly object: Workload;
  /** The image that the case is about, as somebody wrote it. */
  readonly reference: string;
}

/** The cases, and the exceptions that the trust policy must hold for them. */
export interface CaseSet {
  readonly cases: readonly AdmissionCase[];
  readonly exceptions: readonly object[];
}

/** Policies that are about signatures only, against everything that people do about signatures. */
const SIGNATURE_POLICIES = ['keyless', 'pattern', 'identities', 'key', 'key-or-keyless', 'two', 'warn'] as const;

/** Artifacts that tell these policies apart; the others are tried under `keyless`. */
const TELLING = [
  'unsigned',
  'signed',
  'signed by a reviewer only',
  'signed by workflow and reviewer',
  'signed by a fork',
  'signed at a release tag',
  'signed at a tag that is no release',
  'signed with the key',
  'signed with another key',
  'attested, not signed',
] as const;

const slug = (text: string): string => text.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** Makes every image and asks about each in the way that the case is about. */
export async function makeCases(workshop: Workshop): Promise<CaseSet> {
  const good = await SIGNATURES['signed']!(workshop, 'keyless/good');
  const asked = (policy: string, artifact: string, workload: string, reference: string): AdmissionCase => {
    const make = WORKLOADS[workload];
    if (make === undefined) throw new Error(`no workload ${workload}`);
    return { policy, artifact, workload, reference, object: make(reference, good.reference) };
  };

  const cases: AdmissionCase[] = [];
  for (const policy of SIGNATURE_POLICIES) {
    const names = policy === 'keyless' ? Object.keys(SIGNATURES) : TELLING;
    for (const artifact of names) {
      const image = await SIGNATURES[artifact]!(workshop, `${policy}/${slug(artifact)}`);
      cases.push(asked(policy, artifact, 'Pod', image.reference));
    }
  }
  for (const policy of ['ed25519', 'rsa']) {
    for (const artifact of ['signed with an Ed25519 key', 'signed with an RSA key', 'signed with the key', 'unsigned']) {
      const image = await SIGNATURES[artifact]!(workshop, `${policy}/${slug(artifact)}`);
      cases.push(asked(policy, artifact, 'Pod', image.reference));
    }
  }
  for (const [policy, made] of Object.entries(ATTESTATIONS)) {
    for (const [artifact, make] of Object.entries(made)) {
      const image = await make(workshop, `${policy}/${slug(artifact)}`);
      cases.push(asked(policy, artifact, 'Pod', image.reference));
    }
  }
  for (const [artifact, make] of Object.entries(SUMMARIES)) {
    const repository = `summary/${slug(artifact)}`;
    const image = await make(`${workshop.registry.address}/${repository}`)(workshop, repository);
    cases.push(asked('summary', artifact, 'Pod', image.reference));
  }
  for (const artifact of ['unsigned', 'signed', 'attested, not signed', 'signed and attested']) {
    const image = await SIGNATURES[artifact]!(workshop, `unsigned/${slug(artifact)}`);
    cases.push(asked('unsigned', artifact, 'Pod', image.reference));
  }
  for (const artifact of ['signed', 'signed by a reviewer only', 'signed by workflow and reviewer']) {
    const image = await SIGNATURES[artifact]!(workshop, `keyless/both/${slug(artifact)}`);
    cases.push(asked('keyless and both', artifact, 'Pod', image.reference));
  }
  cases.push(...(await workloadCases(workshop, asked)), ...referenceCases(workshop, good, asked));
  const excepted = await exceptionCases(workshop, asked);
  return { cases: [...cases, ...excepted.cases], exceptions: excepted.exceptions };
}

type Ask = (policy: string, artifact: string, workload: string, reference: string) => AdmissionCase;

/** Every place where an image can stand. */
async function workloadCases(workshop: Workshop, asked: Ask): Promise<readonly AdmissionCase[]> {
  const [signed, unsigned] = [
    await SIGNATURES['signed']!(workshop, 'keyless/placed'),
    await workshop.image('keyless/placed-unsigned', 'v1'),
  ];
  const places = Object.keys(WORKLOADS).filter((name) => name !== 'Pod');
  return places.flatMap((workload) => [
    asked('keyless', 'signed', workload, signed.reference),
    asked('keyless', 'unsigned', workload, unsigned.reference),
  ]);
}

/** Ways to write a reference, and images that no policy covers. */
function referenceCases({ registry }: Workshop, good: Artifact, asked: Ask): readonly AdmissionCase[] {
  const { address } = registry;
  const digest = good.digest;
  const [, port = ''] = address.split(':');
  const written: Readonly<Record<string, string>> = {
    'signed, by tag': `${address}/${good.repository}:v1`,
    'signed, by tag and digest': `${address}/${good.repository}:v1@${digest}`,
    'covered by a look-alike prefix only': `${address}/keyless-evil/good@${digest}`,
    'the registry under another name': `localhost:${port}/${good.repository}@${digest}`,
    'the registry as a short address': `127.1:${port}/${good.repository}@${digest}`,
    'the registry as a number': `0x7f.0.0.1:${port}/${good.repository}@${digest}`,
    'upper case in the path': `${address}/Keyless/good@${digest}`,
    'path with two slashes': `${address}//keyless/good@${digest}`,
    'path with dots': `${address}/other/../keyless/good@${digest}`,
    'with a scheme': `http://${address}/${good.repository}@${digest}`,
    'short name': 'nginx',
    'short name with digest': `nginx@${digest}`,
    'Docker Hub organisation': `keyless/good@${digest}`,
    'other registry': `ghcr.io/acme/model@${digest}`,
    'other registry in upper case': `GHCR.io/acme/model@${digest}`,
    'digest of another algorithm': `${address}/${good.repository}@md5:${'ab'.repeat(16)}`,
    'a registry that does not answer': `${NOBODY}/acme/model@${digest}`,
    'an image id': digest.replace('sha256:', ''),
  };
  return Object.entries(written).map(([artifact, reference]) => asked('references', artifact, 'Pod', reference));
}

/** Images that somebody decided to let run for a while. */
async function exceptionCases(workshop: Workshop, asked: Ask): Promise<CaseSet> {
  const { address } = workshop.registry;
  const cases: AdmissionCase[] = [];
  const exceptions: object[] = [];
  const add = async (artifact: string, kind: string, fields: object, policy = 'keyless') => {
    const name = slug(artifact);
    const image = await SIGNATURES[kind]!(workshop, `${policy}/exception-${name}`);
    const { digest } = image;
    const images = [`${address}/${policy}/exception-${name}`];
    exceptions.push({ name, images, digest, reason: 'the lab', owner: 'ann@acme.example', expires: day(30), ...fields });
    cases.push(asked('exceptions', artifact, 'Pod', image.reference));
  };
  const whole = { policies: ['keyless'] };
  await add('unsigned, excepted', 'unsigned', whole);
  await add('unsigned, exception ended yesterday', 'unsigned', { ...whole, expires: day(-1) });
  await add('unsigned, exception ends today', 'unsigned', { ...whole, expires: day(0) });
  await add('unsigned, exception for another digest', 'unsigned', { ...whole, digest: `sha256:${'ab'.repeat(32)}` });
  await add('unsigned, exception for another repository', 'unsigned', { ...whole, images: [`${address}/keyless/elsewhere`] });
  await add('unsigned, exception of another policy', 'unsigned', { policies: ['warn'] });
  await add('unsigned, exception for unsigned', 'unsigned', { findings: ['unsigned'] });
  await add('unsigned, exception for another finding', 'unsigned', { findings: ['signature-too-old'] });
  await add('signed by a fork, excepted', 'signed by a fork', whole);
  await add('signed by a fork, exception names identity-mismatch', 'signed by a fork', { findings: ['unsigned', 'identity-mismatch'] });
  await add('signed, excepted', 'signed', whole);
  await add('unsigned under a policy for attestations, excepted', 'signed', { policies: ['custom'] }, 'custom');
  await add('signed with another key, excepted', 'signed with another key', { policies: ['key'] }, 'key');
  return { cases, exceptions };
}
