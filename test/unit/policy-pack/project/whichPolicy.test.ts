import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ENGINE_ADDRESS, NODE_SHIM, hostedChain } from '../../../support/engine/fakeProcesses';
import { PolicyWorld, decide } from '../../../support/engine/policyWorld';
import type { Run } from '../../../support/engine/policyWorld';
import { trustPolicyObject, writeStrength } from '../../../support/engine/strictAndLax';
import type { Strength } from '../../../support/engine/strictAndLax';

let world: PolicyWorld;
beforeEach(() => (world = new PolicyWorld()));
afterEach(() => world.remove());
const at = (...parts: readonly string[]) => world.at(...parts);
const folder = (...parts: readonly string[]) => world.folder(...parts);
const project = (place: string, options: Parameters<PolicyWorld['project']>[1] = {}) => world.project(place, options);

/** A scenario: what is where, and how the pack was started. */
interface Row {
  /** @returns the directory of the file that must decide, where else PWD points, and the run */
  readonly set: () => { readonly decides: string; readonly elsewhere?: string; readonly run: Run };
}

const rows: Readonly<Record<string, Row['set']>> = {
  'preview in the root': () => {
    const root = project('work/infra');
    return { decides: root, run: { pwd: root, cli: root, host: root } };
  },
  'preview in a sub-directory': () => {
    const root = project('work/infra');
    const deep = folder('work/infra/deep');
    return { decides: root, run: { pwd: deep, cli: deep, host: root } };
  },
  '-C from above': () => {
    const root = project('work/infra');
    return { decides: root, elsewhere: at('work'), run: { pwd: at('work'), cli: root, host: root } };
  },
  '-C from another project': () => {
    const [root, other] = [project('work/infra'), project('work/other', { name: 'other' })];
    return { decides: root, elsewhere: other, run: { pwd: other, cli: root, host: root } };
  },
  '--cwd into a sub-directory': () => {
    const root = project('work/infra');
    return { decides: root, elsewhere: folder('elsewhere'), run: { pwd: at('elsewhere'), cli: folder('work/infra/deep'), host: root } };
  },
  'PWD unset': () => {
    const root = project('work/infra');
    return { decides: root, run: { cli: root, host: root } };
  },
  'PWD set by a wrapper': () => {
    const root = project('work/infra');
    return { decides: root, elsewhere: folder('elsewhere'), run: { pwd: at('elsewhere'), cli: root, host: root } };
  },
  'PWD relative': () => {
    const root = project('work/infra');
    return { decides: root, run: { pwd: '.', cli: root, host: root } };
  },
  'two copies with one name, -C ../prod': () => {
    const [dev, prod] = [project('work/dev'), project('work/prod')];
    return { decides: prod, elsewhere: dev, run: { pwd: dev, cli: prod, host: prod } };
  },
  'main: src/ with -C': () => {
    const root = project('work/infra', { main: 'src/' });
    const src = folder('work/infra/src');
    return { decides: root, elsewhere: at('work'), run: { pwd: at('work'), cli: root, host: src } };
  },
  'main is a file': () => {
    const root = project('work/infra', { main: 'src/index.ts' });
    writeFileSync(path.join(folder('work/infra/src'), 'index.ts'), '');
    return { decides: root, run: { pwd: root, cli: root, host: at('work/infra/src') } };
  },
  'main: ../../prog': () => {
    const root = project('work/a/infra', { main: '../../prog' });
    return { decides: root, run: { pwd: root, cli: root, host: folder('work/prog') } };
  },
  'two projects with one main, -C ../prod': () => {
    const [dev, prod] = ['dev', 'prod'].map((name) => project(`work/${name}`, { main: '../prog' })) as [string, string];
    return { decides: prod, elsewhere: dev, run: { pwd: dev, cli: prod, host: folder('work/prog') } };
  },
  'the root is a symbolic link': () => {
    const root = project('work/real');
    symlinkSync(root, at('work/link'));
    return { decides: root, run: { pwd: at('work/link'), cli: root, host: root } };
  },
  'a linked sub-directory leads out of the project': () => {
    const root = project('work/infra');
    symlinkSync(folder('outside'), at('work/infra/linked'));
    return { decides: root, run: { pwd: at('work/infra/linked'), cli: at('outside'), host: root } };
  },
  'a node shim between host and pack': () => {
    const root = project('work/infra');
    return {
      decides: root,
      elsewhere: at('work'),
      run: { pwd: at('work'), processes: hostedChain({ cli: root, host: root }, [NODE_SHIM]) },
    };
  },
  'Automation API, inline, own workDir with a Pulumi.yaml': () => {
    const root = project('work/infra');
    return { decides: root, elsewhere: at('work'), run: { pwd: at('work'), cli: root, host: root } };
  },
  'Automation API, inline, default workDir': () => {
    const caller = folder('work/app');
    const root = project('tmp-like/automation-x', { main: caller });
    return { decides: caller, run: { pwd: caller, cli: root, host: caller } };
  },
  'executable pack with -C': () => {
    const root = project('work/infra');
    const processes = [{ args: ['node', 'pack.js', ENGINE_ADDRESS] }, { args: ['pulumi'], directory: root }];
    return { decides: root, elsewhere: at('work'), run: { pwd: at('work'), processes, startedIn: root } };
  },
  'executable pack, main, two copies': () => {
    const [dev, prod] = ['dev', 'prod'].map((name) => project(`work/${name}`, { main: 'src' })) as [string, string];
    const processes = [{ args: ['node', 'pack.js', ENGINE_ADDRESS] }, { args: ['pulumi'], directory: prod }];
    return { decides: prod, elsewhere: dev, run: { pwd: dev, processes, startedIn: folder('work/prod/src') } };
  },
  'executable pack where no process is visible': () => {
    const root = project('work/infra');
    return { decides: root, elsewhere: at('work'), run: { pwd: at('work'), processes: [], startedIn: root } };
  },
  'policy analyze in a sub-directory': () => {
    const root = project('work/infra', { main: 'src' });
    const deep = folder('work/infra/deep');
    return { decides: root, run: { pwd: deep, cli: deep, host: deep, isConfigured: false } };
  },
  'Pulumi.yml, Pulumi.json': () => {
    project('work/infra', { file: 'Pulumi.yaml', name: 'not this one' });
    const root = project('work/infra', { file: 'Pulumi.json' });
    return { decides: root, run: { pwd: root, cli: root, host: root } };
  },
};

describe.each(Object.entries(rows))('%s', (_name, set) => {
  it.each<[Strength, Strength]>([
    ['strict', 'lax'],
    ['lax', 'strict'],
  ])('the %s file of the project decides, not the %s one of PWD', async (here, there) => {
    const { decides, elsewhere, run } = set();
    const file = writeStrength(decides, here);
    const other = elsewhere === undefined ? undefined : writeStrength(elsewhere, there);
    const decision = await decide(run);
    expect(decision).toMatchObject({ used: file, lines: 1 });
    const unused = other === undefined ? [] : [{ code: 'trust-policy-unused', used: file, unused: [{ file: other }] }];
    expect(decision.notices).toMatchObject(unused);
  });
});

describe('when the project is not certain', () => {
  const refused: Readonly<Record<string, () => Run>> = {
    'no process can be read': () => ({ pwd: project('work/infra'), processes: [] }),
    'the directory of pulumi is hidden': () => ({ pwd: project('work/infra'), host: at('work/infra') }),
    'the directory of the host is hidden': () => ({ pwd: project('work/infra'), cli: at('work/infra') }),
    'policy analyze in another project': () => {
      const other = project('work/other', { name: 'other' });
      return { pwd: other, cli: other, host: other, isConfigured: false };
    },
    'policy analyze in no project': () => ({ cli: folder('nowhere'), host: at('nowhere'), isConfigured: false }),
    'another project of the same name runs the program': () => {
      const [dev, prod] = [project('work/dev'), project('work/prod')];
      return { pwd: dev, cli: dev, host: prod };
    },
    'the project file has another name': () => ({ cli: project('work/infra', { name: 'infra2' }), host: at('work/infra') }),
    'the project file has its name twice': () => {
      writeFileSync(path.join(folder('work/infra'), 'Pulumi.yaml'), 'name: other\nname: infra\n');
      return { cli: at('work/infra'), host: at('work/infra') };
    },
    'main leads nowhere': () => ({ cli: project('work/infra', { main: 'gone' }), host: at('work/infra') }),
    'an executable pack runs a main outside of the root, with no process visible': () => {
      project('work/infra', { main: '../prog' });
      return { processes: [], startedIn: folder('work/prog') };
    },
  };

  it.each(Object.entries(refused))('refuses, although PWD leads to a lax file: %s', async (_name, run) => {
    const settings = run();
    for (const place of ['work', 'work/infra', 'work/dev', 'work/prod', 'nowhere', 'work/other']) writeStrength(at(place), 'lax');
    expect(await decide(settings)).toMatchObject({ code: 'project-directory-unknown' });
  });

  it('lists what each source said, and the ways out', async () => {
    const { text } = await decide({ pwd: project('work/infra'), processes: [] });
    expect(text).toContain(`PWD (only a hint): ${at('work/infra')}`);
    expect(text).toContain('MODEL_SUPPLY_CHAIN_TRUST_POLICY=');
    expect(text).toContain('"trustPolicy"');
  });

  it.each<[string, (file: string) => Run]>([
    ['an absolute path in the configuration', (file) => ({ config: file })],
    ['the variable', (file) => ({ variable: file })],
  ])('goes by %s, and says so', async (_what, run) => {
    const file = writeStrength(folder('named'), 'strict', 'p.yaml');
    const decision = await decide({ processes: [], ...run(file) });
    expect(decision.used).toBe(file);
    expect(decision.line).toMatch(/\(named (by MODEL_SUPPLY_CHAIN_TRUST_POLICY|in the policy configuration)\)$/);
  });

  it('goes by an inline policy, with the same hash whatever the order of its names', async () => {
    const policy = trustPolicyObject('strict');
    const first = await decide({ processes: [], config: policy });
    const second = await decide({ processes: [], config: Object.fromEntries(Object.entries(policy).reverse()) });
    expect(first.line).toContain('inline in the policy configuration');
    expect(second.line).toBe(first.line);
  });

  it('refuses relative paths: in the configuration, and inside an inline policy', async () => {
    expect(await decide({ processes: [], config: 'trust-policy.yaml' })).toMatchObject({ code: 'project-directory-unknown' });
    const inline = { ...trustPolicyObject('strict'), trustRoots: [{ name: 'x', file: { path: 'root.json' } }] };
    const { code, text } = await decide({ processes: [], config: inline });
    expect(code).toBe('trust-policy-invalid');
    expect(text).toContain('trustRoots[0].file.path: expected an absolute path, got "root.json"');
  });
});

describe('when the configuration names the file', () => {
  it('counts a relative path from the root, not from PWD or a sub-directory', async () => {
    const root = project('work/infra');
    const file = writeStrength(folder('work/infra/policies'), 'strict');
    writeStrength(folder('work/policies'), 'lax');
    const run = { pwd: at('work'), cli: folder('work/infra/deep'), host: root, config: 'policies/trust-policy.yaml' };
    expect(await decide(run)).toMatchObject({ used: file });
  });

  it('goes before the variable, and says that this one does not count', async () => {
    const [named, other] = [writeStrength(folder('a'), 'strict'), writeStrength(folder('b'), 'lax')];
    const decision = await decide({ processes: [], config: named, variable: other });
    expect(decision).toMatchObject({ used: named, notices: [{ code: 'trust-policy-unused', unused: [{ file: other }] }] });
  });

  it.each(['', 'trust-policy.yaml', '~/trust-policy.yaml'])(
    'refuses the variable when it is %p: nothing else may decide then',
    async (variable) => {
      const root = project('work/infra');
      writeStrength(root, 'lax');
      const { code, text } = await decide({ cli: root, host: root, variable });
      expect(code).toBe('pack-setting-invalid');
      expect(text).toContain(`MODEL_SUPPLY_CHAIN_TRUST_POLICY: expected an absolute path, got ${JSON.stringify(variable)}`);
    },
  );
});
