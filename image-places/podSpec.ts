/** The fields of a PodSpec that hold containers. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
export const CONTAINER_FIELDS = [
  { field: 'containers', item: 'container' },
  { field: 'initContainers', item: 'init container' },
  { field: 'ephemeralContainers', item: 'ephemeral container' },
] as const;
