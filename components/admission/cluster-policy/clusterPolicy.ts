import type { ImagePolicy } from '../../../verification/trust-policy';
import { LABELS } from '../../namespace/labels';
import type { SignatureFormat } from '../args';
import type { AttestationForm } from '../attestations/types';
import { assertCallersHeld } from '../callers';
import { CONTENT_CODES } from '../denials';
import type { RenderedPolicies } from '../imageValidatingPolicy';
import { objectName } from '../kubernetesObject';
import { findingPage } from '../messages';
import { COSIGN_SIGN } from '../signatureCondition';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';
import { clusterPolicyDifferences } from './differences';
import type { ClusterPolicyOptions } from './options';
import { IMAGES_CHANGED, IMAGE_EXTRACTORS, MATCHED, wildcardsOf } from './podImages';
import { clusterPolicyForms, unheld } from './requirements';
import { signersOf, summarySignerEntry } from './signers';
import type { SignerEntry } from './signers';
import { gateSummaryForm } from './summaries';

/**
 * The policies of a trust policy as ClusterPolicies with `verifyImages`, one each: the form that Kyverno had before ImageValidatingPolicy. Only
 * for what `clusterPolicyRefusals` lets pass. Trust roots are those of Kyverno's flags, whatever stands in a policy.
 *
 * Written after the CRD and pkg/image/verifiers/cpol of Kyverno 1.19.1; https://kyverno.io/docs/policy-types/cluster-policy/verify-images/
 */
export function renderClusterPolicies(trust: AdmissionTrustPolicy, options: ClusterPolicyOptions): RenderedPolicies {
  const { policies } = trust.policy;
  // What was verified stands in an annotation, and the webhook for policies that may fail replaces what the other one wrote: then a pod with an
  // image of each is denied, however well both are signed. So all policies share the webhook that blocks, as soon as one of them blocks.
  const failurePolicy = policies.some(({ mode }) => mode === 'enforce') ? 'Fail' : 'Ignore';
  const names = uniqueNames(policies.map(({ name }) => [options.name, name]));
  return {
    objects: policies.map((policy, index) => ({
      apiVersion: 'kyverno.io/v1',
      kind: 'ClusterPolicy',
      metadata: {
        name: names[index] ?? '',
        labels: LABELS,
        annotations: {
          'policies.kyverno.io/title': `Images of policy ${policy.name}`,
          'policies.kyverno.io/description': `[unsigned] images must be signed, and attested, as policy ${policy.name} asks; docs: ${findingPage('unsigned')}`,
          // Each kind is written out.
          'pod-policies.kyverno.io/autogen-controllers': 'none',
        },
      },
      spec: {
        admission: true,
        background: false,
        // What the API server shows of a policy that only tells.
        emitWarning: policy.mode === 'warn',
        webhookConfiguration: { failurePolicy, timeoutSeconds: options.timeoutSeconds },
        rules: rulesOf(policy, trust, options),
      },
    })),
    ...clusterPolicyDifferences(trust.policy, options),
  };
}

/** Names are shortened, and hold less than those of a trust policy, so that two may become one. */
function uniqueNames(parts: readonly (readonly string[])[]): readonly string[] {
  const names = parts.map((part) => objectName(...part));
  return names.map((name, index) =>
    names.indexOf(name) === index ? name : objectName(...(parts[index] ?? []).slice(0, -1), String(index), parts[index]?.at(-1) ?? ''),
  );
}

/** A rule for the signatures, and one for each attestation. */
function rulesOf(policy: ImagePolicy, trust: AdmissionTrustPolicy, options: ClusterPolicyOptions): readonly object[] {
  const { signatureFormat, summary } = options;
  assertCallersHeld(policy, summary);
  const signersIn = (authorities: ImagePolicy['authorities']) =>
    authorities.flatMap((authority) => signersOf(authority, trust, signatureFormat));
  const threshold = policy.signatureThreshold;
  // Its name is what a denial says first.
  const rule = (name: string, asked: object) => ({
    name,
    match: MATCHED,
    preconditions: IMAGES_CHANGED,
    imageExtractors: IMAGE_EXTRACTORS,
    verifyImages: [{ ...verification(policy, options), ...asked }],
  });
  const rules = [
    ...(threshold === 0 ? [] : [rule('unsigned', signatures(signatureFormat, threshold, signersIn(policy.authorities)))]),
    ...policy.attestations
      .filter((entry) => unheld(entry, policy) === undefined)
      .map((entry) => {
        const signers = signersIn(policy.authorities.filter(({ name }) => entry.authorities.includes(name)));
        const [form] = clusterPolicyForms(entry);
        if (form === undefined) throw new Error(`the requirement ${entry.name} passed the checks without a form`);
        return rule(
          entry.name,
          attestation(form, signers, CONTENT_CODES[entry.kind], `requirement ${entry.name} of policy ${policy.name}`),
        );
      }),
    ...(summary === undefined
      ? []
      : [
          rule(
            'verification-summary',
            attestation(
              gateSummaryForm(summary),
              [summarySignerEntry(summary.authority, trust)],
              CONTENT_CODES.verificationSummary,
              `verificationSummary of ModelAdmission`,
            ),
          ),
        ]),
  ];
  const names = uniqueNames(rules.map(({ name }) => [name]));
  return rules.map((item, index) => ({ ...item, name: names[index] }));
}

function verification(policy: ImagePolicy, options: ClusterPolicyOptions): object {
  const blocks = policy.mode === 'enforce';
  const { registryCredentialHelpers: providers, registrySecrets: secrets, allowInsecureRegistry } = options;
  const credentials = {
    ...(providers.length > 0 && { providers }),
    ...(secrets.length > 0 && { secrets }),
    ...(allowInsecureRegistry && { allowInsecureRegistry }),
  };
  return {
    type: options.signatureFormat === 'bundle' ? 'SigstoreBundle' : 'Cosign',
    imageReferences: policy.images.flatMap(wildcardsOf),
    failureAction: blocks ? 'Enforce' : 'Audit',
    mutateDigest: blocks && options.pinTags,
    verifyDigest: blocks,
    required: blocks,
    // Results by the text of a reference outlive the image behind it (CVE-2026-122321).
    useCache: false,
    ...(Object.keys(credentials).length > 0 && { imageRegistryCredentials: credentials }),
  };
}

/**
 * Of a bundle the signature is asked for by its predicate type: `attestors` alone would take any attestation of the same signer, an SBOM for
 * one, for a signature. In the older layout signatures and attestations are kept apart.
 */
function signatures(format: SignatureFormat, count: number, entries: readonly SignerEntry[]): object {
  if (format === 'legacy') return { attestors: [{ count, entries }] };
  return { attestations: [{ type: COSIGN_SIGN, attestors: [{ count, entries }] }] };
}

/** The signers stand in each attestation: without any, Kyverno would accept every identity of its trust root. */
function attestation({ predicateType, conditions }: AttestationForm, entries: readonly SignerEntry[], code: string, by: string): object {
  const message = `[${code}] the attestation ${predicateType} does not say what ${by} asks for; next: the policy pack tells which field; docs: ${findingPage(code)}`;
  const all = conditions.map((condition) => ({ key: `{{ ${condition} }}`, operator: 'Equals', value: true, message }));
  return {
    attestations: [{ type: predicateType, attestors: [{ count: 1, entries }], ...(all.length > 0 && { conditions: [{ all }] }) }],
  };
}
