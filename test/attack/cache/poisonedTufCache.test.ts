import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { cacheOf, loadThrough, startTufRepository } from '../../support/attack/tufRepository';

const freshCache = (): string => mkdtempSync(path.join(tmpdir(), 'tuf-cache-'));

attempt('puts a repository of their own into the TUF cache, while the real one cannot be reached', {
  attacker: 'may write to the cache directory',
  control: async () => {
    const real = await startTufRepository();
    const cache = freshCache();
    await loadThrough(real, cache, real.logKey);
    await real.stop();
    return loadThrough(real, cache, real.logKey);
  },
  attack: async () => {
    const [real, evil] = [await startTufRepository(), await startTufRepository()];
    const cache = freshCache();
    await loadThrough(real, cache, real.logKey);
    await Promise.all([real.stop(), evil.stop()]);
    const directory = cacheOf(cache, real.url);
    mkdirSync(path.join(directory, 'targets'), { recursive: true });
    for (const [name, bytes] of evil.files) {
      // Under our names, and under those of `@sigstore/tuf`.
      writeFileSync(path.join(directory, encodeURIComponent(name)), bytes);
      writeFileSync(
        path.join(directory, name.replace(/^\d+\.(?=root|snapshot|targets)/, '').replace(/^targets\/[0-9a-f]+\./, 'targets/')),
        bytes,
      );
    }
    return loadThrough(real, cache, evil.logKey);
  },
  expected: { outcome: 'undetermined', code: 'trust-root-unavailable' },
});
