import type { Authority, ImagePolicy, TrustRoot } from '../../../verification/trust-policy';
import type { Refusal } from '../attestors';
import { rootNamed } from '../attestors';
import { usedRoots } from '../enforceability';
import { LABELS } from '../../namespace/labels';
import { objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import type { PolicyGap } from '../policyGaps';
import { toRe2 } from '../subjectPattern';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';

/** What a trust policy comes to for the policy-controller of Sigstore. */
export interface ClusterImagePolicies {
  readonly objects: readonly KubernetesObject[];
  readonly previewOnly: readonly PolicyGap[];
}

/**
 * The trust policy as ClusterImagePolicies with a TrustRoot for each trust root. It knows any of several authorities and any number of trust
 * roots, and no more: what `clusterImagePolicyRefusals` names must be empty.
 * https://docs.sigstore.dev/policy-controller/overview/
 */
export function renderClusterImagePolicies(name: string, trust: AdmissionTrustPolicy): ClusterImagePolicies {
  const roots = usedRoots(trust).filter(({ kind }) => kind !== 'public-good');
  return {
    objects: [
      ...roots.map((root) => trustRoot(name, root, trust)),
      ...trust.policy.policies.map((policy) => imagePolicy(name, policy, trust)),
    ],
    previewOnly: [
      {
        policy: '*',
        requirement: 'unmatchedImages',
        what: `images that no policy covers (${trust.policy.unmatchedImages})`,
        why: 'policy-controller decides that in its own configuration, for all policies',
        fix: `set no-match-policy: ${trust.policy.unmatchedImages} in the ConfigMap config-policy-controller`,
      },
    ],
  };
}

function imagePolicy(name: string, policy: ImagePolicy, trust: AdmissionTrustPolicy): KubernetesObject {
  return {
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: objectName(name, policy.name), labels: LABELS },
    spec: {
      mode: policy.mode,
      images: policy.images.flatMap((glob) => globsOf(glob).map((text) => ({ glob: text }))),
      authorities: policy.authorities.flatMap((authority, index) => authoritiesOf(name, authority, index, trust)),
    },
  };
}

/** There `**` crosses slashes and matches something; the repository itself and Docker Hub under its other name are globs of their own. */
function globsOf(glob: string): readonly string[] {
  const whole = glob.endsWith('/**') ? [glob, glob.slice(0, -'/**'.length)] : [glob];
  return whole.map((text) => text.replace(/^docker\.io\//, 'index.docker.io/'));
}

/** One entry for each identity: bundles are verified for one identity at a time. */
function authoritiesOf(name: string, authority: Authority, index: number, trust: AdmissionTrustPolicy): readonly object[] {
  const entry = objectName(`authority-${index}`, authority.name);
  if (authority.kind === 'key') {
    const pem = trust.keys.get(authority);
    const key = authority.key.kind === 'kms' ? { kms: authority.key.reference } : { data: pem };
    const log = authority.trustRoot === undefined ? {} : { ctlog: reference(name, authority.trustRoot, trust) };
    return [{ name: entry, signatureFormat: 'bundle', key, ...log }];
  }
  const root = reference(name, authority.trustRoot, trust);
  return authority.identities.map(({ issuer, subject }, position) => {
    const pattern = subject.kind === 'pattern' ? toRe2(subject.source) : undefined;
    if (pattern?.ok === false) throw new Error(`a pattern passed the checks although ${pattern.reason}`);
    const identity = { issuer, ...(subject.kind === 'exact' ? { subject: subject.value } : { subjectRegExp: pattern?.re2 }) };
    return {
      name: objectName(entry, String(position)),
      signatureFormat: 'bundle',
      keyless: { url: 'https://fulcio.sigstore.dev', identities: [identity], ...root },
      ctlog: { url: 'https://rekor.sigstore.dev', ...root },
    };
  });
}

function reference(name: string, root: string, trust: AdmissionTrustPolicy): { readonly trustRootRef?: string } {
  return rootNamed(root, trust).kind === 'public-good' ? {} : { trustRootRef: objectName(name, root) };
}

function trustRoot(name: string, root: TrustRoot, trust: AdmissionTrustPolicy): KubernetesObject {
  const content = trust.trustRoots.get(root.name) ?? '';
  if (root.kind !== 'tuf') throw new Error(`trust root ${root.name} passed the checks without a TUF repository`);
  return {
    apiVersion: 'policy.sigstore.dev/v1alpha1',
    kind: 'TrustRoot',
    metadata: { name: objectName(name, root.name), labels: LABELS },
    spec: { remote: { mirror: root.url, root: Buffer.from(content).toString('base64') } },
  };
}

/** What policy-controller cannot hold as the preview does; without this list the cluster would be weaker in silence. */
export function clusterImagePolicyRefusals({ policy }: AdmissionTrustPolicy): readonly Refusal[] {
  const USE_KYVERNO = 'use the backend kyverno, or give this up for both preview and cluster';
  const refuse = (path: string, found: string): Refusal => ({
    path,
    expected: 'what policy-controller can hold: one signature by any of the authorities',
    found,
    fix: USE_KYVERNO,
  });
  const unusual = ({ thresholds }: TrustRoot) => Object.values(thresholds).some((count: number) => count !== 1);
  return [
    ...policy.trustRoots.flatMap((root, index) => [
      ...(root.kind === 'file' ? [refuse(`trustRoots[${index}].file`, 'a trust root in a file, where it wants a TUF repository')] : []),
      ...(unusual(root) ? [refuse(`trustRoots[${index}].thresholds`, 'thresholds other than 1')] : []),
    ]),
    ...policy.policies.flatMap((item, index) => [
      ...(item.signatureThreshold === 1 ? [] : [refuse(`policies[${index}].signatures.threshold`, String(item.signatureThreshold))]),
      ...item.attestations.map(({ name, kind }, position) => refuse(`policies[${index}].attestations[${position}]`, `${kind} (${name})`)),
      ...(['freshness', 'continuity', 'rollback'] as const).flatMap((field) =>
        item[field] === undefined ? [] : [refuse(`policies[${index}].${field}`, field)],
      ),
    ]),
    ...(policy.exceptions ?? []).map(({ name }, index) => refuse(`exceptions[${index}]`, `the exception ${name}`)),
  ];
}
