import type { Finding, Verdict } from '../../../verification';
import { requireVerifiedImage } from '../../../policy-pack/policies/requireVerifiedImage';
import { UNKNOWN, engineProps } from '../image-sources/engineProps';
import {
  DIGEST,
  SIGNED,
  STACK,
  UNSIGNED,
  collector,
  engine,
  fakeVerification,
  modelServing,
  pod,
  rejected,
  undetermined,
  unsigned,
  verified,
} from './packArguments';
import type { Answers, Reported } from './packArguments';

type Policy = ReturnType<typeof requireVerifiedImage>;
type Resource = ReturnType<typeof pod>;

function start(preview: boolean, answers: Answers) {
  const { verification, asked } = fakeVerification(answers);
  const policy = requireVerifiedImage(engine(preview), verification);
  return { policy, asked };
}

async function ofResource(policy: Policy, args: Resource): Promise<readonly Reported[]> {
  const { reported, report } = collector();
  if (typeof policy.validateResource !== 'function') throw new Error('expected one function');
  await policy.validateResource(args, report);
  return reported;
}

async function ofStack(policy: Policy): Promise<readonly Reported[]> {
  const { reported, report } = collector();
  await policy.validateStack(STACK, report);
  return reported;
}

/** Both parts, as the engine calls them. */
async function analyze(preview: boolean, answers: Answers, ...resources: readonly Resource[]): Promise<readonly Reported[]> {
  const { policy } = start(preview, answers);
  const all: Reported[] = [];
  for (const item of resources) all.push(...(await ofResource(policy, item)));
  return [...all, ...(await ofStack(policy))];
}

const answering = (verdict: (reference: string) => Verdict): Answers => ({ verify: (reference) => Promise.resolve(verdict(reference)) });

describe('when this is a preview', () => {
  it('starts all verifications without waiting for any, and reports in the stack part against each resource', async () => {
    const release: ((verdict: Verdict) => void)[] = [];
    const { policy, asked } = start(true, { verify: () => new Promise((resolve) => release.push(resolve)) });
    const resources = [pod([UNSIGNED], { name: 'one' }), pod([UNSIGNED], { name: 'two' })];
    for (const item of resources) expect(await ofResource(policy, item)).toEqual([]);
    expect(asked).toEqual([UNSIGNED, UNSIGNED]);
    // In the wrong order: what is told does not depend on who answers first.
    for (const resolve of release.reverse()) resolve(rejected(UNSIGNED));
    const reported = await ofStack(policy);
    expect(reported.map(({ urn }) => urn)).toEqual(resources.map(({ urn }) => urn));
    expect(reported.every(({ message, level }) => message.includes('[unsigned]') && level === undefined)).toBe(true);
  });

  it('makes the stack part throw if verification breaks, also if that was long before', async () => {
    const { policy } = start(true, { verify: () => Promise.reject(new Error('out of order')) });
    await ofResource(policy, pod([SIGNED]));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(ofStack(policy)).rejects.toThrow('out of order');
  });
});

describe('when this is an update', () => {
  it('answers only when the verdict is there, so nothing is created before', async () => {
    let release: (verdict: Verdict) => void = () => undefined;
    const { policy, asked } = start(false, { verify: () => new Promise((resolve) => (release = resolve)) });
    let answered = false;
    const answer = ofResource(policy, pod([UNSIGNED])).finally(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([UNSIGNED]);
    expect(answered).toBe(false);
    release(rejected(UNSIGNED));
    expect((await answer).map(({ message }) => message)).toEqual([expect.stringContaining('[unsigned]')]);
    expect(await ofStack(policy)).toEqual([]);
  });

  it('throws if verification breaks', async () => {
    const { policy } = start(false, { verify: () => Promise.reject(new Error('out of order')) });
    await expect(ofResource(policy, pod([SIGNED]))).rejects.toThrow('out of order');
  });
});

describe.each([
  ['preview', true],
  ['update', false],
])('when a verdict is told at %s', (_name, preview) => {
  it.each<[string, Verdict, object | undefined, readonly (string | undefined)[]]>([
    ['verified', verified(SIGNED), undefined, []],
    ['rejected, enforced', rejected(UNSIGNED), undefined, [undefined]],
    ['rejected, warn mode', rejected(UNSIGNED, 'warn'), undefined, ['advisory']],
    ['rejected, not covered and allowed', rejected(UNSIGNED, 'ignore'), undefined, []],
    ['undetermined, enforced', undetermined(UNSIGNED), undefined, [undefined]],
    ['undetermined, mandatory by configuration', undetermined(UNSIGNED), { undetermined: 'mandatory' }, [undefined]],
    ['undetermined, advisory by configuration', undetermined(UNSIGNED), { undetermined: 'advisory' }, ['advisory']],
    ['undetermined, warn mode', undetermined(UNSIGNED, 'warn'), undefined, ['advisory']],
    ['undetermined, ignored', undetermined(UNSIGNED, 'ignore'), undefined, []],
    ['rejected, undetermined advisory', rejected(UNSIGNED), { undetermined: 'advisory' }, [undefined]],
  ])('has the right level for %s', async (_what, verdict, config, levels) => {
    const reported = await analyze(
      preview,
      answering(() => verdict),
      pod([UNSIGNED], config && { config }),
    );
    expect(reported.map(({ level }) => level)).toEqual(levels);
  });

  it('tells warnings about a verified image as advisory', async () => {
    const warning: Finding = {
      code: 'trust-root-offline',
      trustRoot: 'local',
      reason: 'no network',
      copy: 'package',
      expires: '2027-01-01',
    };
    const reported = await analyze(
      preview,
      answering((reference) => verified(reference, [warning])),
      pod([SIGNED]),
    );
    expect(reported).toEqual([
      expect.objectContaining({ level: 'advisory', message: expect.stringContaining('[trust-root-offline]') as string }),
    ]);
  });

  it('says at the start which outcome it is, and where the image is', async () => {
    const [no] = await analyze(preview, answering(rejected), pod([UNSIGNED]));
    expect(no?.message).toMatch(/^REJECTED: /);
    expect(no?.message).toContain('spec.containers[0].image (container "c0")');
    const [unclear] = await analyze(preview, answering(undetermined), pod([UNSIGNED]));
    expect(unclear?.message).toMatch(/^UNDETERMINED, could not be checked: /);
  });

  it('tells each image of a resource, and only those that fail', async () => {
    const reported = await analyze(
      preview,
      answering((reference) => (reference === SIGNED ? verified(reference) : rejected(reference))),
      pod([UNSIGNED, SIGNED, UNSIGNED]),
    );
    expect(reported.map(({ message }) => /containers\[\d\]/.exec(message)?.[0])).toEqual(['containers[0]', 'containers[2]']);
  });

  it('blocks an image that cannot be read, without verifying it', async () => {
    const reported = await analyze(preview, {}, pod([42]));
    expect(reported).toEqual([
      expect.objectContaining({ level: undefined, message: expect.stringContaining('[image-unreadable]') as string }),
    ]);
  });

  it('leaves an unknown image to disallow-unknown-image, and tells the known one beside it', async () => {
    const args = pod([UNKNOWN, UNSIGNED]);
    const reported = await analyze(preview, answering(rejected), { ...args, props: engineProps(args.props) as typeof args.props });
    expect(reported.map(({ message }) => /containers\[\d\]/.exec(message)?.[0])).toEqual(['containers[1]']);
  });

  it('tells the image of a component once', async () => {
    const component = modelServing(UNSIGNED);
    const reported = await analyze(preview, answering(rejected), component, pod([UNSIGNED], { parent: component.urn }));
    expect(reported).toHaveLength(1);
    expect(reported[0]?.message).toContain('image (server image)');
  });

  it('does not list the hundreds of broken signatures that somebody attached', async () => {
    const flood = Array.from({ length: 500 }, (_, index) => unsigned(`ghcr.io/acme/${index}@${DIGEST}`));
    const verdict = { ...rejected(UNSIGNED), findings: [unsigned(UNSIGNED), ...flood] } as Verdict;
    const [told] = await analyze(
      preview,
      answering(() => verdict),
      pod([UNSIGNED]),
    );
    expect(told?.message).toContain(`${UNSIGNED} is not signed`);
    expect(told?.message).toContain('491 more findings about this image');
    expect(told?.message.length).toBeLessThan(20_000);
  });
});

describe('when the trust policy has weak spots', () => {
  const weak: Finding = { code: 'policy-unmatched-allowed', path: 'unmatchedImages', accepts: 'docker.io/mallory/model' };

  it.each([
    ['preview', true],
    ['update', false],
  ])('tells them once, as advisory, also for a stack without images: %s', async (_name, preview) => {
    const reported = await analyze(preview, { weakSpots: [weak] }, pod([]), pod([], { name: 'two' }));
    expect(reported).toEqual([
      expect.objectContaining({ level: 'advisory', message: expect.stringContaining('[policy-unmatched-allowed]') as string }),
    ]);
  });
});

describe('when the trust policy cannot be used', () => {
  const unusable: Finding = { code: 'trust-policy-missing', searched: ['/project/trust-policy.yaml'] };

  it('blocks a preview, told once', async () => {
    const reported = await analyze(true, { unusable }, pod([SIGNED]), pod([UNSIGNED]));
    expect(reported).toEqual([
      expect.objectContaining({ level: undefined, message: expect.stringContaining('[trust-policy-missing]') as string }),
    ]);
  });

  it('blocks a stack without images too: the gate is not there', async () => {
    expect(await analyze(true, { unusable }, pod([]))).toHaveLength(1);
  });

  it('is not lowered by the configuration for undetermined images', async () => {
    const config = { undetermined: 'advisory' };
    expect(await analyze(true, { unusable }, pod([SIGNED], { config }))).toEqual([expect.objectContaining({ level: undefined })]);
  });

  it('refuses every resource with images on an update, where each answer decides about one resource', async () => {
    const { policy } = start(false, { unusable });
    for (const name of ['one', 'two', 'three']) expect(await ofResource(policy, pod([SIGNED], { name }))).toHaveLength(1);
    expect(await ofResource(policy, pod([]))).toHaveLength(0);
  });
});
