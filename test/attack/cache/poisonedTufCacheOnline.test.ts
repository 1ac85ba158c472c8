import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { cacheOf, loadThrough, startTufRepository } from '../../support/attack/tufRepository';

const freshCache = (): string => mkdtempSync(path.join(tmpdir(), 'tuf-cache-'));

attempt('fills the TUF cache with junk and with a repository of their own, while the real one answers', {
  attacker: 'may write to the cache directory',
  control: async () => {
    const real = await startTufRepository();
    const answer = await loadThrough(real, freshCache(), real.logKey);
    await real.stop();
    return answer;
  },
  attack: async () => {
    const [real, evil] = [await startTufRepository(), await startTufRepository()];
    const cache = freshCache();
    const directory = cacheOf(cache, real.url);
    mkdirSync(directory, { recursive: true });
    for (const [name, bytes] of evil.files) writeFileSync(path.join(directory, encodeURIComponent(name)), bytes);
    writeFileSync(path.join(directory, '2.root.json'), '{"signed":');
    const answer = await loadThrough(real, cache, real.logKey);
    await Promise.all([real.stop(), evil.stop()]);
    return answer;
  },
  // Without effect: what is kept does not verify, so everything is fetched anew.
  expected: { outcome: 'accepted', code: undefined },
});
