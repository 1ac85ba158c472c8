import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { trustPolicyOf } from '../../../../policy-pack/project/trustPolicyFile';
import * as core from '../../../../verification';
import { trustPolicyObject, writeStrength } from '../../../support/engine/strictAndLax';

let world: string;
const at = (...parts: readonly string[]) => path.join(world, ...parts);
const folder = (...parts: readonly string[]): string => {
  mkdirSync(at(...parts), { recursive: true });
  return at(...parts);
};
beforeEach(() => {
  world = realpathSync(mkdtempSync(path.join(tmpdir(), 'conflicts-')));
  folder('repo', '.git');
  folder('repo', 'infra');
});
afterEach(() => rmSync(world, { recursive: true, force: true }));

async function decide(
  place: { readonly root?: string; readonly linkedRoot?: string; readonly program?: string; readonly pwd?: string } = {},
) {
  const { root = at('repo/infra'), linkedRoot = root, program = root, pwd } = place;
  const chosen = await trustPolicyOf({ root, linkedRoot, program }, pwd, core);
  if (!chosen.ok) return chosen.finding;
  return { used: chosen.value.policy.file, notices: chosen.value.policy.notices };
}
const unused = (...files: readonly string[]) => [{ code: 'trust-policy-unused', unused: files.map((file) => ({ file })) }];

describe('when the search goes upwards', () => {
  it('ends at the repository', async () => {
    const file = writeStrength(at('repo'), 'strict');
    expect(await decide()).toEqual({ used: file, notices: [] });
  });

  it('takes a directory with a slash at its end for what it is', async () => {
    const file = writeStrength(at('repo'), 'strict');
    writeStrength(world, 'lax');
    expect(await decide({ pwd: `${at('repo')}/` })).toEqual({ used: file, notices: [] });
    rmSync(file);
    expect(await decide({ root: `${at('repo')}/` })).toMatchObject({ code: 'trust-policy-missing' });
  });

  it('does not leave the repository', async () => {
    writeStrength(world, 'lax');
    expect(await decide()).toMatchObject({
      code: 'trust-policy-missing',
      searched: [at('repo/infra/trust-policy.yaml'), at('repo/trust-policy.yaml')],
    });
  });

  it.each(['a worktree', 'a submodule'])('ends at the file .git of %s', async () => {
    writeFileSync(at('repo/infra/.git'), 'gitdir: ../.git/modules/infra\n');
    writeStrength(at('repo'), 'lax');
    expect(await decide()).toMatchObject({ code: 'trust-policy-missing', searched: [at('repo/infra/trust-policy.yaml')] });
  });

  it('looks at the project only, without a repository', async () => {
    const root = folder('plain/infra');
    writeStrength(at('plain'), 'lax');
    expect(await decide({ root })).toMatchObject({ code: 'trust-policy-missing', searched: [path.join(root, 'trust-policy.yaml')] });
  });

  it('does not go through a directory in which others may put a file', async () => {
    const root = folder('shared/project');
    folder('shared/.git');
    writeStrength(at('shared'), 'lax');
    chmodSync(at('shared'), 0o1777);
    expect(await decide({ root })).toMatchObject({ code: 'trust-policy-missing' });
  });

  it('goes through it where the project itself is writable by all, as on some mounts', async () => {
    const file = writeStrength(at('repo'), 'strict');
    for (const directory of [at('repo'), at('repo/infra')]) chmodSync(directory, 0o777);
    expect(await decide()).toMatchObject({ used: file });
  });

  it('goes through one of the own group, as with a umask of 002', async () => {
    const file = writeStrength(at('repo'), 'strict');
    for (const directory of [at('repo'), at('repo/infra')]) chmodSync(directory, 0o775);
    expect(await decide()).toMatchObject({ used: file });
  });
});

describe('when the file is not only ours', () => {
  it('refuses one that others may write, where they may not write the project', async () => {
    const file = writeStrength(at('repo/infra'), 'strict');
    chmodSync(file, 0o666);
    expect(await decide()).toMatchObject({ code: 'trust-policy-unreadable', file });
    chmodSync(at('repo/infra'), 0o777);
    expect(await decide()).toMatchObject({ used: file });
  });

  // Only root may give a file away.
  (process.getuid?.() === 0 ? it : it.skip)('refuses one of another user, in a project that all may write', async () => {
    const file = writeStrength(at('repo/infra'), 'lax');
    chmodSync(at('repo/infra'), 0o1777);
    chownSync(file, 12345, 12345);
    expect(await decide()).toMatchObject({ code: 'trust-policy-unreadable', file });
    // A checkout of the runner, used by root in a container.
    for (const place of [at('repo'), at('repo/infra')]) chownSync(place, 12345, 12345);
    expect(await decide()).toMatchObject({ used: file });
  });
});

describe('when a deeper file was added', () => {
  it('uses it, and names the one that it replaces', async () => {
    const reviewed = writeStrength(at('repo'), 'strict');
    const added = writeStrength(at('repo/infra'), 'lax');
    expect(await decide()).toMatchObject({ used: added, notices: unused(reviewed) });
  });

  it('names all that it replaces', async () => {
    const root = folder('repo/infra/eu/prod');
    const files = ['repo/infra/eu', 'repo/infra', 'repo'].map((place) => writeStrength(at(place), 'strict'));
    expect(await decide({ root })).toMatchObject({ used: files[0], notices: [] });
    const added = writeStrength(root, 'lax');
    expect(await decide({ root })).toMatchObject({ used: added, notices: unused(...files) });
  });

  it('is silent about one with the same content', async () => {
    writeStrength(at('repo'), 'strict');
    expect(await decide()).toMatchObject({ notices: [] });
    const used = writeStrength(at('repo/infra'), 'strict');
    expect(await decide()).toEqual({ used, notices: [] });
  });

  it('is not silent about the same text with other keys beside it', async () => {
    const policy = { ...trustPolicyObject('strict'), trustRoots: [{ name: 'x', file: { path: 'root.json' } }] };
    for (const place of ['repo', 'repo/infra']) {
      writeFileSync(at(place, 'trust-policy.yaml'), JSON.stringify(policy));
      writeFileSync(at(place, 'root.json'), `{"of": "${place}"}`);
    }
    expect(await decide()).toMatchObject({ notices: unused(at('repo/trust-policy.yaml')) });
    for (const place of ['repo', 'repo/infra']) writeFileSync(at(place, 'root.json'), '{}');
    expect(await decide()).toMatchObject({ notices: [] });
  });

  it('is not silent about a model.lock that does not count any more', async () => {
    for (const place of ['repo', 'repo/infra']) writeStrength(at(place), 'strict');
    writeFileSync(at('repo/model.lock'), core.renderModelLock([]));
    expect(await decide()).toMatchObject({ notices: unused(at('repo/trust-policy.yaml')) });
  });
});

describe('when two files have the same claim', () => {
  it('refuses: the project and its program elsewhere', async () => {
    const [root, program] = [folder('one/infra'), folder('two/prog')];
    const files = [writeStrength(root, 'strict'), writeStrength(program, 'lax')];
    expect(await decide({ root, program })).toMatchObject({ code: 'trust-policy-ambiguous', files: files.map((file) => ({ file })) });
    writeStrength(program, 'strict');
    expect(await decide({ root, program })).toMatchObject({ used: files[0], notices: [] });
  });

  it('refuses: the linked and the real path of the project', async () => {
    folder('linked', '.git');
    symlinkSync(at('repo/infra'), at('linked/infra'));
    const files = [writeStrength(at('repo'), 'strict'), writeStrength(at('linked'), 'lax')];
    expect(await decide({ linkedRoot: at('linked/infra') })).toMatchObject({
      code: 'trust-policy-ambiguous',
      files: files.map((file) => ({ file })),
    });
    writeStrength(at('linked'), 'strict');
    expect(await decide({ linkedRoot: at('linked/infra') })).toMatchObject({ used: files[0], notices: [] });
  });

  it('refuses when the other one cannot be read', async () => {
    const [root, program] = [folder('one/infra'), folder('two/prog')];
    writeStrength(root, 'strict');
    symlinkSync('gone.yaml', path.join(program, 'trust-policy.yaml'));
    expect(await decide({ root, program })).toMatchObject({ code: 'trust-policy-ambiguous' });
  });
});

describe('when a file has a similar name', () => {
  it.each(['trust-policy.yml', 'trust-policy.json', 'Trust-Policy.yaml', 'trust_policy.yaml', 'trustpolicy.yaml'])(
    '%s: refuses when it is nearer, warns when it is beside, names it when there is no other',
    async (name) => {
      const similar = writeStrength(at('repo/infra'), 'strict', name);
      const missing = await decide();
      expect(missing).toMatchObject({ code: 'trust-policy-missing', lookalikes: [similar] });
      const above = writeStrength(at('repo'), 'lax');
      expect(await decide()).toMatchObject({ code: 'trust-policy-ambiguous', files: [{ file: above }, { file: similar }] });
      const used = writeStrength(at('repo/infra'), 'lax');
      rmSync(above);
      expect(await decide()).toMatchObject({ used, notices: unused(similar) });
    },
  );

  it('passes over other files', async () => {
    const used = writeStrength(at('repo'), 'strict');
    for (const name of ['trust-policy.md', 'my-trust-policy.yaml', 'trust-policy.yaml.bak']) writeStrength(at('repo/infra'), 'lax', name);
    expect(await decide()).toEqual({ used, notices: [] });
  });
});

describe('when the file is a link', () => {
  it('reads what it leads to, with paths and model.lock of its own directory', async () => {
    const target = writeStrength(folder('elsewhere'), 'strict');
    symlinkSync(target, at('repo/infra/trust-policy.yaml'));
    expect(await decide()).toMatchObject({ used: at('repo/infra/trust-policy.yaml') });
  });

  it('is no second file when it leads to the one above', async () => {
    writeStrength(at('repo'), 'strict');
    symlinkSync('../trust-policy.yaml', at('repo/infra/trust-policy.yaml'));
    expect(await decide()).toMatchObject({ used: at('repo/infra/trust-policy.yaml'), notices: [] });
  });

  it('is another policy when it brings keys of its own', async () => {
    const reviewed = writeStrength(at('repo'), 'strict');
    writeFileSync(reviewed, JSON.stringify({ ...trustPolicyObject('strict'), trustRoots: [{ name: 'x', file: { path: 'root.json' } }] }));
    writeFileSync(at('repo/root.json'), '{}');
    symlinkSync('../trust-policy.yaml', at('repo/infra/trust-policy.yaml'));
    writeFileSync(at('repo/infra/root.json'), '{"of": "mallory"}');
    expect(await decide()).toMatchObject({ notices: unused(reviewed) });
  });

  it.each<[string, (file: string) => void]>([
    ['leads nowhere', (file) => symlinkSync('gone.yaml', file)],
    ['is a directory', (file) => mkdirSync(file)],
  ])('blocks when it %s, instead of using the one above', async (_what, make) => {
    writeStrength(at('repo'), 'lax');
    make(at('repo/infra/trust-policy.yaml'));
    expect(await decide()).toMatchObject({ code: expect.stringMatching(/^trust-policy-(missing|unreadable)$/) });
  });
});
