import type { KeyObject } from 'node:crypto';
import { parseTrustPolicyObject } from '../../../verification/trust-policy';
import { der } from '../sigstore/der';
import type { Answer } from './attempt';

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const P256 = '1.2.840.10045.3.1.7';

/** A P-256 key with its point as X9.62 also allows it. */
function withPoint(key: KeyObject, encode: (x: Buffer, y: Buffer) => Buffer): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = encode(Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url'));
  const spki = der.sequence(der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(P256)), der.bits(point));
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

const sign = (y: Buffer): number => y.readUInt8(y.length - 1) & 1;

export const compressedPem = (key: KeyObject): string => withPoint(key, (x, y) => Buffer.concat([Buffer.from([2 + sign(y)]), x]));
export const hybridPem = (key: KeyObject): string => withPoint(key, (x, y) => Buffer.concat([Buffer.from([6 + sign(y)]), x, y]));

/** Whether a trust policy with these keys is accepted under a threshold. */
export function readKeys(keys: readonly string[], threshold: number): Promise<Answer> {
  const authorities = keys.map((data, index) => ({ name: `key-${index}`, key: { data } }));
  const policy = { name: 'p', images: ['ghcr.io/acme/**'], authorities, signatures: { threshold } };
  const file = { apiVersion: 'model-supply-chain/v1alpha1', kind: 'TrustPolicy', policies: [policy] };
  const read = parseTrustPolicyObject(file, 'trust-policy.yaml');
  return Promise.resolve(read.ok ? { outcome: 'accepted', codes: [] } : { outcome: 'refused', codes: [read.finding.code] });
}
