import type * as pulumi from '@pulumi/pulumi';

import { AdmissionBackend } from '../admission/args';
import { byteQuantity, choice, cpuQuantity, extendedResourceName, integer, namespaceName, shown } from '../arguments/argumentChecks';
import { ArgumentProblems } from '../arguments/argumentProblems';
import type { Check } from '../arguments/argumentProblems';
import { mapInput } from '../arguments/mapInput';
import { unknownArguments } from '../arguments/unknownArguments';
import type { ContainerLimitsArgs, ModelNamespaceArgs, NamespaceQuotaArgs } from './args';

type Amounts = Readonly<Record<string, pulumi.Input<string>>>;

/** The arguments of a ModelNamespace with every default filled in and every value judged. */
export interface ModelNamespaceSettings {
  readonly namespace: pulumi.Input<string>;
  readonly podSecurityVersion: pulumi.Input<string>;
  /** Whether policy-controller is to be asked. */
  readonly policyController: boolean;
  /** Amounts of a ResourceQuota, by the names that it gives them. */
  readonly quota: Amounts;
  readonly containerDefault: Amounts;
  readonly containerMaximum: Amounts;
}

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelNamespaceArgs, true>> = {
  namespace: true,
  podSecurityVersion: true,
  admissionBackend: true,
  quota: true,
  containerLimits: true,
  externalServicesUnsafe: true,
};
const QUOTA_ARGUMENTS: Readonly<Record<keyof NamespaceQuotaArgs, true>> = {
  gpus: true,
  memory: true,
  cpu: true,
  ephemeralStorage: true,
  pods: true,
};
const LIMIT_ARGUMENTS: Readonly<Record<keyof ContainerLimitsArgs, true>> = {
  defaultMemory: true,
  defaultCpu: true,
  defaultEphemeralStorage: true,
  maximumMemory: true,
  maximumCpu: true,
};

/** The first version of the standard that looks at the hosts of probes. */
const OLDEST_POD_SECURITY = 34;

const podSecurityVersion: Check = (value) => {
  const minor = typeof value === 'string' ? /^v1\.(\d{1,3})$/.exec(value)?.[1] : undefined;
  return minor !== undefined && Number(minor) >= OLDEST_POD_SECURITY
    ? undefined
    : {
        expected: `a version of the Pod Security Standards from v1.${OLDEST_POD_SECURITY}`,
        found: shown(value),
        fix: 'write the version of the cluster, like "v1.36"; "latest" would change with every upgrade',
      };
};

const wholeNumber = (what: string): Check => integer(`a number of ${what} from 0 to 100000`, 0, 100_000, 'set a whole number');

/**
 * Fills in the defaults of `args` and judges every value.
 *
 * @param name name of the component
 * @throws pulumi.InputPropertiesError with everything that is wrong with the plain values.
 */
export function modelNamespaceSettings(name: string, args: ModelNamespaceArgs): ModelNamespaceSettings {
  const problems = new ArgumentProblems(`ModelNamespace "${name}"`);
  const limits = args.containerLimits ?? {};
  // A misspelt bound would bound nothing.
  unknownArguments('', args, KNOWN_ARGUMENTS, problems);
  problems.add('admissionBackend', choice(Object.values(AdmissionBackend))(args.admissionBackend ?? AdmissionBackend.kyverno));
  unknownArguments('quota', args.quota ?? {}, QUOTA_ARGUMENTS, problems);
  unknownArguments('containerLimits', limits, LIMIT_ARGUMENTS, problems);
  const amount = (path: string, key: string, value: pulumi.Input<string> | undefined, check: Check): Amounts =>
    value === undefined ? {} : { [key]: problems.check(path, value, check) };

  const settings: ModelNamespaceSettings = {
    namespace: problems.check('namespace', args.namespace ?? name, namespaceName),
    podSecurityVersion: problems.check('podSecurityVersion', args.podSecurityVersion ?? 'v1.36', podSecurityVersion),
    policyController: args.admissionBackend === AdmissionBackend.policyController,
    quota: { ...externalServices(args.externalServicesUnsafe ?? false), ...quotaAmounts(args, problems) },
    containerDefault: {
      ...amount('containerLimits.defaultCpu', 'cpu', limits.defaultCpu ?? '500m', cpuQuantity),
      ...amount('containerLimits.defaultMemory', 'memory', limits.defaultMemory ?? '512Mi', byteQuantity),
      ...amount('containerLimits.defaultEphemeralStorage', 'ephemeral-storage', limits.defaultEphemeralStorage ?? '1Gi', byteQuantity),
    },
    containerMaximum: {
      ...amount('containerLimits.maximumCpu', 'cpu', limits.maximumCpu, cpuQuantity),
      ...amount('containerLimits.maximumMemory', 'memory', limits.maximumMemory, byteQuantity),
    },
  };
  problems.throwIfAny();
  return settings;
}

const externalServices = (allowed: boolean): Amounts => (allowed ? {} : { 'services.loadbalancers': '0', 'services.nodeports': '0' });

/** Requests and limits alike: ModelServing asks for what it may use, and a quota of one leaves the other open. */
function quotaAmounts({ quota = {} }: ModelNamespaceArgs, problems: ArgumentProblems): Amounts {
  const both = (key: string, value: pulumi.Input<string>): Amounts => ({ [`requests.${key}`]: value, [`limits.${key}`]: value });
  const gpus = Object.entries(quota.gpus ?? {}).map(([resource, count]) => {
    const path = `quota.gpus["${resource}"]`;
    problems.add(path, extendedResourceName(resource));
    // A quota knows extended resources by their requests only; their limits are equal.
    return [`requests.${resource}`, mapInput(problems.check(path, count, wholeNumber('accelerators')), String)] as const;
  });
  return {
    ...Object.fromEntries(gpus),
    ...(quota.memory !== undefined && both('memory', problems.check('quota.memory', quota.memory, byteQuantity))),
    ...(quota.cpu !== undefined && both('cpu', problems.check('quota.cpu', quota.cpu, cpuQuantity))),
    ...(quota.ephemeralStorage !== undefined &&
      both('ephemeral-storage', problems.check('quota.ephemeralStorage', quota.ephemeralStorage, byteQuantity))),
    ...(quota.pods !== undefined && { pods: mapInput(problems.check('quota.pods', quota.pods, wholeNumber('pods')), String) }),
  };
}
