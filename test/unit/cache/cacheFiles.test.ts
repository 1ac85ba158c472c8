import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CacheFiles } from '../../../verification/cache/cacheFiles';
import { loadCacheSecret } from '../../../verification/cache/cacheSecret';
import { evictOldest } from '../../../verification/cache/evictOldest';

const MEBIBYTE = 1024 * 1024;
const name = (digit: string): string => digit.repeat(64);
const freshDirectory = (): string => mkdtempSync(path.join(tmpdir(), 'cache-'));
const fileOf = (directory: string, entry: string): string => path.join(directory, 'v1', 'content', entry.slice(0, 1), entry);

describe('when entries are kept', () => {
  it('gives back what was written, also to another process', () => {
    const directory = freshDirectory();
    new CacheFiles(directory, MEBIBYTE).write('content', name('a'), Buffer.from('bytes'));
    expect(new CacheFiles(directory, MEBIBYTE).read('content', name('a'))?.toString()).toBe('bytes');
    expect(new CacheFiles(directory, MEBIBYTE).read('results', name('a'))).toBeUndefined();
  });

  it('leaves files and directories that nobody else can read, and no scratch files', () => {
    const directory = path.join(freshDirectory(), 'made', 'here');
    new CacheFiles(directory, MEBIBYTE).write('content', name('a'), Buffer.from('bytes'));
    const file = fileOf(directory, name('a'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const each of [directory, path.dirname(file)]) expect(statSync(each).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(file))).toEqual([name('a')]);
  });

  it('refuses names that are no hash, which could lead out of the directory', () => {
    expect(() => new CacheFiles(freshDirectory(), MEBIBYTE).read('content', '../../../../etc/passwd')).toThrow('no name of a cache entry');
  });

  it('writes no more than the bound in one run', () => {
    const directory = freshDirectory();
    const files = new CacheFiles(directory, 10);
    files.write('content', name('a'), Buffer.alloc(8));
    files.write('content', name('b'), Buffer.alloc(8));
    expect([files.read('content', name('a')) !== undefined, files.read('content', name('b')) !== undefined]).toEqual([true, false]);
  });

  it('is no cache, and no fault, where nothing can be written', () => {
    const file = path.join(freshDirectory(), 'file');
    writeFileSync(file, '');
    const files = new CacheFiles(path.join(file, 'below'), MEBIBYTE);
    expect(() => files.write('content', name('a'), Buffer.from('x'))).not.toThrow();
    expect(files.read('content', name('a'))).toBeUndefined();
  });

  it('does not follow a link that somebody put in the place of an entry', () => {
    const directory = freshDirectory();
    const secret = path.join(directory, 'elsewhere');
    writeFileSync(secret, 'not for the cache');
    const file = fileOf(directory, name('a'));
    mkdirSync(path.dirname(file), { recursive: true });
    symlinkSync(secret, file);
    expect(new CacheFiles(directory, MEBIBYTE).read('content', name('a'))).toBeUndefined();
  });
});

describe('when the cache is larger than its bound', () => {
  it('removes the oldest entries and stale scratch files, and leaves what is not ours', async () => {
    const directory = freshDirectory();
    const files = new CacheFiles(directory, MEBIBYTE);
    const now = Date.now();
    for (const [age, digit] of ['0', '1', '2', '3'].entries()) {
      files.write('content', name(digit), Buffer.alloc(100));
      utimesSync(fileOf(directory, name(digit)), (now - age * 1000) / 1000, (now - age * 1000) / 1000);
    }
    await files.settled();
    const scratch = path.join(directory, 'v1', 'content', '0', `.${'a'.repeat(36)}.tmp`);
    const foreign = path.join(directory, 'v1', 'README');
    for (const file of [scratch, foreign]) {
      writeFileSync(file, 'x');
      utimesSync(file, 1, 1);
    }
    await evictOldest(path.join(directory, 'v1'), 250, now + 2 * 60 * 60 * 1000);
    expect(['0', '1', '2', '3'].map((digit) => existsSync(fileOf(directory, name(digit))))).toEqual([true, true, false, false]);
    expect([existsSync(scratch), existsSync(foreign)]).toEqual([false, true]);
  });

  it('looks no more often than once an hour', async () => {
    const directory = freshDirectory();
    const files = new CacheFiles(directory, MEBIBYTE);
    files.write('content', name('a'), Buffer.alloc(100));
    await files.settled();
    await evictOldest(path.join(directory, 'v1'), 10);
    expect(files.read('content', name('a'))).toBeDefined();
  });
});

describe('when the secret is loaded', () => {
  it('is made once, private, and then stays the same', () => {
    const file = path.join(freshDirectory(), 'state', 'cache-secret');
    const secret = loadCacheSecret(file);
    expect(secret).toHaveLength(32);
    expect(loadCacheSecret(file)).toEqual(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual(['cache-secret']);
  });

  it('is none when others may read it, when it is too short, or when it cannot be made', () => {
    const file = path.join(freshDirectory(), 'cache-secret');
    loadCacheSecret(file);
    chmodSync(file, 0o644);
    expect(loadCacheSecret(file)).toBeUndefined();
    const short = path.join(freshDirectory(), 'cache-secret');
    writeFileSync(short, 'short', { mode: 0o600 });
    expect(loadCacheSecret(short)).toBeUndefined();
    expect(loadCacheSecret(path.join(short, 'below'))).toBeUndefined();
  });
});
