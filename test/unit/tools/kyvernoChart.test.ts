import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { hasKyvernoChart, provideKyvernoChart } from '../../../tools/toolchain/kyvernoChart';
import { FakeMachine } from './fakeCommands';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

/** Module directories with these charts, and a `go` that says where they are. */
function modules(chart: string, apiChart = 'name: kyverno-api\nversion: v0.0.0\n'): void {
  const [kyverno, api] = [machine.directory('kyverno'), machine.directory('api')];
  const write = (directory: string, name: string, content: string) => {
    const file = path.join(directory, 'charts', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  write(kyverno, 'kyverno/Chart.yaml', chart);
  write(kyverno, 'kyverno/templates/deployment.yaml', 'kind: Deployment');
  write(api, 'kyverno-api/Chart.yaml', apiChart);
  write(api, 'kyverno-api/templates/crd.yaml', 'kind: CustomResourceDefinition');
  machine.command('go', `case "$*" in *kyverno/api*) echo '{"Dir": "${api}"}';; *) echo '{"Dir": "${kyverno}"}';; esac`);
}

const CHART = `name: kyverno
dependencies:
  - {name: crds, version: 3.9.1}
  - {name: kyverno-api, version: 0.0.1-alpha.4}
  - {name: openreports, version: 0.1.0}
  - {name: reports-server, version: 0.1.6}
`;

describe('when the chart of Kyverno is put together', () => {
  it('has the chart of the definitions inside, in the version that it asks for, and no chart that cannot be had', async () => {
    modules(CHART);
    const directory = await provideKyvernoChart();
    const read = (name: string): unknown => parse(readFileSync(path.join(directory, name), 'utf8'));
    expect(read('Chart.yaml')).toMatchObject({ dependencies: [{ name: 'crds' }, { name: 'kyverno-api', version: '0.0.1-alpha.4' }] });
    expect(read('charts/kyverno-api/Chart.yaml')).toEqual({ name: 'kyverno-api', version: '0.0.1-alpha.4' });
    expect(read('templates/deployment.yaml')).toEqual({ kind: 'Deployment' });
    expect(read('charts/kyverno-api/templates/crd.yaml')).toEqual({ kind: 'CustomResourceDefinition' });
    expect(hasKyvernoChart()).toBe(true);
  });

  it('leaves nothing behind if the chart is another than we know', async () => {
    modules('name: kyverno\ndependencies:\n  - {name: crds, version: 4.0.0}\n');
    await expect(provideKyvernoChart()).rejects.toThrow('does not depend on kyverno-api');
    expect(hasKyvernoChart()).toBe(false);
  });
});
