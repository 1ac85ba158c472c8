import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { SupplyChain } from '../support/supplyChain';
import { keylessPolicy, trustPolicyOf } from '../support/verify';

const root = path.join(__dirname, '..', '..');

/** The verification core as it is published, which `npm test` builds before it runs this. */
describe('the published verification core', () => {
  let chain: SupplyChain;
  let directory: string;
  let core: string;
  beforeAll(async () => {
    chain = await startSupplyChain();
    directory = mkdtempSync(path.join(tmpdir(), 'published-'));
    core = path.join(directory, 'verification');
    cpSync(path.join(root, 'dist', 'verification'), core, { recursive: true });
    writeFileSync(path.join(directory, 'trust-policy.json'), JSON.stringify(trustPolicyOf(chain)));
  });
  afterAll(() => chain.stop());

  /** Verifies in a process of its own. */
  async function outcomeOf(reference: string, policyFile = 'trust-policy.json'): Promise<string> {
    const script = `
      const { ImageVerifier, loadTrustPolicy } = require(${JSON.stringify(path.join(core, 'index.js'))});
      void (async () => {
        const policy = await loadTrustPolicy(${JSON.stringify(path.join(directory, policyFile))});
        const cache = { directory: ${JSON.stringify(path.join(directory, 'cache'))}, secretFile: ${JSON.stringify(path.join(directory, 'secret'))} };
        console.log((await new ImageVerifier(policy.value, { cache }).verify(${JSON.stringify(reference)})).outcome);
      })();
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: directory });
    return stdout.trim();
  }

  /** A run writes one when it found out something that was not in the cache. */
  const segments = (): number => readdirSync(path.join(directory, 'cache', 'v2')).filter((file) => file.endsWith('.segment')).length;

  it('verifies, from its files and from what an earlier run found out', async () => {
    const image = chain.push('acme/published');
    expect(await outcomeOf(image.reference)).toBe('rejected');
    await chain.sign(image, RELEASE_WORKFLOW);
    expect(await outcomeOf(image.reference)).toBe('verified');
    const before = segments();
    expect(await outcomeOf(image.reference)).toBe('verified');
    expect(segments()).toBe(before);
  });

  it('matches patterns with nothing but its own files', async () => {
    const image = chain.push('acme/patterns');
    await chain.sign(image, RELEASE_WORKFLOW);
    const { issuer, sourceRepository } = RELEASE_WORKFLOW;
    const identities = [
      { issuer, sourceRepository, subjectRegExp: 'https://github\\.com/acme/ml-models/\\.github/workflows/release\\.yml@refs/.*' },
    ];
    const policies = [keylessPolicy(chain, { authorities: [{ name: 'patterns', keyless: { trustRoot: 'local', identities } }] })];
    writeFileSync(path.join(directory, 'patterns.json'), JSON.stringify(trustPolicyOf(chain, { policies })));
    expect(await outcomeOf(image.reference, 'patterns.json')).toBe('verified');
  });

  it('believes no earlier result when any of its files has changed: what got through a hole must not come back after its fix', async () => {
    const image = chain.push('acme/mended');
    await chain.sign(image, RELEASE_WORKFLOW);
    const files = ['index.js', ...readdirSync(path.join(core, 'parts')).map((file) => path.join('parts', file))];
    expect(files.length).toBeGreaterThan(2);
    expect(await outcomeOf(image.reference)).toBe('verified');
    for (const file of files) {
      const before = segments();
      appendFileSync(path.join(core, file), '\n// mended\n');
      expect(await outcomeOf(image.reference)).toBe('verified');
      expect(segments()).toBe(before + 1);
    }
  });
});
