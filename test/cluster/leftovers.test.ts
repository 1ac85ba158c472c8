import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import { restrictedPod } from '../support/cluster/pods';

/** Process ids of a rig; it names them while it runs. */
const pidsOf = (directory: string): number[] => readdirSync(path.join(directory, 'pids')).map(Number);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt++) await delay(50);
  expect(condition()).toBe(true);
}

describeCluster()('clusters', () => {
  it('run beside each other without meeting, and leave neither processes nor directories', async () => {
    const clusters = await Promise.all([startCluster(), startCluster()]);
    const [first, second] = clusters;
    const pod = restrictedPod('default', 'only-in-one');
    expect(await first.apply(pod)).toMatchObject({ ok: true });
    expect(await second.read(pod)).toMatchObject({ ok: false, reason: 'NotFound' });

    const pids = clusters.flatMap(({ directory }) => pidsOf(directory));
    expect(pids).toHaveLength(4);
    expect(pids.every(isAlive)).toBe(true);
    await first.stop();
    expect(await second.apply(pod)).toMatchObject({ ok: true });
    await second.stop();
    await until(() => !pids.some(isAlive));
    expect(clusters.some(({ directory }) => existsSync(directory))).toBe(false);
  }, 180_000);

  it('leave nothing when the process that started them is killed', async () => {
    const program = path.join(__dirname, '..', 'support', 'cluster', 'abandonCluster.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const directory = line.toString().trim();
    const pids = pidsOf(directory);
    expect(pids).toHaveLength(2);
    child.kill('SIGKILL');
    await until(() => !pids.some(isAlive) && !existsSync(directory));
  }, 180_000);
});
