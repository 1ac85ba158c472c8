import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COSIGN, binaryPath } from '../../tools/toolchain/goTool';
import { mustRun, runCommand } from '../../tools/toolchain/runCommand';
import { legacySuffix, reattach } from '../support/reattach';
import type { Change } from '../support/reattach';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { describeWith } from '../support/tool';
import { summary, verifierFor } from '../support/verify';

/**
 * The real cosign and we judge the same images. Each case is: who signed what in which layout, what happened to it afterwards, whom the verifier
 * trusts, and what it asks for. Every disagreement must be one that is listed here with its reason.
 */
const SIGNER_KINDS = ['key', 'keyless'] as const;
const LAYOUTS = ['bundle', 'legacy'] as const;
const ACTS = ['signature', 'attestation'] as const;
const FATES = ['genuine', 'tampered', 'copied', 'absent'] as const;
const TRUSTS = ['right signer', 'wrong signer'] as const;

interface Case {
  readonly kind: (typeof SIGNER_KINDS)[number];
  readonly layout: (typeof LAYOUTS)[number];
  readonly made: (typeof ACTS)[number];
  readonly fate: (typeof FATES)[number];
  readonly trusts: (typeof TRUSTS)[number];
  readonly asks: (typeof ACTS)[number];
}

/** All combinations; cosign 3 refuses to make legacy keyless material with a signing configuration, so only ours could. */
const CASES: readonly Case[] = SIGNER_KINDS.flatMap((kind) =>
  LAYOUTS.filter((layout) => kind === 'key' || layout === 'bundle').flatMap((layout) =>
    ACTS.flatMap((made) =>
      FATES.flatMap((fate) => TRUSTS.flatMap((trusts) => ACTS.map((asks) => ({ kind, layout, made, fate, trusts, asks })))),
    ),
  ),
);

/** Where we disagree on purpose: what cosign answers, and why we do not. */
const KNOWN: readonly { readonly when: (item: Case) => boolean; readonly cosign: boolean; readonly reason: string }[] = [
  {
    when: ({ layout, made, fate, trusts, asks }) =>
      layout === 'bundle' && made === 'attestation' && fate === 'genuine' && trusts === 'right signer' && asks === 'signature',
    cosign: true,
    reason:
      'cosign 3 counts any attestation bundle by the right signer as a signature of the image; an SBOM says what is inside, not "may run"',
  },
];

const ATTESTATION_TYPE = 'https://cosign.sigstore.dev/attestation/v1';
const nameOf = (item: Case): string =>
  `${item.fate} ${item.kind} ${item.made} as ${item.layout}, asked for ${item.asks} by the ${item.trusts}`;

describeWith(COSIGN)('cosign and we', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'differential-'));
  const env = { ...process.env, COSIGN_PASSWORD: '', HOME: directory, DOCKER_CONFIG: directory };
  const images = new Map<string, PushedImage>();
  let supplyChain: SupplyChain;
  const cosign = (...args: readonly string[]) => mustRun(binaryPath(COSIGN), args, { cwd: directory, env });
  const imageKey = ({ kind, layout, made, fate }: Case): string => `${kind}-${layout}-${made}-${fate}`;

  beforeAll(async () => {
    supplyChain = await startSupplyChain({ directory });
    writeFileSync(path.join(directory, 'predicate.json'), '{"note":"differential"}');
    for (const prefix of ['right', 'wrong']) await cosign('generate-key-pair', '--output-key-prefix', prefix);
    const genuine = CASES.filter(({ fate, trusts, asks }) => fate === 'genuine' && trusts === 'right signer' && asks === 'signature');
    for (const item of genuine) await prepare(item);
  }, 120_000);
  afterAll(async () => supplyChain.stop());

  /** Signs one image with the real cosign, and makes the tampered, the copied and the bare one from it. */
  async function prepare(item: Case): Promise<void> {
    const push = (fate: Case['fate'], layer: string): PushedImage => {
      const repository = `acme/${imageKey({ ...item, fate })}`;
      const digest = supplyChain.registry.pushImage(repository, 'v1', { layers: [Buffer.from(layer)] });
      const image = { repository, digest, reference: `${supplyChain.registry.address}/${repository}@${digest}` };
      images.set(imageKey({ ...item, fate }), image);
      return image;
    };
    const genuine = push('genuine', 'weights');
    await cosign(...signArguments(item), genuine.reference);
    const attach = (to: PushedImage, change?: Change) =>
      reattach(supplyChain.registry, genuine, to, item.layout === 'bundle' ? 'bundle' : legacySuffix(item.made), change);
    await attach(push('tampered', 'weights'), tamper);
    await attach(push('copied', 'other weights'));
    push('absent', 'weights');
  }

  function signArguments({ kind, layout, made }: Case): readonly string[] {
    const signer =
      kind === 'keyless'
        ? supplyChain.running.cosignArguments(RELEASE_WORKFLOW)
        : ['--yes', '--key', 'right.key', '--use-signing-config=false', '--tlog-upload=false', '--allow-insecure-registry'];
    const act = made === 'signature' ? ['sign'] : ['attest', '--type', 'custom', '--predicate', 'predicate.json'];
    return [...act, ...signer, ...(layout === 'legacy' ? ['--new-bundle-format=false'] : [])];
  }

  async function cosignAccepts({ kind, layout, trusts, asks }: Case, { reference }: PushedImage): Promise<boolean> {
    const right = trusts === 'right signer';
    const { issuer, subject } = right ? RELEASE_WORKFLOW : FOREIGN_WORKFLOW;
    const signer =
      kind === 'key'
        ? ['--key', right ? 'right.pub' : 'wrong.pub', '--insecure-ignore-tlog=true']
        : ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer, '--trusted-root', supplyChain.running.trustedRootFile];
    const act = asks === 'signature' ? ['verify'] : ['verify-attestation', '--type', 'custom'];
    const format = layout === 'legacy' ? ['--new-bundle-format=false'] : [];
    const result = await runCommand(binaryPath(COSIGN), [...act, ...signer, ...format, '--allow-insecure-registry', reference], {
      cwd: directory,
      env,
    });
    return result.code === 0;
  }

  async function weAccept(
    { kind, trusts, asks }: Case,
    { reference }: PushedImage,
  ): Promise<{ outcome: string; codes: readonly string[] }> {
    const right = trusts === 'right signer';
    const authority =
      kind === 'key'
        ? { key: { data: readFileSync(path.join(directory, right ? 'right.pub' : 'wrong.pub'), 'utf8') } }
        : { keyless: { trustRoot: 'local', identities: [right ? RELEASE_WORKFLOW : FOREIGN_WORKFLOW] } };
    const required = { signatures: { threshold: 0 }, attestations: [{ name: 'note', custom: { predicateType: ATTESTATION_TYPE } }] };
    const verifier = await verifierFor({
      apiVersion: 'model-supply-chain/v1alpha1',
      kind: 'TrustPolicy',
      trustRoots: [{ name: 'local', file: { path: supplyChain.running.trustedRootFile } }],
      policies: [
        {
          name: 'acme',
          images: [`${supplyChain.registry.address}/acme/**`],
          authorities: [{ name: 'ci', ...authority }],
          ...(asks === 'attestation' && required),
        },
      ],
    });
    return summary(await verifier.verify(reference));
  }

  it('agree on every case but those listed', async () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
    const lines: string[] = [];
    const unexpected: string[] = [];
    const met = new Set<string>();
    let accepted = 0;
    for (const item of CASES) {
      const image = images.get(imageKey(item));
      if (image === undefined) throw new Error(`nothing was prepared for ${nameOf(item)}`);
      const [theirs, ours] = await Promise.all([cosignAccepts(item, image), weAccept(item, image)]);
      const weDo = ours.outcome === 'verified';
      if (weDo) accepted += 1;
      const known = KNOWN.find(({ when }) => when(item));
      if (known !== undefined) met.add(known.reason);
      const agrees = known === undefined ? theirs === weDo : theirs === known.cosign && weDo !== known.cosign;
      const line = `${nameOf(item)}: cosign ${theirs ? 'accepts' : 'refuses'}, we say ${ours.outcome} ${ours.codes.join(', ')}`;
      if (theirs !== weDo) lines.push(`${line}${known === undefined ? '' : `\n    because ${known.reason}`}`);
      if (!agrees) unexpected.push(line);
    }
    if (lines.length > 0) console.log(`${CASES.length} cases, ${lines.length} disagreements:\n  ${lines.join('\n  ')}`);
    expect(unexpected).toEqual([]);
    // A list of reasons that no case meets any more would hide the next disagreement.
    expect(met.size).toBe(KNOWN.length);
    // One for each way of making it, asked for by the right signer: with less, everything might be refused for a trivial reason.
    expect(accepted).toBe(6);
  }, 240_000);
});

/** One byte of what is signed: the predicate of a statement, or the text of a simple signing payload. */
function tamper(payload: string): string {
  const changed = payload
    .replace('differential', 'differentiaI')
    .replace('cosign container image signature', 'cosign container image signaturE');
  // The statement of `cosign sign` has no text of ours: change a letter of its type.
  return changed === payload ? payload.replace('"subject":[{', '"subject":[{"name":"x",') : changed;
}
