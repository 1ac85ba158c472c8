import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Verification } from '../../../policy-pack/verification';
import * as core from '../../../verification';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { respond, startHostileRegistry } from '../../support/registry';

/** An image of a registry whose realm is on another port, verified as the pack does it; `named` is for whom its settings name that port. */
async function preview(named: 'this registry' | 'another registry'): Promise<Answer> {
  const service = await startHostileRegistry({ '/token': respond(401, '') });
  const registry = await startHostileRegistry({
    '*': respond(401, '', { 'www-authenticate': `Bearer realm="http://${service.address}/token"` }),
  });
  const directory = mkdtempSync(join(tmpdir(), 'docker-config-'));
  const auth = Buffer.from('ann:hunter2').toString('base64');
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths: { [registry.address]: { auth } } }));
  const before = process.env['DOCKER_CONFIG'];
  process.env['DOCKER_CONFIG'] = directory;
  try {
    const verification = Object.assign(new Verification({ announce: () => undefined }), { core: () => Promise.resolve(core) });
    const from = named === 'this registry' ? registry.address : 'registry.corp';
    const tokenRealms = { [from]: [service.address] };
    const verdict = await verification.verify({ trustPolicy: POLICY, tokenRealms }, `${registry.address}/acme/app:v1`, 'infra');
    const codes = verdict.outcome === 'verified' ? [] : verdict.findings.map(({ code }) => code);
    const isSent = service.requests.some(({ headers }) => headers.authorization !== undefined);
    return { outcome: isSent ? 'accepted' : verdict.outcome, codes };
  } finally {
    if (before === undefined) delete process.env['DOCKER_CONFIG'];
    else process.env['DOCKER_CONFIG'] = before;
    rmSync(directory, { recursive: true });
    await Promise.all([service.close(), registry.close()]);
  }
}

const PUBLIC_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' });

const POLICY = {
  apiVersion: 'model-supply-chain/v1alpha1',
  kind: 'TrustPolicy',
  policies: [
    {
      name: 'all',
      images: ['localhost:*/**', '127.0.0.1:*/**'],
      authorities: [{ name: 'ci', key: { data: PUBLIC_KEY } }],
    },
  ],
};

attempt('has a password sent to a token service that the pack trusts for another registry', {
  attacker: 'runs a registry whose challenge names that service',
  control: () => preview('this registry'),
  attack: () => preview('another registry'),
  expected: { outcome: 'undetermined', code: 'registry-unauthorized' },
});
