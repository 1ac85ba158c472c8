import { integer, namespaceName, secretName, shown } from '../arguments/argumentChecks';
import { ArgumentProblems } from '../arguments/argumentProblems';
import type { Complaint } from '../arguments/argumentProblems';
import { readTufRepository } from '../arguments/filesOfArguments';
import { AdmissionBackend, PodHardening, SignatureFormat } from './args';
import type { ModelAdmissionArgs } from './args';
import type { Refusal } from './attestors';
import { callerRefusals } from './callers';
import { clusterPolicyArguments } from './cluster-policy/arguments';
import type { ClusterPolicyOptions } from './cluster-policy/options';
import { clusterPolicyRefusals } from './cluster-policy/refusals';
import { CUSTOM_RESOURCES } from './custom-resources/customResources';
import type { CustomResource } from './custom-resources/customResources';
import { refusals, tufRepository, usedRoots } from './enforceability';
import type { Administrators, GuardedController } from './guards';
import { objectName } from './kubernetesObject';
import { CLUSTER_POLICY_KEYS, KYVERNO_KEYS } from './publicKeys';
import { argumentRefusals, clusterImagePolicyRefusals } from './policy-controller/refusals';
import { readSummary } from './summarySettings';
import { computedValueIn } from '../arguments/computedValue';
import { readInlineTrustPolicy, readTrustPolicyFile } from './trustPolicyFiles';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';

/** Arguments of a ModelAdmission with every default filled in, the trust policy read, and everything judged. */
export interface ModelAdmissionSettings {
  readonly backend: AdmissionBackend;
  readonly trust: AdmissionTrustPolicy;
  readonly enforcement: ClusterPolicyOptions;
  readonly controller: GuardedController;
  readonly administrators: Administrators | undefined;
  readonly podHardening: PodHardening;
  readonly backgroundScan: boolean;
}

const DEFAULT_FILE = 'trust-policy.yaml';
const CREDENTIAL_HELPERS = ['default', 'amazon', 'azure', 'github', 'google'];

/** @throws pulumi.InputPropertiesError with everything that is wrong with the arguments, or else with the trust policy. */
export function modelAdmissionSettings(name: string, args: ModelAdmissionArgs): ModelAdmissionSettings {
  const problems = new ArgumentProblems(`ModelAdmission "${name}"`);
  const backends: readonly string[] = Object.values(AdmissionBackend);
  const backend = args.backend ?? AdmissionBackend.kyverno;
  problems.add('backend', oneOf(backend, backends));
  for (const [field, complaint] of clusterPolicyArguments(args)) problems.add(field, complaint);
  const podHardening = args.podHardening ?? PodHardening.enforce;
  problems.add('podHardening', oneOf(podHardening, Object.values(PodHardening)));
  const timeoutSeconds = args.timeoutSeconds ?? 30;
  problems.add(
    'timeoutSeconds',
    integer('whole seconds from 1 to 30', 1, 30, 'the API server allows no more; four images take less than one second')(timeoutSeconds),
  );
  for (const [index, helper] of (args.registryCredentialHelpers ?? []).entries()) {
    problems.add(`registryCredentialHelpers[${index}]`, oneOf(helper, CREDENTIAL_HELPERS));
  }
  for (const [index, secret] of (args.registrySecrets ?? []).entries()) problems.add(`registrySecrets[${index}]`, secretName(secret));
  const customResources = customResourcesOf(args, problems);
  const controller = controllerOf(args, problems);
  const administrators = administratorsOf(args, problems);
  const ownTuf = readTufRepository(args.tuf, problems);

  const trust = readTrustPolicy(args.trustPolicy ?? DEFAULT_FILE, problems);
  if (trust !== undefined) judgeTrustPolicy(trust, args, problems);
  const summary = trust && readSummary(args, trust, ownTuf, problems);
  problems.throwIfAny();
  if (trust === undefined) throw new Error('a trust policy that could not be read passed without a problem');
  return {
    backend: backend as AdmissionBackend,
    trust,
    enforcement: {
      name: objectName(name),
      tuf: tufRepository(trust, ownTuf),
      timeoutSeconds,
      pinTags: args.pinTags ?? false,
      registryCredentialHelpers: args.registryCredentialHelpers ?? [],
      registrySecrets: args.registrySecrets ?? [],
      allowInsecureRegistry: args.insecureRegistriesUnsafe ?? false,
      legacySignatures: args.legacySignaturesUnsafe ?? false,
      signatureFormat: signatureFormatOf(args),
      summary,
      customResources,
    },
    controller,
    administrators,
    podHardening: podHardening as PodHardening,
    backgroundScan: args.backgroundScan ?? true,
  };
}

/** A path, or the policy itself as an object of the program. */
function readTrustPolicy(given: unknown, problems: ArgumentProblems): AdmissionTrustPolicy | undefined {
  const computed = computedValueIn(given);
  if (computed !== undefined) {
    problems.add(inTrustPolicy(computed), {
      expected: 'a value that is known when the program runs, since it decides which policies there are',
      found: 'an Output',
      fix: 'write the value itself; a trust policy holds no secrets',
    });
    return undefined;
  }
  if (typeof given !== 'string' && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    problems.add('trustPolicy', {
      expected: 'the path of a trust policy, or a trust policy as an object',
      found: shown(given),
      fix: 'give one of them',
    });
    return undefined;
  }
  const isFile = typeof given === 'string';
  const read = isFile ? readTrustPolicyFile(given) : readInlineTrustPolicy(given, process.cwd());
  if (read.ok) return read.value;
  for (const { path, message } of read.problems) problems.add(inTrustPolicy(path), complaintOf(message, isFile ? given : 'trustPolicy'));
  return undefined;
}

const inTrustPolicy = (path: string): string => (path === '' ? 'trustPolicy' : `trustPolicy: ${path}`);

/** Problems of a trust policy come as one sentence. */
function complaintOf(message: string, file: string): Complaint {
  const [, expected, found] = /^expected (.+), got (.+)$/s.exec(message) ?? [];
  return { expected: expected ?? 'another value', found: found ?? message, fix: `correct ${file}` };
}

function oneOf(value: unknown, allowed: readonly string[]): Complaint | undefined {
  if (typeof value === 'string' && allowed.includes(value)) return undefined;
  return { expected: `one of ${allowed.join(', ')}`, found: shown(value), fix: 'write it as it stands in the list' };
}

/** Who enforces, and where it runs: each backend has a namespace of its own. */
function controllerOf(args: ModelAdmissionArgs, problems: ArgumentProblems): GuardedController {
  if (args.backend === AdmissionBackend.policyController) {
    for (const { path, ...complaint } of argumentRefusals(args)) problems.add(path, complaint);
    const namespace = args.policyControllerNamespace ?? 'cosign-system';
    problems.add('policyControllerNamespace', namespaceName(namespace));
    return { backend: 'policyController', namespace };
  }
  if (args.policyControllerNamespace !== undefined) {
    problems.add('policyControllerNamespace', {
      expected: 'nothing where backend is kyverno or clusterPolicy',
      found: shown(args.policyControllerNamespace),
      fix: 'write kyvernoNamespace, or backend: policyController',
    });
  }
  const namespace = args.kyvernoNamespace ?? 'kyverno';
  problems.add('kyvernoNamespace', namespaceName(namespace));
  return { backend: 'kyverno', namespace };
}

const ALL = 'all';

function customResourcesOf({ customResources = [], backend }: ModelAdmissionArgs, problems: ArgumentProblems): readonly CustomResource[] {
  const names = CUSTOM_RESOURCES.map(({ name }) => name);
  for (const [index, name] of customResources.entries()) problems.add(`customResources[${index}]`, oneOf(name, [ALL, ...names]));
  if (backend !== undefined && backend !== AdmissionBackend.kyverno && customResources.length > 0) {
    problems.add('customResources', {
      expected: `none with the backend ${backend}`,
      found: customResources.join(', '),
      fix: 'leave it out: this backend knows pods and what makes pods only, and their pods are held',
    });
  }
  return CUSTOM_RESOURCES.filter(({ name }) => customResources.includes(ALL) || customResources.includes(name));
}

function administratorsOf(
  { administrators, withoutGuardsUnsafe }: ModelAdmissionArgs,
  problems: ArgumentProblems,
): Administrators | undefined {
  if (withoutGuardsUnsafe === true) return undefined;
  const users = administrators?.users ?? [];
  const groups = administrators?.groups ?? ['system:masters'];
  if (users.length === 0 && groups.length === 0) {
    problems.add('administrators', {
      expected: 'at least one user or group',
      found: 'none',
      fix: 'name who deploys this stack, or nobody could ever change the policies again',
    });
  }
  return { users, groups };
}

const signatureFormatOf = ({ signatureFormat }: ModelAdmissionArgs): SignatureFormat =>
  signatureFormat === SignatureFormat.legacy ? SignatureFormat.legacy : SignatureFormat.bundle;

function backendRefusals(args: ModelAdmissionArgs, trust: AdmissionTrustPolicy): readonly Refusal[] {
  switch (args.backend) {
    case AdmissionBackend.policyController:
      return clusterImagePolicyRefusals(trust);
    case AdmissionBackend.clusterPolicy:
      return [
        ...refusals(trust, CLUSTER_POLICY_KEYS),
        ...callerRefusals(trust.policy, args.verificationSummary !== undefined, 'Kyverno'),
        ...clusterPolicyRefusals(trust, {
          signatureFormat: signatureFormatOf(args),
          summaries: args.verificationSummary !== undefined,
          kyvernoTufMirror: args.kyvernoTufMirror,
        }),
      ];
    case AdmissionBackend.kyverno:
    case undefined:
    default:
      return [...refusals(trust, KYVERNO_KEYS), ...callerRefusals(trust.policy, args.verificationSummary !== undefined, 'Kyverno')];
  }
}

/** What the backend cannot hold. */
function judgeTrustPolicy(trust: AdmissionTrustPolicy, args: ModelAdmissionArgs, problems: ArgumentProblems): void {
  for (const { path, ...complaint } of backendRefusals(args, trust)) problems.add(inTrustPolicy(path), complaint);
  const { tuf } = args;
  const notFiles = usedRoots(trust).filter(({ kind }) => kind !== 'file');
  if (tuf === undefined || notFiles.length === 0) return;
  problems.add('tuf', {
    expected: 'no tuf here, because the trust policy names a trust root by TUF itself',
    found: notFiles.map(({ name }) => name).join(' and '),
    fix: 'leave it out: Kyverno would trust whoever this repository names instead',
  });
}
