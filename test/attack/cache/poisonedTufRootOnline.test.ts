import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { cacheOf, loadThrough, startTufRepository } from '../../support/attack/tufRepository';

const freshCache = (): string => mkdtempSync(path.join(tmpdir(), 'tuf-cache-'));

// The library starts from the root.json in its cache, so this pair made an attacker's Sigstore the trusted one.
attempt('puts a root.json of their own into the TUF cache, and serves a repository that it signed at the same address', {
  attacker: 'may write to the cache directory and answers for the repository',
  control: async () => {
    const real = await startTufRepository();
    const answer = await loadThrough(real, freshCache(), real.logKey);
    await real.stop();
    return answer;
  },
  attack: async () => {
    const [real, evil] = [await startTufRepository(), await startTufRepository()];
    const cache = freshCache();
    mkdirSync(cacheOf(cache, evil.url), { recursive: true });
    writeFileSync(path.join(cacheOf(cache, evil.url), 'root.json'), evil.files.get('1.root.json') ?? '');
    // The policy names the address, which the attacker answers, and the root of the real repository.
    const answer = await loadThrough({ url: evil.url, rootFile: real.rootFile }, cache, evil.logKey);
    await Promise.all([real.stop(), evil.stop()]);
    return answer;
  },
  expected: { outcome: 'undetermined', code: 'trust-root-unavailable' },
});
