import { quoted } from './messageText';

/** Key references of cosign that we recognise and cannot read: https://docs.sigstore.dev/cosign/key_management/overview/ */
const OTHER_KMS = ['gcpkms', 'azurekms', 'hashivault', 'k8s', 'pkcs11'];

/** `awskms://[ENDPOINT]/KEY`: the endpoint is for AWS-compatible services and tests. */
const AWS_KMS = /^awskms:\/\/([^/\s]*)\/(\S+)$/;

/** A key in AWS KMS. */
export interface AwsKmsKey {
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
  if (AWS_KMS.test(reference)) return undefined;
  const scheme = OTHER_KMS.find((candidate) => reference.startsWith(`${candidate}://`));
  if (scheme !== undefined) {
    return `expected awskms://, got ${scheme}://, which is not read here: cosign public-key --key ${quoted(reference)} prints the public key for key.data`;
  }
  return `expected awskms:///KEY, got ${quoted(reference)}`;
}
