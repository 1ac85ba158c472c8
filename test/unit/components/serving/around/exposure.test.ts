import type { ModelMonitoringArgs } from '../../../../../components/serving/around/args/monitoring';
import type { ModelRouteArgs } from '../../../../../components/serving/around/args/route';
import { monitor, monitoringOpening, monitoringSettings } from '../../../../../components/serving/around/monitoring';
import { httpRoute, routeOpening, routeSettings } from '../../../../../components/serving/around/route';
import { IDENTITY, METADATA } from './identity';
import { accepted, refusalsOf } from './refusals';

const monitoringOf = (args: ModelMonitoringArgs) => accepted((problems) => monitoringSettings(args, 'http', problems));
const routeOf = (args: ModelRouteArgs) => accepted((problems) => routeSettings(args, ['/v1'], problems));
const ROUTE: ModelRouteArgs = { gateway: 'public', hostnames: ['models.acme.example'] };

describe('when Prometheus reads the metrics', () => {
  it('is found by a PodMonitor, and admitted by its labels', () => {
    const settings = monitoringOf({ labels: { release: 'kube-prometheus-stack' } });
    expect(monitor(IDENTITY, settings)).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { ...METADATA, labels: { ...METADATA.labels, release: 'kube-prometheus-stack' } },
      spec: {
        selector: { matchLabels: IDENTITY.selector },
        podMetricsEndpoints: [{ port: 'http', path: '/metrics', interval: '30s', followRedirects: false }],
      },
    });
    expect(monitoringOpening(settings)).toEqual({
      from: [{ namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } }],
      port: 'http',
    });
  });

  it('is found by a ServiceMonitor on another port', () => {
    const settings = monitoringOf({ kind: 'serviceMonitor', port: 'metrics', namespace: 'observe' });
    expect(monitor(IDENTITY, settings)).toMatchObject({ kind: 'ServiceMonitor', spec: { endpoints: [{ port: 'metrics' }] } });
    expect(monitoringOpening(settings)).toMatchObject({ from: [{ namespace: 'observe' }], port: 'metrics' });
  });

  it.each<[string, ModelMonitoringArgs, string]>([
    ['a namespace that is none', { namespace: 'A' }, 'monitoring.namespace'],
    ['a kind that is none', { kind: 'probe' as never }, 'monitoring.kind'],
    ['an argument that nobody reads', { timeout: '1s' } as ModelMonitoringArgs, 'monitoring.timeout'],
    ['a port by number', { port: '8000' }, 'monitoring.port'],
    ['a path that is relative', { path: 'metrics' }, 'monitoring.path'],
    ['a duration without a unit', { interval: '30' }, 'monitoring.interval'],
    ['a label that is none', { labels: { 'a b': 'c' } }, 'monitoring.labels'],
    ['a label value that is none', { podLabels: { app: 'a b' } }, 'monitoring.podLabels["app"]'],
  ])('refuses %s', (_case, args, path) => {
    expect(refusalsOf((problems) => monitoringSettings(args, 'http', problems)).map(([at]) => at)).toEqual([path]);
  });
});

describe('when a gateway stands before the server', () => {
  it('gets the paths that are meant for callers, on the named hosts, and nothing else', () => {
    expect(httpRoute(IDENTITY, routeOf(ROUTE))).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: METADATA,
      spec: {
        parentRefs: [{ name: 'public' }],
        hostnames: ['models.acme.example'],
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/v1' } }], backendRefs: [{ name: 'sentiment', port: 8000 }] }],
      },
    });
  });

  it('may be in another namespace, with a listener, paths and a time limit', () => {
    const settings = routeOf({ ...ROUTE, gatewayNamespace: 'edge', listener: 'https', paths: ['/a', '/b'], timeoutSeconds: 600 });
    expect(httpRoute(IDENTITY, settings).spec).toMatchObject({
      parentRefs: [{ name: 'public', namespace: 'edge', sectionName: 'https' }],
      rules: [{ matches: [{ path: { value: '/a' } }, { path: { value: '/b' } }], timeouts: { request: '600s' } }],
    });
  });

  it.each<[string, Partial<ModelRouteArgs>, unknown]>([
    ['the namespace of the server', {}, { namespace: undefined, podLabels: {} }],
    ['that of the Gateway', { gatewayNamespace: 'edge' }, { namespace: 'edge', podLabels: {} }],
    [
      'where its pods run',
      { gatewayNamespace: 'edge', dataPlaneNamespace: 'envoy', dataPlanePodLabels: { app: 'envoy' } },
      { namespace: 'envoy', podLabels: { app: 'envoy' } },
    ],
  ])('is admitted from %s', (_case, args, from) => {
    expect(routeOpening(IDENTITY, routeOf({ ...ROUTE, ...args }))).toEqual({ from: [from], port: 'http' });
  });

  it.each<[string, Partial<ModelRouteArgs>, string]>([
    ['no host: that is every host of the listener', { hostnames: [] }, 'route.hostnames'],
    ['a host that is none', { hostnames: ['Acme'] }, 'route.hostnames[0]'],
    ['an argument that nobody reads', { host: 'a.example' } as Partial<ModelRouteArgs>, 'route.host'],
    ['no path', { paths: [] }, 'route.paths'],
    ['a relative path', { paths: ['v1'] }, 'route.paths[0]'],
    ['a path that climbs', { paths: ['/v1/../pause'] }, 'route.paths[0]'],
    ['a path with a hidden slash', { paths: ['/v1%2Fpause'] }, 'route.paths[0]'],
    ['a path with two slashes', { paths: ['//pause'] }, 'route.paths[0]'],
    ['a gateway that is none', { gateway: 'A B' }, 'route.gateway'],
    ['a namespace that is none', { gatewayNamespace: 'A' }, 'route.gatewayNamespace'],
    ['no time', { timeoutSeconds: 0 }, 'route.timeoutSeconds'],
    ['a label that is none', { dataPlanePodLabels: { 'a b': 'c' } }, 'route.dataPlanePodLabels'],
  ])('refuses %s', (_case, args, path) => {
    expect(refusalsOf((problems) => routeSettings({ ...ROUTE, ...args }, ['/v1'], problems)).map(([at]) => at)).toEqual([path]);
  });
});
