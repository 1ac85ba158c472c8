/**
 * How a pod ends: for the first seconds it serves on, because load balancers and kube-proxies hear of it one after the other; then the
 * server gets SIGTERM and finishes its requests; what is left after `terminationSeconds` in all is killed.
 */

/** How long a stopped pod keeps taking requests, in seconds. */
export const PRE_STOP_SECONDS = 15;

/** What is left between the end of the drain and the kill, in seconds, for the server to exit. */
export const DRAIN_MARGIN_SECONDS = 5;
