import type { ResourceValidationPolicy } from '@pulumi/policy';
import { disallowUnknownImage } from '../../../policy-pack/policies/disallowUnknownImage';
import { disallowUnpinnedImage } from '../../../policy-pack/policies/disallowUnpinnedImage';
import { UNKNOWN, engineProps } from '../image-sources/engineProps';
import { DIGEST, collector, fakeVerification, modelServing, pod } from './packArguments';
import type { Answers } from './packArguments';

async function analyze(policy: ResourceValidationPolicy, ...resources: readonly ReturnType<typeof pod>[]) {
  const { reported, report } = collector();
  if (typeof policy.validateResource !== 'function') throw new Error('expected one function');
  for (const item of resources) await policy.validateResource({ ...item, props: engineProps(item.props) as typeof item.props }, report);
  return reported;
}

const unpinned = (image: unknown, answers: Answers = {}) =>
  analyze(disallowUnpinnedImage(fakeVerification(answers).verification), pod([image]));

describe('disallow-unpinned-image', () => {
  const tag = 'ghcr.io/acme/model:v1';

  it.each<[string, Answers, string | undefined]>([
    ['has the level of the policy for an image that a policy covers', { covers: () => true }, undefined],
    ['is advisory for an image that no policy covers', { covers: () => false }, 'advisory'],
    [
      'has the level of the policy while there is no trust policy: perhaps it would cover it',
      { unusable: { code: 'trust-policy-missing', searched: [] } },
      undefined,
    ],
  ])('%s', async (_what, answers, level) => {
    const reported = await unpinned(tag, answers);
    expect(reported).toEqual([expect.objectContaining({ level, message: expect.stringContaining('[image-unpinned]') as string })]);
    expect(reported[0]?.message).toContain('spec.containers[0].image (container "c0")');
  });

  it('asks whether the normalised repository is covered', async () => {
    const covers = jest.fn(() => true);
    await unpinned('nginx', { covers });
    expect(covers).toHaveBeenCalledWith(expect.objectContaining({ repository: { registry: 'docker.io', path: 'library/nginx' } }));
  });

  it.each(['ghcr.io/acme/model', 'nginx', 'localhost:5000/model'])('tells of %s, which means :latest', async (image) => {
    expect(await unpinned(image)).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['a digest', `ghcr.io/acme/model@${DIGEST}`],
    ['a tag with a digest', `ghcr.io/acme/model:v1@${DIGEST}`],
    ['a malformed reference, which require-verified-image rejects', 'https://ghcr.io/Acme/x'],
    ['an empty reference', ''],
    ['an unknown image', UNKNOWN],
    ['an unreadable image', 42],
  ])('says nothing about %s', async (_what, image) => {
    expect(await unpinned(image)).toEqual([]);
  });

  it('tells the tag of a component once', async () => {
    const component = modelServing(tag);
    const policy = disallowUnpinnedImage(fakeVerification().verification);
    expect(await analyze(policy, component, pod([tag], { parent: component.urn }))).toHaveLength(1);
  });
});

describe('disallow-unknown-image', () => {
  const unknown = (...resources: readonly ReturnType<typeof pod>[]) =>
    analyze(disallowUnknownImage(fakeVerification().verification), ...resources);

  it('tells each unknown image with its path, at the level of the policy', async () => {
    const reported = await unknown(pod([UNKNOWN, `ghcr.io/acme/model@${DIGEST}`, UNKNOWN, 42]));
    expect(reported.map(({ message }) => /containers\[\d\]\.image \(/.exec(message)?.[0])).toEqual([
      'containers[0].image (',
      'containers[2].image (',
    ]);
    expect(reported.every(({ level, message }) => level === undefined && message.includes('[image-unknown]'))).toBe(true);
  });

  it('tells of a list that may hold images', async () => {
    const args = pod([]);
    expect(await unknown({ ...args, props: { spec: { containers: UNKNOWN } } })).toHaveLength(1);
  });

  it('tells the image of a component once', async () => {
    const component = modelServing(UNKNOWN);
    expect(await unknown(component, pod([UNKNOWN], { parent: component.urn }))).toHaveLength(1);
  });
});
