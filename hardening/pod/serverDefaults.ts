type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A pod spec with what the API server fills in before admission looks, as far as it changes a verdict.
 * https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/apis/core/v1/defaults.go (SetDefaults_PodSpec, SetDefaults_Volume)
 */
export function withServerDefaults(spec: unknown): unknown {
  if (!isObject(spec)) return spec;
  const filled: Record<string, unknown> = { ...spec };
  const fill = (key: string, change: (item: Json) => Json) => {
    const list = filled[key];
    if (Array.isArray(list)) filled[key] = Array.from(list, (item: unknown) => (isObject(item) ? change(item) : item));
  };
  fill('volumes', withSource);
  // On the network of the host every port is a port of the host.
  if (spec['hostNetwork'] === true) for (const kind of ['initContainers', 'containers']) fill(kind, withHostPorts);
  return filled;
}

/** A volume that names no source is an emptyDir. */
function withSource(volume: Json): Json {
  const hasSource = Object.entries(volume).some(([key, value]) => key !== 'name' && value !== undefined && value !== null);
  return hasSource ? volume : { ...volume, emptyDir: {} };
}

function withHostPorts(container: Json): Json {
  const { ports } = container;
  if (!Array.isArray(ports)) return container;
  const published = (port: unknown): unknown =>
    isObject(port) && (port['hostPort'] === undefined || port['hostPort'] === null || port['hostPort'] === 0)
      ? { ...port, hostPort: port['containerPort'] }
      : port;
  return { ...container, ports: ports.map(published) };
}
