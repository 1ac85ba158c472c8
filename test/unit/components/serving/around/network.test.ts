import * as pulumi from '@pulumi/pulumi';

import type { ModelNetworkArgs } from '../../../../../components/serving/around/args/network';
import { credentialAddressesIn, parseNetwork } from '../../../../../components/serving/around/metadataAddresses';
import { nameEgressPolicy } from '../../../../../components/serving/around/nameEgress';
import { networkSettings } from '../../../../../components/serving/around/network';
import { servingNetworkPolicy } from '../../../../../components/serving/around/networkPolicy';
import { IDENTITY, METADATA } from './identity';
import { accepted, refusalsOf } from './refusals';

const settingsOf = (args: ModelNetworkArgs) => accepted((problems) => networkSettings(args, problems));
const policyOf = (args: ModelNetworkArgs, ...openings: Parameters<typeof servingNetworkPolicy>[2][]) =>
  servingNetworkPolicy(IDENTITY, settingsOf(args), ...openings);
const rulesOf = (args: ModelNetworkArgs) => policyOf(args).spec as { ingress: readonly unknown[]; egress: readonly unknown[] };
const refused = (args: ModelNetworkArgs) => refusalsOf((problems) => networkSettings(args, problems));

const http = [{ protocol: 'TCP', port: 'http' }];
const inNamespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

describe('when nothing is opened', () => {
  it('admits pods of the same namespace to the port of the server, and lets nothing out', () => {
    expect(policyOf({})).toEqual({
      metadata: METADATA,
      spec: {
        podSelector: { matchLabels: IDENTITY.selector },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: {} }], ports: http }],
        egress: [],
      },
    });
  });

  it('admits nobody at all if the namespace is shut out too', () => {
    expect(rulesOf({ sameNamespaceClients: false }).ingress).toEqual([]);
  });
});

describe('when clients are named', () => {
  it.each([
    ['a namespace', { namespace: 'web' }, inNamespace('web')],
    ['labels', { podLabels: { app: 'front' } }, { podSelector: { matchLabels: { app: 'front' } } }],
    [
      'both, as one peer: two would admit either',
      { namespace: 'web', podLabels: { app: 'front' } },
      { ...inNamespace('web'), podSelector: { matchLabels: { app: 'front' } } },
    ],
  ])('admits by %s', (_case, client, peer) => {
    expect(rulesOf({ sameNamespaceClients: false, clients: [client] }).ingress).toEqual([{ from: [peer], ports: http }]);
  });

  it('admits monitors and gateways to their own port only', () => {
    const opening = { from: [{ namespace: 'monitoring', podLabels: { app: 'prometheus' } }], port: 'metrics' };
    const { ingress } = policyOf({}, [opening]).spec as { ingress: readonly unknown[] };
    expect(ingress[1]).toEqual({
      from: [{ ...inNamespace('monitoring'), podSelector: { matchLabels: { app: 'prometheus' } } }],
      ports: [{ protocol: 'TCP', port: 'metrics' }],
    });
  });

  it('has no rule for an opening without peers, which would admit everybody', () => {
    expect((policyOf({ sameNamespaceClients: false }, [{ from: [], port: 'metrics' }]).spec as { ingress: unknown[] }).ingress).toEqual([]);
  });
});

describe('when ways out are named', () => {
  const dnsPorts = [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ];

  it('opens DNS to the DNS pods, or to the addresses that are given', () => {
    const pods = { ...inNamespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    expect(rulesOf({ dns: true }).egress).toEqual([{ to: [pods], ports: dnsPorts }]);
    expect(rulesOf({ dns: true, dnsServers: ['169.254.20.10/32'] }).egress).toEqual([
      { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: dnsPorts },
    ]);
  });

  it('opens pods and addresses on their ports', () => {
    const args: ModelNetworkArgs = {
      egressToPods: [{ namespace: 'vectors', ports: [6333] }],
      egress: [
        { cidr: '10.20.0.0/16', ports: [443, 8443] },
        { cidr: '10.1.2.3/32', ports: [514], protocol: 'UDP' },
      ],
    };
    expect(rulesOf(args).egress).toEqual([
      { to: [inNamespace('vectors')], ports: [{ protocol: 'TCP', port: 6333 }] },
      {
        to: [{ ipBlock: { cidr: '10.20.0.0/16' } }],
        ports: [
          { protocol: 'TCP', port: 443 },
          { protocol: 'TCP', port: 8443 },
        ],
      },
      { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ protocol: 'UDP', port: 514 }] },
    ]);
  });

  it.each([
    ['0.0.0.0/0', ['169.254.169.254/32', '169.254.170.2/32', '169.254.170.23/32', '168.63.129.16/32', '100.100.100.200/32']],
    ['169.254.0.0/16', ['169.254.169.254/32', '169.254.170.2/32', '169.254.170.23/32']],
    ['169.254.170.0/24', ['169.254.170.2/32', '169.254.170.23/32']],
    ['::/0', ['fd00:ec2::254/128', 'fd00:ec2::23/128', 'fd20:ce::254/128']],
    ['fd00:ec2::/32', ['fd00:ec2::254/128', 'fd00:ec2::23/128']],
  ])('leaves the addresses that hand out credentials out of %s', (cidr, except) => {
    expect(rulesOf({ egress: [{ cidr, ports: [80] }] }).egress).toEqual([
      { to: [{ ipBlock: { cidr, except } }], ports: [{ protocol: 'TCP', port: 80 }] },
    ]);
  });

  it('opens EKS Pod Identity by its own switch, and the instance metadata by none', () => {
    const { egress } = rulesOf({ awsPodIdentity: true, egress: [{ cidr: '0.0.0.0/0', ports: [80] }] });
    expect(egress[1]).toEqual({
      to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }],
      ports: [{ protocol: 'TCP', port: 80 }],
    });
    expect(JSON.stringify(egress[0])).toContain('169.254.169.254/32');
  });
});

describe('when hosts are opened by name', () => {
  const egressByName = [{ host: 'api.acme.example' }, { host: '*.s3.example', ports: [443, 8443] }];

  it('lets Cilium answer for exactly these hosts, and for no other name', () => {
    const names = settingsOf({ egressByName, nameEgressProvider: 'cilium' });
    expect(names.dns).toBe('closed');
    expect(nameEgressPolicy(IDENTITY, names.names!)).toEqual({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { ...METADATA, name: 'sentiment-names' },
      spec: {
        endpointSelector: { matchLabels: IDENTITY.selector },
        egress: [
          {
            toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
            toPorts: [
              {
                ports: [{ port: '53', protocol: 'ANY' }],
                rules: { dns: [{ matchName: 'api.acme.example' }, { matchPattern: '*.s3.example' }] },
              },
            ],
          },
          { toFQDNs: [{ matchName: 'api.acme.example' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
          {
            toFQDNs: [{ matchPattern: '*.s3.example' }],
            toPorts: [
              {
                ports: [
                  { port: '443', protocol: 'TCP' },
                  { port: '8443', protocol: 'TCP' },
                ],
              },
            ],
          },
        ],
      },
    });
  });

  it('opens DNS at the given address beside the policy of EKS', () => {
    const settings = settingsOf({
      egressByName: [{ host: 'api.acme.example' }],
      nameEgressProvider: 'eksAuto',
      dnsServers: ['172.20.0.10/32'],
    });
    expect(settings.dns).toEqual(['172.20.0.10/32']);
    expect(nameEgressPolicy(IDENTITY, settings.names!)).toEqual({
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'ApplicationNetworkPolicy',
      metadata: { ...METADATA, name: 'sentiment-names' },
      spec: {
        podSelector: { matchLabels: IDENTITY.selector },
        policyTypes: ['Egress'],
        egress: [{ to: [{ domainNames: ['api.acme.example'] }], ports: [{ protocol: 'TCP', port: 443 }] }],
      },
    });
  });
});

describe('when an opening is wrong', () => {
  it.each<[string, ModelNetworkArgs, string, string]>([
    ['a client that is everybody', { clients: [{}] }, 'network.clients[0]', 'found neither'],
    ['a namespace that is none', { clients: [{ namespace: 'Web' }] }, 'network.clients[0].namespace', '"Web"'],
    ['a label name that is none', { clients: [{ podLabels: { 'a b': 'c' } }] }, 'network.clients[0].podLabels', '"a b"'],
    ['a label value that is none', { clients: [{ podLabels: { app: 'a b' } }] }, 'network.clients[0].podLabels["app"]', '"a b"'],
    ['an opening that says nothing of ports', { egress: [{ cidr: '10.0.0.0/8' } as never] }, 'network.egress[0].ports', 'nothing'],
    ['an opening of all ports', { egress: [{ cidr: '10.0.0.0/8', ports: [] }] }, 'network.egress[0].ports', 'an empty list'],
    ['a port beyond the last', { egress: [{ cidr: '10.0.0.0/8', ports: [65_536] }] }, 'network.egress[0].ports[0]', '65536'],
    ['an address without prefix', { egress: [{ cidr: '10.0.0.1', ports: [443] }] }, 'network.egress[0].cidr', '"10.0.0.1"'],
    ['a network with bits beyond its prefix', { egress: [{ cidr: '10.0.0.1/8', ports: [443] }] }, 'network.egress[0].cidr', '"10.0.0.1/8"'],
    ['a prefix too long', { egress: [{ cidr: '10.0.0.0/33', ports: [443] }] }, 'network.egress[0].cidr', '"10.0.0.0/33"'],
    ['a name as a network', { egress: [{ cidr: 'acme.example/24', ports: [443] }] }, 'network.egress[0].cidr', '"acme.example/24"'],
    [
      'the instance metadata service by itself',
      { egress: [{ cidr: '169.254.169.254/32', ports: [80] }] },
      'network.egress[0].cidr',
      'without an address that hands out credentials',
    ],
    [
      'a protocol that is none',
      { egress: [{ cidr: '10.0.0.0/8', ports: [1], protocol: 'tcp' as never }] },
      'network.egress[0].protocol',
      '"tcp"',
    ],
    [
      'a provider that is none',
      { egressByName: [{ host: 'a.example' }], nameEgressProvider: 'calico' as never },
      'network.nameEgressProvider',
      '"calico"',
    ],
    ['an argument that nobody reads', { egres: [] } as ModelNetworkArgs, 'network.egres', 'a known argument'],
    ['pods without ports', { egressToPods: [{ namespace: 'x', ports: [] }] }, 'network.egressToPods[0].ports', 'an empty list'],
    [
      'names without anybody to enforce them',
      { egressByName: [{ host: 'a.example' }] },
      'network.nameEgressProvider',
      '"cilium" or "eksAuto"',
    ],
    ['a provider without names', { nameEgressProvider: 'cilium' }, 'network.egressByName', 'found none'],
    [
      'DNS as a whole beside the names of Cilium',
      { egressByName: [{ host: 'a.example' }], nameEgressProvider: 'cilium', dns: true },
      'network.dns',
      'any name',
    ],
    [
      'EKS without the address of its DNS',
      { egressByName: [{ host: 'a.example' }], nameEgressProvider: 'eksAuto' },
      'network.dnsServers',
      '172.20.0.10/32',
    ],
    ['DNS servers without DNS', { dnsServers: ['10.0.0.10/32'] }, 'network.dnsServers', 'set network.dns to true'],
    [
      'DNS servers beside the names of Cilium',
      { egressByName: [{ host: 'a.example' }], nameEgressProvider: 'cilium', dnsServers: ['10.0.0.10/32'] },
      'network.dnsServers',
      'by itself',
    ],
    ['a top-level domain', { egressByName: [{ host: '*.com' }], nameEgressProvider: 'cilium' }, 'network.egressByName[0].host', '"*.com"'],
    ['any name', { egressByName: [{ host: '*' }], nameEgressProvider: 'cilium' }, 'network.egressByName[0].host', '"*"'],
    [
      'a pattern inside a name',
      { egressByName: [{ host: 'a*.acme.example' }], nameEgressProvider: 'cilium' },
      'network.egressByName[0].host',
      '"a*.',
    ],
    ['a URL', { egressByName: [{ host: 'https://a.example' }], nameEgressProvider: 'cilium' }, 'network.egressByName[0].host', '"https:'],
  ])('refuses %s', (_case, args, path, reason) => {
    expect(refused(args)).toEqual([[path, expect.stringContaining(reason)]]);
  });

  it('tells several mistakes at once', () => {
    expect(refused({ clients: [{}], egress: [{ cidr: 'x', ports: [0] }] }).map(([path]) => path)).toEqual([
      'network.clients[0]',
      'network.egress[0].cidr',
      'network.egress[0].ports[0]',
    ]);
  });

  it('takes computed values and leaves them computed', () => {
    const settings = settingsOf({ clients: [{ namespace: pulumi.output('web') }] });
    expect(settings.clients[0]!.namespace).toBeInstanceOf(pulumi.Output);
  });
});

describe('parseNetwork', () => {
  it.each(['0.0.0.0/0', '10.0.0.0/8', '255.255.255.255/32', '::/0', '::1/128', '2001:db8::/32', 'fe80::/10', '1:2:3:4:5:6:7:8/128'])(
    'accepts %s',
    (cidr) => {
      expect(parseNetwork(cidr)).toBeDefined();
    },
  );

  it.each([
    '',
    '/',
    '10.0.0.0',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/-1',
    '10.0.0.0/08x',
    '2001:db8::1/32',
    '::ffff:10.0.0.0/104',
    '1::2::3/64',
    'a/8',
  ])('refuses %p', (cidr) => {
    expect(parseNetwork(cidr)).toBeUndefined();
  });

  it('finds no address that hands out credentials where there is none', () => {
    expect(credentialAddressesIn(parseNetwork('10.0.0.0/8')!)).toEqual([]);
  });
});
