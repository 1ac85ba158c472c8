import type { Authority, ImagePolicy, TrustRoot } from '../../../verification/trust-policy';
import { LABELS } from '../../namespace/labels';
import { rootNamed } from '../attestors';
import { usedRoots } from '../enforceability';
import { objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import { clusterPem } from '../publicKeys';
import { COSIGN_SIGN } from '../signatureCondition';
import { toRe2 } from '../subjectPattern';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';
import { controllerGlobs } from './imageGlobs';

/** The services of the public Sigstore. Under a trust root of its own, a log is looked for where the root says. */
const FULCIO = 'https://fulcio.sigstore.dev';
const REKOR = 'https://rekor.sigstore.dev';

/**
 * The trust policy as ClusterImagePolicies, with a TrustRoot for each log that keys must be in. They know any of several authorities, and no
 * more: what `clusterImagePolicyRefusals` names must be empty.
 *
 * Identities are held against the public Sigstore, as the process of policy-controller knows it: under a TrustRoot, 0.15.1 finds no log of a
 * bundle (https://github.com/sigstore/policy-controller/pull/1968).
 * https://docs.sigstore.dev/policy-controller/overview/
 */
export function renderClusterImagePolicies(name: string, trust: AdmissionTrustPolicy): readonly KubernetesObject[] {
  const roots = usedRoots(trust).filter(({ kind }) => kind !== 'public-good');
  return [...roots.map((root) => trustRoot(name, root, trust)), ...trust.policy.policies.map((policy) => imagePolicy(name, policy, trust))];
}

function imagePolicy(name: string, policy: ImagePolicy, trust: AdmissionTrustPolicy): KubernetesObject {
  return {
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: objectName(name, policy.name), labels: LABELS },
    spec: {
      mode: policy.mode,
      images: [...new Set(policy.images.flatMap(controllerGlobs))].map((glob) => ({ glob })),
      authorities: policy.authorities.flatMap((authority, index) => authoritiesOf(name, authority, index, trust)),
    },
  };
}

function authoritiesOf(name: string, authority: Authority, index: number, trust: AdmissionTrustPolicy): readonly object[] {
  const entry = objectName(`authority-${index}`, authority.name);
  if (authority.kind === 'key') {
    const pem = trust.keys.get(authority);
    const key = authority.key.kind === 'kms' ? { kms: authority.key.reference } : { data: pem === undefined ? pem : clusterPem(pem) };
    // Bundles are read for identities only. Without `ctlog`, or with one that names neither URL nor root, no log is asked for.
    const log = authority.trustRoot === undefined ? {} : { ctlog: { url: REKOR, ...reference(name, authority.trustRoot, trust) } };
    return [{ name: entry, signatureFormat: 'legacy', key, ...log }];
  }
  // One entry for each identity: bundles are verified for one identity at a time.
  return authority.identities.map(({ issuer, subject }, position) => {
    const pattern = subject.kind === 'pattern' ? toRe2(subject.source) : undefined;
    if (pattern?.ok === false) throw new Error(`a pattern passed the checks although ${pattern.reason}`);
    const identity = { issuer, ...(subject.kind === 'exact' ? { subject: subject.value } : { subjectRegExp: pattern?.re2 }) };
    return {
      name: objectName(entry, String(position)),
      signatureFormat: 'bundle',
      keyless: { url: FULCIO, identities: [identity] },
      ctlog: { url: REKOR },
      // Signatures in bundles are found as attestations only; and an image that is only attested is not signed.
      attestations: [{ name: 'signature', predicateType: COSIGN_SIGN }],
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
