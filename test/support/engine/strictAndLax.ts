import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './pulumiProject';

/** An image that the strict trust policy rejects and the lax one lets run; no registry is asked for it. */
export const STRANGE_IMAGE = `registry.test/mallory/model@sha256:${'ab'.repeat(32)}`;

export type Strength = 'strict' | 'lax';

const { publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** A trust policy without files around it. */
export const trustPolicyObject = (strength: Strength) => ({
  apiVersion: 'model-supply-chain/v1alpha1',
  kind: 'TrustPolicy',
  unmatchedImages: strength === 'strict' ? 'deny' : 'allow',
  policies: [{ name: 'acme', images: ['registry.test/acme/**'], authorities: [{ name: 'key', key: { data: publicKey } }] }],
});

export const trustPolicyText = (strength: Strength): string => `${JSON.stringify(trustPolicyObject(strength), undefined, 2)}\n`;

/** Writes a trust policy; returns the path of the file. */
export function writeStrength(directory: string, strength: Strength, name = 'trust-policy.yaml'): string {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, name);
  writeFileSync(file, trustPolicyText(strength));
  return file;
}

/** Writes a project that runs one pod with the strange image; the trust policy is left to the test. */
export function writeProject(root: string, options: { readonly name?: string; readonly main?: string } = {}): void {
  const { name = 'infra', main } = options;
  mkdirSync(root, { recursive: true });
  // The program is compiled by nobody: a preview then takes half the time.
  const runtime = '{name: nodejs, options: {typescript: false}}';
  writeFileSync(path.join(root, 'Pulumi.yaml'), `name: ${name}\nruntime: ${runtime}\n${main === undefined ? '' : `main: ${main}\n`}`);
  const program = path.resolve(root, main ?? '.');
  mkdirSync(program, { recursive: true });
  writeFileSync(path.join(program, 'package.json'), '{"main": "index.js"}');
  writeFileSync(path.join(program, 'index.js'), PROGRAM);
  symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(program, 'node_modules'));
}

/** A pod that the policies about pods have nothing to say about: it serves no model. */
const PROGRAM = `
const pulumi = require('@pulumi/pulumi');
new pulumi.CustomResource('kubernetes:core/v1:Pod', 'strange', { spec: { containers: [{ name: 'server', image: '${STRANGE_IMAGE}' }] } });
`;
