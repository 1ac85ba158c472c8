import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CacheFiles } from '../../../verification/cache/cacheFiles';
import { loadCacheSecret } from '../../../verification/cache/cacheSecret';
import { keepInBounds } from '../../../verification/cache/keepInBounds';
import { mergeSmallSegments } from '../../../verification/cache/mergeSmallSegments';

const MEBIBYTE = 1024 * 1024;
const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const name = (digit: string): string => digit.repeat(64);
const freshDirectory = (): string => mkdtempSync(path.join(tmpdir(), 'cache-'));
const rootOf = (directory: string): string => path.join(directory, 'v2');
const segmentsOf = (directory: string): readonly string[] =>
  (existsSync(rootOf(directory)) ? readdirSync(rootOf(directory)) : [])
    .filter((file) => file.endsWith('.segment'))
    .map((file) => path.join(rootOf(directory), file));

/** What a run of its own adds. */
function add(directory: string, entries: Readonly<Record<string, string | Buffer>>, maxBytes = MEBIBYTE): void {
  const files = new CacheFiles(directory, maxBytes);
  for (const [digit, bytes] of Object.entries(entries)) files.write('content', name(digit), Buffer.from(bytes));
  files.flush();
}

/** What a run of its own finds. */
const find = (directory: string, digit: string): string | undefined => {
  const bytes = new CacheFiles(directory, MEBIBYTE).read('content', name(digit));
  return bytes && Buffer.from(bytes).toString();
};

describe('when entries are kept', () => {
  it('gives them back at once, and after the run to another process', () => {
    const directory = freshDirectory();
    const files = new CacheFiles(directory, MEBIBYTE);
    for (const digit of 'f0a9') files.write('content', name(digit), Buffer.from(`bytes ${digit}`));
    const seen = () => Array.from('f0a9', (digit) => files.read('content', name(digit))?.toString());
    expect(seen()).toEqual(['bytes f', 'bytes 0', 'bytes a', 'bytes 9']);
    files.flush();
    expect(seen()).toEqual(['bytes f', 'bytes 0', 'bytes a', 'bytes 9']);
    expect(Array.from('f0a9', (digit) => find(directory, digit))).toEqual(['bytes f', 'bytes 0', 'bytes a', 'bytes 9']);
    expect(find(directory, 'b')).toBeUndefined();
    expect(new CacheFiles(directory, MEBIBYTE).read('results', name('a'))).toBeUndefined();
    expect(segmentsOf(directory)).toHaveLength(1);
  });

  it('gives back each of many, in whatever order, before and after the files are let go', () => {
    const directory = freshDirectory();
    const written = Array.from({ length: 200 }, (_, number) => number.toString(16).padStart(64, '0'));
    const files = new CacheFiles(directory, MEBIBYTE);
    for (const each of written) files.write('content', each, Buffer.from(`bytes ${each}`));
    files.flush();
    const later = new CacheFiles(directory, MEBIBYTE);
    for (const order of [written, [...written].reverse()]) {
      for (const each of order) expect(later.read('content', each)?.toString()).toBe(`bytes ${each}`);
      expect(later.read('content', name('f'))).toBeUndefined();
      later.flush();
    }
  });

  it('keeps an empty entry apart from none', () => {
    const directory = freshDirectory();
    add(directory, { a: '' });
    expect(find(directory, 'a')).toBe('');
  });

  it('leaves files and directories that nobody else can read, and no scratch files', () => {
    const directory = path.join(freshDirectory(), 'made', 'here');
    add(directory, { a: 'bytes' });
    const [file = ''] = segmentsOf(directory);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const each of [directory, rootOf(directory)]) expect(statSync(each).mode & 0o777).toBe(0o700);
    expect(readdirSync(rootOf(directory)).filter((each) => each !== 'evicted')).toEqual([path.basename(file)]);
  });

  it('writes nothing where nothing was added', () => {
    const directory = freshDirectory();
    new CacheFiles(directory, MEBIBYTE).flush();
    expect(existsSync(rootOf(directory))).toBe(false);
  });

  it('refuses names that are no hash, which could lead out of the directory', () => {
    expect(() => new CacheFiles(freshDirectory(), MEBIBYTE).read('content', '../../../../etc/passwd')).toThrow('no name of a cache entry');
  });

  it('writes no more than the bound in one run', () => {
    const directory = freshDirectory();
    add(directory, { a: Buffer.alloc(8), b: Buffer.alloc(8) }, 10);
    expect([find(directory, 'a') !== undefined, find(directory, 'b') !== undefined]).toEqual([true, false]);
  });

  it('writes before the end of a run that adds very much', () => {
    const directory = freshDirectory();
    const files = new CacheFiles(directory, 100 * MEBIBYTE);
    for (const digit of 'abc') files.write('content', name(digit), Buffer.alloc(9 * MEBIBYTE));
    expect(segmentsOf(directory)).toHaveLength(1);
  });

  it('takes the newer of two', () => {
    const directory = freshDirectory();
    add(directory, { a: 'old' });
    const [old = ''] = segmentsOf(directory);
    utimesSync(old, 1, 1);
    add(directory, { a: 'new' });
    expect(find(directory, 'a')).toBe('new');
  });

  it('is no cache, and no fault, where nothing can be written', () => {
    const file = path.join(freshDirectory(), 'file');
    writeFileSync(file, '');
    const files = new CacheFiles(path.join(file, 'below'), MEBIBYTE);
    files.write('content', name('a'), Buffer.from('x'));
    expect(() => files.flush()).not.toThrow();
    expect(files.read('content', name('a'))).toBeUndefined();
  });
});

describe('when a segment is not as it was written', () => {
  const good = (): { directory: string; file: string } => {
    const directory = freshDirectory();
    add(directory, { a: 'first', b: 'second' });
    return { directory, file: segmentsOf(directory)[0] ?? '' };
  };

  it('does not follow a link that somebody put in its place', () => {
    const { directory, file } = good();
    const victim = freshDirectory();
    mkdirSync(rootOf(victim));
    symlinkSync(file, path.join(rootOf(victim), path.basename(file)));
    expect(find(directory, 'a')).toBe('first');
    expect(find(victim, 'a')).toBeUndefined();
  });

  it('has nothing, or what is left, at whatever byte it is cut off', () => {
    const { directory, file } = good();
    const { size } = statSync(file);
    for (let length = size - 1; length >= 0; length--) {
      truncateSync(file, length);
      expect([undefined, 'first']).toContain(find(directory, 'a'));
      expect(find(directory, 'b')).toBeUndefined();
    }
  });

  it('reads no more than there is, whatever any byte of it becomes', () => {
    const { directory, file } = good();
    const bytes = readFileSync(file);
    for (let position = 0; position < bytes.length; position++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(position) ^ 0xff, position);
      writeFileSync(file, changed);
      const files = new CacheFiles(directory, MEBIBYTE);
      // Often enough for the file to be read as a whole.
      for (let reads = 0; reads < 40; reads++) expect(files.read('content', name('a'))?.length ?? 0).toBeLessThanOrEqual(bytes.length);
      files.flush();
    }
  });

  it('ignores a foreign file of that name, an empty one, and a huge one', () => {
    const { directory } = good();
    const foreign = (content: string, size: number): void => {
      const file = path.join(rootOf(directory), `${String(size).padStart(36, '0')}.segment`);
      writeFileSync(file, content);
      truncateSync(file, size);
    };
    foreign('', 0);
    foreign('#!/bin/sh\n', 10);
    foreign('model-supply-chain cache 2\n\xff\xff\xff\xff', 2 ** 33);
    expect(find(directory, 'a')).toBe('first');
  });
});

describe('when the cache is larger than its bound', () => {
  it('removes the oldest segments and stale scratch files, and leaves what is not ours', async () => {
    const directory = freshDirectory();
    const now = Date.now();
    const files: string[] = [];
    for (const digit of ['0', '1', '2', '3']) {
      add(directory, { [digit]: Buffer.alloc(100) });
      files.push(segmentsOf(directory).find((file) => !files.includes(file)) ?? '');
    }
    files.forEach((file, age) => utimesSync(file, (now - age * 1000) / 1000, (now - age * 1000) / 1000));
    const scratch = path.join(rootOf(directory), `.${'a'.repeat(36)}.tmp`);
    const foreign = path.join(rootOf(directory), 'README');
    for (const file of [scratch, foreign]) {
      writeFileSync(file, 'x');
      utimesSync(file, 1, 1);
    }
    const size = statSync(files[0] ?? '').size;
    await keepInBounds(rootOf(directory), 2.5 * size, now + TWO_HOURS_MS);
    expect(files.map((file) => existsSync(file))).toEqual([true, true, false, false]);
    expect([existsSync(scratch), existsSync(foreign)]).toEqual([false, true]);
  });

  it('looks no more often than once an hour', async () => {
    const directory = freshDirectory();
    add(directory, { a: Buffer.alloc(100) });
    await keepInBounds(rootOf(directory), MEBIBYTE);
    await keepInBounds(rootOf(directory), 10);
    expect(find(directory, 'a')).toBeDefined();
  });
});

describe('when there are many small segments', () => {
  it('makes one of them, in which the newer entries are, and leaves few alone', () => {
    const directory = freshDirectory();
    for (let run = 0; run < 10; run++) {
      const before = segmentsOf(directory);
      add(directory, { a: `run ${run}`, [String(run)]: `entry ${run}` });
      const added = segmentsOf(directory).find((file) => !before.includes(file)) ?? '';
      utimesSync(added, 1000 + run, 1000 + run);
      if (run === 5) {
        mergeSmallSegments(rootOf(directory));
        expect(segmentsOf(directory)).toHaveLength(6);
      }
    }
    mergeSmallSegments(rootOf(directory));
    expect(segmentsOf(directory)).toHaveLength(1);
    expect(statSync(segmentsOf(directory)[0] ?? '').mtimeMs).toBe(1_009_000);
    expect(find(directory, 'a')).toBe('run 9');
    expect(Array.from('0123456789', (digit) => find(directory, digit))).toEqual(Array.from('0123456789', (digit) => `entry ${digit}`));
  });

  it('is still read by a process that began before', async () => {
    const directory = freshDirectory();
    for (const digit of '0123456789') add(directory, { [digit]: `entry ${digit}` });
    const files = new CacheFiles(directory, MEBIBYTE);
    expect(files.read('content', name('0'))?.toString()).toBe('entry 0');
    files.flush();
    mergeSmallSegments(rootOf(directory));
    expect(files.read('content', name('0'))).toBeUndefined();
    files.write('content', name('a'), Buffer.from('new'));
    await files.settled();
    expect(files.read('content', name('0'))?.toString()).toBe('entry 0');
    expect(files.read('content', name('a'))?.toString()).toBe('new');
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
