import type { TrustRoot } from '../../../verification/trust-policy';
import type { ModelAdmissionArgs } from '../args';
import { rootNamed } from '../attestors';
import type { Refusal } from '../attestors';
import { callerRefusals } from '../callers';
import { signerRefusals, usedRoots } from '../enforceability';
import { POLICY_CONTROLLER_KEYS } from '../publicKeys';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';

const CONTROLLER = 'policy-controller';
const USE_KYVERNO = 'use the backend kyverno, or give this up for both preview and cluster';

/** What policy-controller cannot hold as the preview does; without this list the cluster would be weaker in silence. */
export function clusterImagePolicyRefusals(trust: AdmissionTrustPolicy): readonly Refusal[] {
  const { policy } = trust;
  const refuse = (path: string, found: string): Refusal => ({
    path,
    expected: `what ${CONTROLLER} can hold: one signature by any of the authorities`,
    found,
    fix: USE_KYVERNO,
  });
  const unusual = ({ thresholds }: TrustRoot) => Object.values(thresholds).some((count: number) => count !== 1);
  const used = usedRoots(trust);
  return [
    ...signerRefusals(trust, POLICY_CONTROLLER_KEYS),
    ...callerRefusals(policy, false, CONTROLLER),
    ...policy.trustRoots.flatMap((root, index) => {
      if (!used.includes(root)) return [];
      return [
        ...(root.kind === 'file' ? [refuse(`trustRoots[${index}].file`, 'a trust root in a file, where it wants a TUF repository')] : []),
        ...(unusual(root) ? [refuse(`trustRoots[${index}].thresholds`, 'thresholds other than 1')] : []),
      ];
    }),
    ...policy.policies.flatMap((item, index) => [
      ...item.authorities.flatMap((authority, position) =>
        authority.kind === 'keyless' && rootNamed(authority.trustRoot, trust).kind === 'tuf'
          ? [privateRoot(`policies[${index}].authorities[${position}].keyless.trustRoot`, authority.trustRoot)]
          : [],
      ),
      ...(item.signatureThreshold === 1 ? [] : [refuse(`policies[${index}].signatures.threshold`, String(item.signatureThreshold))]),
      ...item.attestations.map(({ name, kind }, position) => refuse(`policies[${index}].attestations[${position}]`, `${kind} (${name})`)),
      ...(['freshness', 'continuity', 'rollback'] as const).flatMap((field) =>
        item[field] === undefined ? [] : [refuse(`policies[${index}].${field}`, field)],
      ),
    ]),
    ...(policy.exceptions ?? []).map(({ name }, index) => refuse(`exceptions[${index}]`, `the exception ${name}`)),
  ];
}

/** It writes the ids of logs in another way than it looks for them, so that every signature would be refused. */
const privateRoot = (path: string, found: string): Refusal => ({
  path,
  expected: `a publicGood trust root: under another, ${CONTROLLER} 0.15.1 verifies no bundle`,
  found,
  fix: 'use the backend kyverno for a Sigstore of your own',
});

/** What the installation of policy-controller decides, or nobody. */
const OF_KYVERNO: Readonly<Partial<Record<keyof ModelAdmissionArgs, string>>> = {
  verificationSummary: `${CONTROLLER} does not read verification summaries: ${USE_KYVERNO}`,
  legacySignaturesUnsafe: `${CONTROLLER} reads one layout for each signer: leave it out`,
  tuf: 'name the TUF repository in the trust policy, as trustRoots[].tuf',
  backgroundScan: `${CONTROLLER} does not look at what already runs: leave it out; model-gate running does`,
  timeoutSeconds: `it stands in the webhook of ${CONTROLLER}: leave it out`,
  registryCredentialHelpers: `${CONTROLLER} finds credentials by itself, and in the pull secrets of the pod: leave it out`,
  registrySecrets: `${CONTROLLER} takes the pull secrets of the pod and of its service account: leave it out`,
  insecureRegistriesUnsafe: `${CONTROLLER} cannot be told to: leave it out`,
  kyvernoNamespace: 'write policyControllerNamespace',
};

/** Arguments that this backend does not read. A requirement that is silently dropped is worse than one that is refused. */
export function argumentRefusals(args: ModelAdmissionArgs): readonly Refusal[] {
  return Object.entries(OF_KYVERNO).flatMap(([name, fix]) => {
    const value: unknown = args[name as keyof ModelAdmissionArgs];
    if (value === undefined || value === false) return [];
    return [{ path: name, expected: `nothing where backend is policyController`, found: JSON.stringify(value), fix }];
  });
}
