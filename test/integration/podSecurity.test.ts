import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { podOf, POD_SECURITY_CHECKS, POD_SECURITY_VERSIONS, podSecurityFindings } from '../../hardening';
import type { PodSecurityLevel } from '../../hardening';
import { withServerDefaults } from '../../hardening/pod/serverDefaults';
import { POD_SECURITY, binaryPath } from '../../tools/toolchain/goTool';
import { almostGoodPod, anyPod, goodPod } from '../support/hardening/pods';
import { describeWith } from '../support/tool';

/**
 * Kubernetes' own Pod Security Admission library and we judge the same pods: every level, every version, which checks refuse. What it does not
 * prove: what the API server fills in before (hardening/pod/serverDefaults.ts): test/cluster/podVerdicts.test.ts asks a real one.
 */
const LEVELS: readonly PodSecurityLevel[] = ['baseline', 'restricted'];
const POLICIES = LEVELS.flatMap((level) => POD_SECURITY_VERSIONS.map((version) => ({ level, version, name: `${level} ${version}` })));

type Refusals = Readonly<Record<string, readonly string[]>>;

function kubernetes(pods: readonly unknown[]): readonly Refusals[] {
  const input = pods.map((pod) => JSON.stringify(pod)).join('\n');
  const result = spawnSync(binaryPath(POD_SECURITY), { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Refusals);
}

function ours(pod: unknown): Refusals {
  return Object.fromEntries(
    POLICIES.map(({ level, version, name }) => {
      const findings = podSecurityFindings(podOf(pod), level, version);
      expect(findings.every(({ outcome }) => outcome === 'violation')).toBe(true);
      return [name, [...new Set(findings.map(({ checkId }) => checkId))].sort()];
    }),
  );
}

const sorted = (refusals: Refusals): Refusals => Object.fromEntries(Object.entries(refusals).map(([name, ids]) => [name, [...ids].sort()]));

/** The library judges what the API server has filled in, so both sides get that: the tests with a real API server show that it is right. */
const filledIn = (pod: unknown): unknown => ({ ...(pod as object), spec: withServerDefaults((pod as { spec: unknown }).spec) });

describeWith(POD_SECURITY)('when Kubernetes and we judge the same pod', () => {
  const sample = (pods: fc.Arbitrary<unknown>, seed: number) => fc.sample(pods, { numRuns: 600, seed }).map(filledIn);
  const refusedOnce = new Set<string>();

  it.each([
    ['a good one', () => [goodPod()]],
    ['good ones with one change', () => sample(almostGoodPod, 1)],
    ['any ones', () => sample(anyPod, 2)],
    ['ones of a new seed', () => sample(fc.oneof(almostGoodPod, anyPod), Date.now())],
  ])('refuses what it refuses, by the same checks, at every level and version: %s', (_name, make) => {
    const pods = make();
    const theirs = kubernetes(pods);
    expect(theirs).toHaveLength(pods.length);
    pods.forEach((pod, index) => {
      const expected = sorted(theirs[index] ?? {});
      Object.values(expected)
        .flat()
        .forEach((id) => refusedOnce.add(id));
      // The pod is part of the comparison so that a disagreement shows it.
      expect({ pod, refusals: ours(pod) }).toEqual({ pod, refusals: expected });
    });
  });

  it('met every check of the standard at work, and knows no other', () => {
    expect([...refusedOnce].sort()).toEqual(POD_SECURITY_CHECKS.map(({ id }) => id).sort());
  });

  it('admits the good pod everywhere', () => {
    expect(Object.values(kubernetes([goodPod()])[0] ?? {}).flat()).toEqual([]);
  });
});
