import { startCluster } from './cluster';

/** A program of its own for the test of leftovers: starts a cluster, says where it is, and waits to be killed. */
void startCluster().then((cluster) => {
  console.log(cluster.directory);
  setInterval(() => undefined, 60_000);
});
