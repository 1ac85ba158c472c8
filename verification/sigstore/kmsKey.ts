import type { TrustRootFinding } from '../finding';
import { trustConfiguredAuthorities } from '../registry/networkEnvironment';
import { failure, success } from '../result';
import type { Result } from '../result';
import { parseAwsKms } from '../trust-policy/kmsReference';
import { publicKeyProblem } from '../trust-policy/publicKey';

type KmsKeyUnavailable = Extract<TrustRootFinding, { code: 'kms-key-unavailable' }>;

/** The optional peer that talks to AWS. Whoever names no KMS key does not need it. */
const AWS_CLIENT = '@aws-sdk/client-kms';
const TIMEOUT_MS = 10_000;

/** The little of the AWS client that we use; its types are not a dependency of ours. */
interface AwsKmsModule {
  readonly KMSClient: new (options: object) => {
    send(command: object, options: object): Promise<{ readonly PublicKey?: Uint8Array; readonly KeyUsage?: string }>;
  };
  readonly GetPublicKeyCommand: new (input: { readonly KeyId: string }) => object;
}

/**
 * The public half of a key in AWS KMS, as PEM. Region and credentials are those of the environment, as for every AWS tool; the call needs
 * `kms:GetPublicKey` on the key.
 *
 * @param reference `awskms:///KEY` or `awskms://ENDPOINT/KEY`, accepted by the parser
 * @param load the AWS client, replaced in tests
 * @returns the key, or `kms-key-unavailable`
 */
export async function fetchKmsKey(
  reference: string,
  load: () => Promise<unknown> = () => import(AWS_CLIENT),
): Promise<Result<string, KmsKeyUnavailable>> {
  const unavailable = (reason: string) => failure({ code: 'kms-key-unavailable', reference, reason } as const);
  const key = parseAwsKms(reference);
  if (key === undefined) throw new Error(`${reference} passed the parser`);
  trustConfiguredAuthorities();
  let aws: AwsKmsModule;
  try {
    aws = (await load()) as AwsKmsModule;
  } catch {
    return unavailable(`the package ${AWS_CLIENT} is not installed: npm install ${AWS_CLIENT}`);
  }
  try {
    const client = new aws.KMSClient({ ...(key.endpoint !== undefined && { endpoint: `https://${key.endpoint}` }) });
    const answer = await client.send(new aws.GetPublicKeyCommand({ KeyId: key.keyId }), { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.PublicKey === undefined) return unavailable('AWS KMS answered without a public key');
    if (answer.KeyUsage !== 'SIGN_VERIFY') return unavailable(`expected a key for signing, got key usage ${answer.KeyUsage ?? 'none'}`);
    const pem = pemOf(answer.PublicKey);
    const problem = publicKeyProblem(pem);
    return problem === undefined ? success(pem) : unavailable(problem);
  } catch (error) {
    return unavailable(reasonOf(error));
  }
}

const pemOf = (spki: Uint8Array): string =>
  [
    '-----BEGIN PUBLIC KEY-----',
    ...(Buffer.from(spki)
      .toString('base64')
      .match(/.{1,64}/g) ?? []),
    '-----END PUBLIC KEY-----',
    '',
  ].join('\n');

/** What AWS or the network says; a fault within the client says nothing to a reader. */
function reasonOf(error: unknown): string {
  const isOfJavaScript = [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind);
  if (!(error instanceof Error) || isOfJavaScript)
    return `the package ${AWS_CLIENT} failed: check its version, and the region and credentials`;
  return `${error.name}: ${error.message}`;
}
