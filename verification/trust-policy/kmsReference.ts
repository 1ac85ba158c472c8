import { isCommandWord } from '../../printing';
import { isHost, normalizeHost } from '../reference/host';
import { quoted } from './messageText';

/** Key references of cosign that we recognise and cannot read: https://docs.sigstore.dev/cosign/key_management/overview/ */
const OTHER_KMS = ['gcpkms', 'azurekms', 'hashivault', 'k8s', 'pkcs11'];

/**
 * `awskms://[ENDPOINT]/KEY`, where the endpoint is for AWS-compatible services and tests.
 * https://github.com/sigstore/sigstore/blob/main/pkg/signature/kms/aws/client.go
 */
const AWS_KMS = /^awskms:\/\/([^/]*)\/(.*)$/s;

/** Key id, alias, or ARN of either. */
const KEY_ID =
  /^(?:[A-Za-z0-9-]+|(?:arn:aws(?:-[a-z]+)*:kms:[a-z0-9-]+:\d{1,12}:)?alias\/[A-Za-z0-9/_-]+|arn:aws(?:-[a-z]+)*:kms:[a-z0-9-]+:\d{1,12}:key\/[A-Za-z0-9-]+)$/;

/** A key in AWS KMS. */
export interface AwsKmsKey {
  /** Host and port. */
  readonly endpoint?: string;
  /** Key id, alias (`alias/NAME`) or ARN. */
  readonly keyId: string;
}

/** Reads a reference that `kmsProblem` found no fault with. */
export function parseAwsKms(reference: string): AwsKmsKey | undefined {
  const [, endpoint = '', keyId] = AWS_KMS.exec(reference) ?? [];
  if (keyId === undefined) return undefined;
  return endpoint === '' ? { keyId } : { endpoint, keyId };
}

/** Why a text is no key reference that we can read; undefined when it is one. */
export function kmsProblem(reference: string): string | undefined {
  const got = `got ${quoted(reference)}`;
  const scheme = OTHER_KMS.find((candidate) => reference.toLowerCase().startsWith(`${candidate}://`));
  if (scheme !== undefined) {
    return `expected awskms://, got ${scheme}://, which is not read here: cosign public-key --key ${isCommandWord(reference) ? reference : 'KEY'} prints the public key for key.data`;
  }
  const key = parseAwsKms(reference);
  if (key === undefined) return `expected awskms:///KEY, ${got}`;
  const { endpoint, keyId } = key;
  if (endpoint !== undefined) {
    // With two slashes, what was meant as the key is read as the endpoint, and everything is asked of a host called "alias".
    if (/^alias$|^arn:/i.test(endpoint))
      return `expected awskms:///KEY, ${got} with two slashes: write ${quoted(`awskms:///${endpoint}/${keyId}`)}`;
    const problem = endpointProblem(endpoint);
    if (problem !== undefined) return `expected awskms:///KEY, or awskms://HOST:PORT/KEY, ${got}: ${problem}`;
  }
  return KEY_ID.test(keyId) ? undefined : `expected the id of a key, alias/NAME or an ARN behind awskms:///, ${got}`;
}

function endpointProblem(endpoint: string): string | undefined {
  const host = normalizeHost(endpoint);
  if (!host.ok) return host.write === undefined ? `${quoted(endpoint)} is no host with a port` : `write the host as ${host.write}`;
  if (/:\d+$/.test(endpoint)) return undefined;
  return isHost(endpoint)
    ? `the endpoint ${quoted(endpoint)} has no port: write ${endpoint}:443 if that is a host`
    : `${quoted(endpoint)} is read as a host: write three slashes before a key`;
}
