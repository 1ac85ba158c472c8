import { podOf, POD_SECURITY_CHECKS, POD_SECURITY_VERSIONS, podSecurityFindings, UNKNOWN } from '../../../../hardening';
import type { PodSecurityVersion } from '../../../../hardening';
import { goodPod } from '../../../support/hardening/pods';

/** Verdicts are compared with Kubernetes in test/integration/podSecurity.test.ts; here it is about places, words and what is not known. */
type Spec = Record<string, unknown>;

const judge = (change: Spec, version: PodSecurityVersion = '1.37') => {
  const pod = goodPod();
  return podSecurityFindings(podOf({ ...pod, spec: { ...pod.spec, ...change } }), 'restricted', version);
};
const brief = (change: Spec, version?: PodSecurityVersion) =>
  judge(change, version).map(({ outcome, checkId, path, found }) => [outcome, checkId, path, found]);
const container = (change: Spec): Spec => ({ containers: [{ ...(goodPod().spec['containers'] as Spec[])[0], ...change }] });
const security = (change: Spec): Spec =>
  container({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, ...change } });

describe('a finding of the Pod Security Standards', () => {
  it('names the field, what was expected and found, why, and what to do', () => {
    const [finding] = podSecurityFindings(podOf({ spec: { hostPID: true } }, 'spec.template'), 'baseline', '1.36');
    expect(finding).toMatchObject({
      checkId: 'hostNamespaces',
      level: 'baseline',
      outcome: 'violation',
      path: 'spec.template.spec.hostPID',
      expected: 'false or nothing',
      found: 'true',
    });
    expect(finding?.reason).toMatch(/.{30}/);
    expect(finding?.fix).toMatch(/.{10}/);
  });

  it.each<[string, Spec, string, string]>([
    [
      'a capability by its position',
      security({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'NET_RAW'] } }),
      'spec.containers[0].securityContext.capabilities.add[1]',
      '"NET_RAW"',
    ],
    [
      'a drop that leaves some',
      security({ capabilities: { drop: ['NET_RAW'] } }),
      'spec.containers[0].securityContext.capabilities.drop',
      'a list without "ALL"',
    ],
    ['the source of a volume', { volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }, 'spec.volumes[0]', '"nfs"'],
    ['a value of the wrong type', security({ privileged: 'true' }), 'spec.containers[0].securityContext.privileged', '"true"'],
    ['an object where a value belongs', security({ privileged: {} }), 'spec.containers[0].securityContext.privileged', 'an object'],
    [
      'a hostile name, cut and quoted',
      { volumes: [{ [`\u001b[2J${'x'.repeat(99)}`]: {} }] },
      'spec.volumes[0]',
      `"\\u001b[2J${'x'.repeat(59)}…"`,
    ],
  ])('shows %s', (_case, change, path, found) => {
    expect(judge(change).map((one) => [one.path, one.found])).toEqual([[path, found]]);
  });
});

describe('when a value that decides is not known yet', () => {
  const osName = { os: { name: UNKNOWN } };

  it.each<[string, Spec, readonly (readonly string[])[]]>([
    [
      'a field',
      security({ privileged: UNKNOWN }),
      [['undecidable', 'privileged', 'spec.containers[0].securityContext.privileged', 'not known yet']],
    ],
    [
      'the user namespace that would lift a violation',
      { ...security({ runAsUser: 0 }), hostUsers: UNKNOWN },
      [['undecidable', 'runAsUser', 'spec.hostUsers', 'not known yet']],
    ],
    [
      'the operating system that would lift a violation',
      { ...security({ allowPrivilegeEscalation: true }), ...osName },
      [['undecidable', 'allowPrivilegeEscalation', 'spec.os.name', 'not known yet']],
    ],
    ['the operating system of a pod that needs no relief', osName, []],
    [
      'a volume',
      { volumes: [{ name: 'v', csi: UNKNOWN }] },
      [['undecidable', 'restrictedVolumes', 'spec.volumes[0].csi', 'not known yet']],
    ],
    ['the name of a volume, which does not decide', { volumes: [{ name: UNKNOWN, emptyDir: {} }] }, []],
    [
      'one capability beside a forbidden one',
      security({ capabilities: { drop: ['ALL'], add: [UNKNOWN, 'SYS_ADMIN'] } }),
      [
        ['undecidable', 'capabilities_restricted', 'spec.containers[0].securityContext.capabilities.add[0]', 'not known yet'],
        ['violation', 'capabilities_restricted', 'spec.containers[0].securityContext.capabilities.add[1]', '"SYS_ADMIN"'],
      ],
    ],
    ['"ALL" beside one that is not known', security({ capabilities: { drop: [UNKNOWN, 'ALL'] } }), []],
  ])('neither passes nor accuses: %s', (_case, change, expected) => {
    expect(brief(change)).toEqual(expected);
  });

  it('names the nearest value that is not known, not what would lie in it', () => {
    const paths = new Set(judge(container({ securityContext: UNKNOWN })).map(({ path }) => path));
    expect([...paths]).toEqual(['spec.containers[0].securityContext']);
  });

  it.each(['containers', 'initContainers', 'volumes'])('takes an unknown list for one unknown item: %s', (list) => {
    const findings = judge({ [list]: UNKNOWN });
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.every(({ outcome, path }) => outcome === 'undecidable' && path === `spec.${list}`)).toBe(true);
  });

  it('leaves nothing undecided in a pod of which nothing is known', () => {
    const decided = new Set(
      podSecurityFindings(podOf({ metadata: UNKNOWN, spec: UNKNOWN }), 'baseline', '1.37').map(({ checkId }) => checkId),
    );
    expect(decided).toEqual(new Set(POD_SECURITY_CHECKS.filter(({ level }) => level === 'baseline').map(({ id }) => id)));
  });
});

describe('what the API server fills in', () => {
  it('makes every port of a pod on the host network a host port', () => {
    expect(
      brief({ hostNetwork: true, ...container({ ports: [{ containerPort: 8000 }, { containerPort: 1, hostPort: 0 }] }) }).map(
        ([, id, path]) => [id, path],
      ),
    ).toEqual(
      expect.arrayContaining([
        ['hostPorts', 'spec.containers[0].ports[0].hostPort'],
        ['hostPorts', 'spec.containers[0].ports[1].hostPort'],
      ]),
    );
  });

  it('makes an emptyDir of a volume without a source, and of no other', () => {
    expect(brief({ volumes: [{ name: 'v' }, { name: 'w', hostPath: null }] })).toEqual([]);
    expect(brief({ volumes: [{ name: 'v', nfs: { server: 's' } }] })).toHaveLength(1);
  });

  it('reads null as nothing', () => {
    expect(brief({ hostPID: null, volumes: null, ...security({ privileged: null }) })).toEqual([]);
  });

  it('does not read what "__proto__" put there', () => {
    const spec = Object.setPrototypeOf({ containers: [] }, { hostUsers: false }) as object;
    expect(podOf({ spec }).hasUserNamespace).toBe(false);
  });
});

describe('the versions of the standard', () => {
  it.each(POD_SECURITY_VERSIONS)('differ in what they lift for user namespaces, and in sysctls: %s', (version) => {
    const lifted = version !== '1.34';
    const ids = (change: Spec) => judge(change, version).map(({ checkId }) => checkId);
    expect(ids({ hostUsers: false, ...security({ runAsUser: 0 }) })).toEqual(lifted ? [] : ['runAsUser']);
    expect(ids({ hostUsers: false, ...security({ procMount: 'Unmasked' }) })).toEqual([lifted ? 'procMount_restricted' : 'procMount']);
    const sysctl = {
      securityContext: { ...(goodPod().spec['securityContext'] as Spec), sysctls: [{ name: 'net.ipv4.tcp_notsent_lowat', value: '1' }] },
    };
    expect(ids(sysctl)).toEqual(version === '1.37' ? [] : ['sysctls']);
  });
});
