import { joinReports } from '../../../gate/running/joinReports';
import type { PodReport, ReportResult, RunningPod } from '../../../gate/running/types';
import type { Verdict } from '../../../verification';

const SERVER = `ghcr.io/acme/server@sha256:${'ab'.repeat(32)}`;
const OPTIONS = { admission: 'models', withReports: true };

const pod = (name = 'server-1', uid = 'u1', kind = 'Deployment'): RunningPod => ({
  name,
  uid,
  workload: { namespace: 'ml', kind, name: 'server' },
  images: [{ where: 'container "server"', written: SERVER, reference: SERVER }],
});
const finding = { code: 'image-unpinned', reference: SERVER } as const;
const verdict = (outcome: Verdict['outcome'], enforcement: 'enforce' | 'warn' | 'ignore' = 'enforce'): Verdict =>
  outcome === 'verified'
    ? { outcome, reference: SERVER, digest: 'sha256:', evidence: [], attestations: [], warnings: [] }
    : { outcome, reference: SERVER, enforcement, findings: [finding] };
const said = (result: ReportResult['result'], policy = 'models-images'): ReportResult => ({ policy, result, message: '' });
const report = (...results: readonly ReportResult[]): PodReport => ({ namespace: 'ml', pod: 'server-1', uid: 'u1', results });

const joined = (verdictOfServer: Verdict, reports: readonly PodReport[], options = OPTIONS) =>
  joinReports(reports, [pod()], new Map([[SERVER, verdictOfServer]]), options)[0];

describe('a workload, by verdict and by report', () => {
  it.each([
    ['verified', 'pass', 'verified', true],
    ['verified', 'fail', 'rejected', false],
    ['verified', 'error', 'undetermined', undefined],
    ['verified', 'skip', 'unreported', undefined],
    ['rejected', 'fail', 'rejected', true],
    ['rejected', 'pass', 'verified', false],
    ['undetermined', 'pass', 'verified', undefined],
    ['undetermined', 'fail', 'rejected', undefined],
  ] as const)('%s, and its policy says %s: the cluster says %s, agreement %s', (outcome, result, cluster, agree) => {
    const found = joined(verdict(outcome), [report(said(result))]);
    expect({ preview: found?.preview, cluster: found?.cluster, agree: found?.agree }).toEqual({ preview: outcome, cluster, agree });
    expect(found?.next === 'nothing').toBe(outcome === 'verified' && cluster === 'verified');
  });

  it.each<[string, readonly PodReport[]]>([
    ['there is no report', []],
    ['the report is about a former pod of this name', [{ ...report(said('pass')), uid: 'u0' }]],
    ['the report is about a pod of another namespace', [{ ...report(said('pass')), namespace: 'other' }]],
    ['the policy is not of ModelAdmission', [report(said('pass', 'somebody-elses'))]],
    ['the policy belongs to another ModelAdmission', [report(said('pass', 'other-images'))]],
  ])('is not verified by the cluster when %s', (_what, reports) => {
    expect(joined(verdict('verified'), reports)?.cluster).toBe('unreported');
  });

  it('is rejected when one of several policies rejects, whatever the others say', () => {
    const found = joined(verdict('verified'), [report(said('pass')), report(said('error'), said('fail', 'models-listed-images'))]);
    expect(found).toMatchObject({ cluster: 'rejected', results: [said('error'), said('fail', 'models-listed-images')] });
  });

  it('is not rejected by policies that only warn', () => {
    const found = joined(verdict('rejected', 'warn'), [report(said('pass'), said('fail', 'models-images-warn'))]);
    expect(found).toMatchObject({ preview: 'verified', cluster: 'verified', images: [{ verdict: { outcome: 'rejected' } }] });
  });

  it('leaves images out that the policy lets run without a word', () => {
    expect(joined(verdict('rejected', 'ignore'), [report(said('pass'))])).toMatchObject({ preview: 'verified', images: [] });
  });

  it('is undetermined when an image has no verdict', () => {
    expect(joinReports([], [pod()], new Map(), OPTIONS)[0]?.preview).toBe('undetermined');
  });

  it('takes the worst of its pods, and comes first', () => {
    const good: RunningPod = { ...pod('a', 'u2', 'StatefulSet') };
    const reports = [
      report(said('pass')),
      { ...report(said('fail')), pod: 'server-2', uid: 'u3' },
      { ...report(said('pass')), pod: 'a', uid: 'u2' },
    ];
    const found = joinReports(reports, [good, pod(), pod('server-2', 'u3')], new Map([[SERVER, verdict('verified')]]), OPTIONS);
    expect(found.map(({ workload: { kind }, pods, cluster }) => ({ kind, pods, cluster }))).toEqual([
      { kind: 'Deployment', pods: ['server-1', 'server-2'], cluster: 'rejected' },
      { kind: 'StatefulSet', pods: ['a'], cluster: 'verified' },
    ]);
  });

  it('asks the trust policy only, where the cluster has no reports', () => {
    const found = joined(verdict('verified'), [], { ...OPTIONS, withReports: false });
    expect(found).toMatchObject({ preview: 'verified', next: 'nothing' });
    expect(found).not.toHaveProperty('cluster');
  });
});
