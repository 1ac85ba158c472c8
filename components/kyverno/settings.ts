import { byteQuantity, integer, namespaceName, secretName, shown } from '../arguments/argumentChecks';
import { ArgumentProblems } from '../arguments/argumentProblems';
import { readTufRepository } from '../arguments/filesOfArguments';
import { unknownArguments } from '../arguments/unknownArguments';
import type { KyvernoImageDigestsArgs, KyvernoInstallationArgs } from './args';
import type { KyvernoSettings } from './chartValues';
import { DEFAULT_CHART_VERSION, chartVersionComplaint, imageTagComplaint } from './chartVersion';

const KNOWN_ARGUMENTS: Readonly<Record<keyof KyvernoInstallationArgs, true>> = {
  namespace: true,
  chartVersion: true,
  chartRepository: true,
  imageTag: true,
  imageDigests: true,
  replicas: true,
  memory: true,
  caCertificates: true,
  tuf: true,
  imagePullSecrets: true,
};

const IMAGES: Readonly<Record<keyof KyvernoImageDigestsArgs, true>> = {
  admissionController: true,
  initContainer: true,
  backgroundController: true,
  cleanupController: true,
  reportsController: true,
  migration: true,
  webhooksCleanup: true,
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** @throws pulumi.InputPropertiesError with everything that is wrong with the arguments. */
export function kyvernoSettings(name: string, args: KyvernoInstallationArgs): KyvernoSettings {
  const problems = new ArgumentProblems(`KyvernoInstallation "${name}"`);
  const namespace = args.namespace ?? 'kyverno';
  const version = args.chartVersion ?? DEFAULT_CHART_VERSION;
  unknownArguments('', args, KNOWN_ARGUMENTS, problems);
  problems.add('namespace', namespaceName(namespace));
  if (namespace === 'kube-system') {
    problems.add('namespace', { expected: 'a namespace of its own', found: '"kube-system"', fix: 'the chart cannot be installed there' });
  }
  problems.add('chartVersion', chartVersionComplaint(version));
  const replicas = args.replicas ?? 3;
  problems.add(
    'replicas',
    integer('a whole number from 2 to 20', 2, 20, 'with one, an update of Kyverno stops all pods from starting')(replicas),
  );
  const memory = args.memory ?? '1Gi';
  problems.add('memory', byteQuantity(memory));
  const imageDigests = imageDigestsOf(args, problems);
  const pinned = Object.keys(imageDigests).length > 0;
  if (pinned || args.imageTag !== undefined) problems.add('imageTag', imageTagComplaint(args.imageTag));
  if (!pinned && args.imageTag !== undefined) {
    problems.add('imageDigests', {
      expected: 'digests beside imageTag',
      found: 'none',
      fix: 'leave imageTag out, or write what it stands for',
    });
  }
  for (const [index, secret] of (args.imagePullSecrets ?? []).entries()) problems.add(`imagePullSecrets[${index}]`, secretName(secret));
  const tuf = readTufRepository(args.tuf, problems);
  problems.throwIfAny();
  return {
    namespace,
    version,
    replicas,
    memory,
    imageDigests,
    imageTag: args.imageTag,
    caCertificates: args.caCertificates,
    tuf,
    imagePullSecrets: args.imagePullSecrets ?? [],
  };
}

function imageDigestsOf({ imageDigests = {} }: KyvernoInstallationArgs, problems: ArgumentProblems): KyvernoSettings['imageDigests'] {
  unknownArguments('imageDigests', imageDigests, IMAGES, problems);
  const given = Object.entries(imageDigests).filter((entry): entry is [string, string] => entry[1] !== undefined);
  for (const [name, digest] of given.filter(([, text]) => !DIGEST.test(text))) {
    problems.add(`imageDigests.${name}`, {
      expected: 'sha256: and 64 hexadecimal digits',
      found: shown(digest),
      fix: 'crane digest prints it',
    });
  }
  return Object.fromEntries(given);
}
