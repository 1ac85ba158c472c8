import { digestReference, plainText, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Check } from '../../arguments/argumentProblems';
import { unknownArguments } from '../../arguments/unknownArguments';
import type { ModelFilesArgs } from '../args/model';
import type { ModelVerificationArgs } from '../args/verify';
import { relativePath } from '../checks';
import type { FilesMount, FilesSource, FilesVerification, SignerTrust } from './files';

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelVerificationArgs, true>> = {
  image: true,
  publicKey: true,
  certificateChain: true,
  trustConfig: true,
  identity: true,
  identityProvider: true,
  signature: true,
  allowSymlinks: true,
};

/** The three ways to say whom a signature must be of; exactly one is given. */
const TRUST_ARGUMENTS = ['publicKey', 'certificateChain', 'trustConfig'] as const;

/**
 * Decides whether the signature of files is verified at start. A digest names the files of an image, and whether that image is signed is
 * judged before the pod exists; for everything else the signature of the files is all that speaks for them.
 */
export function filesVerification(
  source: FilesSource,
  args: ModelFilesArgs,
  at: (argument: string) => string,
  problems: ArgumentProblems,
): Pick<FilesMount, 'verification' | 'unverifiedReason'> {
  const named = source.kind !== 'persistentVolumeClaim' && args.copyCommand === undefined;
  if (args.unverifiedUnsafe !== undefined) {
    problems.add(at('unverifiedUnsafe'), plainText(args.unverifiedUnsafe));
    if (args.verify !== undefined) {
      problems.add(at('unverifiedUnsafe'), { expected: `nothing beside ${at('verify')}`, found: 'a reason', fix: 'remove one of the two' });
    }
  } else if (args.verify === undefined && !named) {
    problems.add(at('verify'), {
      expected: 'how to verify the files, which no digest names',
      found: 'nothing',
      fix: `sign them (\`model_signing sign key DIRECTORY --private_key FILE\`) and set ${at('verify')}; or say why not in ${at('unverifiedUnsafe')}`,
    });
  }
  return {
    verification: args.verify && verification(args.verify, (argument) => at(`verify.${argument}`), problems),
    unverifiedReason: args.unverifiedUnsafe,
  };
}

function verification(args: ModelVerificationArgs, at: (argument: string) => string, problems: ArgumentProblems): FilesVerification {
  unknownArguments(at('').slice(0, -1), args, KNOWN_ARGUMENTS, problems);
  const signature = args.signature ?? 'model.sig';
  problems.add(at('signature'), relativePath(signature));
  return {
    image: problems.check(at('image'), args.image, digestReference),
    trust: signerTrust(args, at, problems),
    signature,
    allowSymlinks: args.allowSymlinks ?? false,
  };
}

function signerTrust(args: ModelVerificationArgs, at: (argument: string) => string, problems: ArgumentProblems): SignerTrust {
  const given = TRUST_ARGUMENTS.filter((argument) => args[argument] !== undefined);
  if (given.length !== 1) {
    problems.add(at('').slice(0, -1), {
      expected: `exactly one of ${TRUST_ARGUMENTS.join(', ')}`,
      found: given.length === 0 ? 'none' : given.join(' and '),
      fix: 'say whom the signature must be of: a key, a certificate, or a Sigstore identity',
    });
    // Told; the stand-in never gets into a pod.
    return { kind: 'key', publicKey: '' };
  }
  if (args.trustConfig === undefined) {
    for (const argument of ['identity', 'identityProvider'] as const) {
      if (args[argument] !== undefined) {
        problems.add(at(argument), {
          expected: `nothing without ${at('trustConfig')}`,
          found: shown(args[argument]),
          fix: `set ${at('trustConfig')}`,
        });
      }
    }
    return args.publicKey === undefined
      ? { kind: 'certificate', certificateChain: problems.check(at('certificateChain'), args.certificateChain ?? '', pem('CERTIFICATE')) }
      : { kind: 'key', publicKey: problems.check(at('publicKey'), args.publicKey, pem('PUBLIC KEY')) };
  }
  return {
    kind: 'sigstore',
    trustConfig: problems.check(at('trustConfig'), args.trustConfig, jsonObject),
    identity: problems.check(at('identity'), args.identity ?? '', plainText),
    identityProvider: problems.check(at('identityProvider'), args.identityProvider ?? '', httpsUrl),
  };
}

/** PEM blocks of one label. What is there instead is not shown: people paste private keys. */
function pem(label: string): Check {
  return (value) =>
    typeof value === 'string' && value.includes(`-----BEGIN ${label}-----`) && !value.includes('PRIVATE KEY-----')
      ? undefined
      : {
          expected: `PEM with "-----BEGIN ${label}-----"`,
          found: typeof value === 'string' && value.includes('PRIVATE KEY-----') ? 'a private key' : 'something else',
          fix: 'give the content of the file, not its name',
        };
}

const jsonObject: Check = (value) => {
  try {
    const parsed: unknown = JSON.parse(String(value));
    if (typeof parsed === 'object' && parsed !== null) {
      return undefined;
    }
  } catch {
    // Told below, as anything else that is no object.
  }
  return {
    expected: 'a Sigstore client trust configuration (JSON)',
    found: 'something else',
    fix: 'give the content of the file, not its name',
  };
};

const httpsUrl: Check = (value) =>
  typeof value === 'string' && /^https:\/\/[^\s/]+/.test(value)
    ? undefined
    : {
        expected: 'the https address of an OpenID Connect issuer',
        found: shown(value),
        fix: 'write it like "https://token.actions.githubusercontent.com"',
      };
