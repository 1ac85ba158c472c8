import { generateKeyPairSync } from 'node:crypto';
import { fetchKmsKey } from '../../../verification/sigstore/kmsKey';
import { kmsProblem } from '../../../verification/trust-policy/kmsReference';
import { findingOf, valueOf } from '../../support/sigstore/verifying';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const DER = publicKey.export({ format: 'der', type: 'spki' });

/** A stand-in for @aws-sdk/client-kms, which needs an account. */
function awsClient(answer: object | Error) {
  const asked: unknown[] = [];
  class KMSClient {
    constructor(readonly options: object) {}
    send(command: { readonly input: unknown }) {
      asked.push({ ...this.options, ...(command.input as object) });
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }
  }
  class GetPublicKeyCommand {
    constructor(readonly input: unknown) {}
  }
  return { load: () => Promise.resolve({ KMSClient, GetPublicKeyCommand }), asked };
}

describe('when a key is in AWS KMS', () => {
  it('fetches its public half, from the endpoint of the reference', async () => {
    const { load, asked } = awsClient({ PublicKey: DER, KeyUsage: 'SIGN_VERIFY' });
    expect(valueOf(await fetchKmsKey('awskms://kms.test/alias/models', load))).toBe(publicKey.export({ format: 'pem', type: 'spki' }));
    expect(asked).toEqual([{ endpoint: 'https://kms.test', KeyId: 'alias/models' }]);
  });

  it.each([
    ['there is no public key', { KeyUsage: 'SIGN_VERIFY' }, 'without a public key'],
    ['it is for encryption', { PublicKey: DER, KeyUsage: 'ENCRYPT_DECRYPT' }, 'ENCRYPT_DECRYPT'],
    ['it cannot be decoded', { PublicKey: Buffer.from('junk'), KeyUsage: 'SIGN_VERIFY' }, ''],
    [
      'AWS refuses',
      Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' }),
      'CredentialsProviderError: no credentials',
    ],
  ])('is unavailable if %s', async (_case, answer, reason) => {
    const finding = findingOf(await fetchKmsKey('awskms:///alias/models', awsClient(answer).load));
    expect(finding).toMatchObject({ code: 'kms-key-unavailable', reason: expect.stringContaining(reason) as string });
  });

  it('names the package to install if it is not there', async () => {
    const finding = findingOf(await fetchKmsKey('awskms:///alias/models', () => Promise.reject(new Error('not found'))));
    expect(finding).toMatchObject({ reason: expect.stringContaining('npm install @aws-sdk/client-kms') as string });
  });
});

describe('when a key reference is read', () => {
  it.each(['awskms:///alias/models', 'awskms:///arn:aws:kms:eu-west-1:1:key/a', 'awskms://localhost:4566/1234'])(
    'accepts %s',
    (reference) => {
      expect(kmsProblem(reference)).toBeUndefined();
    },
  );

  it.each([
    ['gcpkms://projects/p', 'cosign public-key'],
    ['hashivault://key', 'cosign public-key'],
    ['awskms://', 'expected awskms:///KEY'],
    ['alias/models', 'expected awskms:///KEY'],
  ])('refuses %s with the way out', (reference, words) => {
    expect(kmsProblem(reference)).toContain(words);
  });
});

it.each(['gcpkms://projects/$(reboot)', 'k8s://x; reboot', 'hashivault://`reboot`'])(
  'puts no text of the file into a command: %s',
  (reference) => {
    expect(kmsProblem(reference)).toContain('cosign public-key --key KEY prints');
  },
);
