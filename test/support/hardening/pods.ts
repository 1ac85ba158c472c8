import fc from 'fast-check';

/** A pod that Pod Security `restricted` admits in every version and that no control of ours complains about. */
export function goodPod(): { metadata: Record<string, unknown>; spec: Record<string, unknown> } {
  return {
    metadata: { name: 'server', labels: { app: 'server' } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'server',
          image: `ghcr.io/acme/server@sha256:${'ab'.repeat(32)}`,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

const maybe = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, undefined, ...values);

const seLinuxOptions = fc.record({
  type: maybe('', 'container_t', 'container_engine_t', 'spc_t'),
  user: maybe('', 'system_u'),
  role: maybe('', 'system_r'),
});
const profile = fc.record({ type: maybe('RuntimeDefault', 'RuntimeDefault', 'Localhost', 'Unconfined', '', 'other') });
const windowsOptions = fc.record({ hostProcess: maybe(true, false) });
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });

const containerSecurity = fc.record({
  privileged: maybe(true, false),
  allowPrivilegeEscalation: fc.constantFrom(false, false, false, true, undefined),
  runAsNonRoot: maybe(true, true, false),
  runAsUser: maybe(0, 1000),
  procMount: maybe('Default', 'Unmasked', ''),
  capabilities: rarely(
    fc.record({
      add: maybe(['NET_BIND_SERVICE'], ['CHOWN'], ['NET_RAW'], ['NET_BIND_SERVICE', 'SYS_ADMIN'], []),
      drop: maybe(['ALL'], ['ALL'], ['NET_RAW'], ['NET_RAW', 'ALL'], ['all'], []),
    }),
  ),
  seccompProfile: rarely(profile),
  appArmorProfile: rarely(profile),
  seLinuxOptions: rarely(seLinuxOptions),
  windowsOptions: rarely(windowsOptions),
});

const handler = fc.record({
  httpGet: maybe({ port: 80 }, { port: 80, host: '' }, { port: 80, host: '10.0.0.1' }),
  tcpSocket: maybe({ port: 80 }, { port: 80, host: 'localhost' }),
});

const container = (name: string, ephemeral = false) =>
  fc.record({
    name: fc.constant(name),
    securityContext: fc.option(containerSecurity, { nil: undefined, freq: 6 }),
    ...(!ephemeral && {
      ports: maybe(
        [{ containerPort: 80 }],
        [{ containerPort: 80, hostPort: 0 }],
        [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }],
      ),
      livenessProbe: rarely(handler),
      readinessProbe: rarely(handler),
      startupProbe: rarely(handler),
      lifecycle: rarely(fc.record({ postStart: rarely(handler), preStop: rarely(handler) })),
    }),
  });

const volume = fc.oneof(
  ...[
    'emptyDir',
    'image',
    'configMap',
    'csi',
    'hostPath',
    'nfs',
    'ephemeral',
    'projected',
    'secret',
    'downwardAPI',
    'iscsi',
    'gitRepo',
  ].map((source) => fc.constant({ name: 'v', [source]: {} })),
  fc.constant({ name: 'v' }),
  fc.constant({ name: 'v', hostPath: { path: '/' }, emptyDir: {} }),
  fc.constant({ name: 'v', persistentVolumeClaim: { claimName: 'models' } }),
);

const annotations = fc.constantFrom<Record<string, string> | undefined>(
  undefined,
  {},
  { 'container.apparmor.security.beta.kubernetes.io/server': 'unconfined' },
  { 'container.apparmor.security.beta.kubernetes.io/server': 'localhost/mine' },
  { 'container.apparmor.security.beta.kubernetes.io/server': 'runtime/default' },
  { 'container.apparmor.security.beta.kubernetes.io/server': '' },
  { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined', other: 'x' },
);

const sysctl = fc
  .constantFrom(
    'kernel.shm_rmid_forced',
    'net.ipv4.tcp_rmem',
    'net.ipv4.tcp_slow_start_after_idle',
    'net.ipv4.tcp_notsent_lowat',
    'kernel.msgmax',
  )
  .map((name) => ({ name, value: '1' }));

/** Pods in which each field that the standard looks at is absent, allowed or forbidden, independently of the others. */
export const anyPod: fc.Arbitrary<unknown> = fc
  .record({
    metadata: fc.record({ name: fc.constant('generated'), annotations }),
    spec: fc.record({
      hostNetwork: maybe(true, false),
      hostPID: maybe(true, false),
      hostIPC: maybe(true, false),
      hostUsers: maybe(true, false),
      os: maybe({ name: 'windows' }, { name: 'linux' }, {}),
      securityContext: rarely(
        fc.record({
          runAsNonRoot: maybe(true, false),
          runAsUser: maybe(0, 1000),
          seccompProfile: rarely(profile),
          appArmorProfile: rarely(profile),
          seLinuxOptions: rarely(seLinuxOptions),
          windowsOptions: rarely(windowsOptions),
          sysctls: rarely(fc.array(sysctl, { maxLength: 2 })),
        }),
      ),
      containers: fc.tuple(container('server')),
      initContainers: rarely(fc.tuple(container('init'))),
      ephemeralContainers: rarely(fc.tuple(container('debug', true))),
      volumes: rarely(fc.array(volume, { maxLength: 3 })),
    }),
  })
  // Without the absent fields, as JSON has it.
  .map((pod): unknown => JSON.parse(JSON.stringify(pod)));

/** A good pod with one change: most of them break one rule only, so a rule that is missing shows at once. */
export const almostGoodPod: fc.Arbitrary<unknown> = fc.tuple(anyPod, fc.nat()).map(([changed, which]) => {
  const pod = goodPod();
  const changes = leaves(changed);
  const change = changes[which % changes.length];
  if (change !== undefined) set(pod, change.keys, change.value);
  return pod;
});

interface Leaf {
  readonly keys: readonly string[];
  readonly value: unknown;
}

function leaves(value: unknown, keys: readonly string[] = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [{ keys, value }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...keys, key]));
}

function set(root: object, keys: readonly string[], value: unknown): void {
  let at = root as Record<string, unknown>;
  keys.forEach((key, index) => {
    const next = keys[index + 1];
    if (next === undefined) at[key] = value;
    else at = (at[key] ??= /^\d+$/.test(next) ? [] : {}) as Record<string, unknown>;
  });
}
