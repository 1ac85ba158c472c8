/** Flags that depend on where a controller of Kyverno runs: beside the API server here, inside of a cluster there. */
const PLACE = [
  'kubeconfig',
  'serverIP',
  'webhookServerHost',
  'webhookServerPort',
  'disableMetrics',
  'metricsHost',
  'metricsPort',
  'controllerRuntimeMetricsAddress',
  'autoMemLimitEnabled',
];

/**
 * The flags of an installation, but for the place, which is that of the rig.
 *
 * @param rig `--name=value` as the rig starts the controller by itself
 * @param installed by name, as a Deployment has them; without them the rig's own are taken
 */
export function installedFlags(rig: readonly string[], installed: ReadonlyMap<string, string> | undefined): readonly string[] {
  if (installed === undefined) return rig;
  const ofPlace = rig.filter((flag) => PLACE.some((name) => flag.startsWith(`--${name}=`)));
  const others = [...installed].filter(([name]) => !PLACE.includes(name)).map(([name, value]) => `--${name}=${value}`);
  return [...others, ...ofPlace];
}
