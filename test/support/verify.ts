import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImageVerifier, loadInlineTrustPolicy } from '../../verification';
import type { ImageVerifierOptions, Verdict } from '../../verification';
import { RELEASE_WORKFLOW } from './supplyChain';
import type { SupplyChain } from './supplyChain';

export interface PolicyFields {
  readonly unmatchedImages?: string;
  readonly policies?: readonly unknown[];
  readonly trustRoots?: readonly unknown[];
}

/** The trust policy of a local supply chain, as the object that a YAML file would hold. */
export function trustPolicyOf(supplyChain: SupplyChain, fields: PolicyFields = {}): object {
  return {
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'TrustPolicy',
    unmatchedImages: 'deny',
    trustRoots: [{ name: 'local', file: { path: supplyChain.running.trustedRootFile } }],
    policies: [keylessPolicy(supplyChain)],
    ...fields,
  };
}

export function keylessPolicy(supplyChain: SupplyChain, fields: Readonly<Record<string, unknown>> = {}): object {
  return {
    name: 'acme-models',
    images: [`${supplyChain.registry.address}/acme/**`],
    authorities: [{ name: 'release-workflow', keyless: { trustRoot: 'local', identities: [RELEASE_WORKFLOW] } }],
    ...fields,
  };
}

/** A verifier under an inline policy; a policy with mistakes is a mistake of the test. */
export async function verifierFor(policy: object, options: ImageVerifierOptions = {}): Promise<ImageVerifier> {
  const loaded = await loadInlineTrustPolicy(policy, 'test policy', mkdtempSync(path.join(tmpdir(), 'trust-policy-')));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.finding, undefined, 2));
  return new ImageVerifier(loaded.value, options);
}

/** Outcome and codes: what most tests assert. */
export function summary(verdict: Verdict): { readonly outcome: string; readonly codes: readonly string[] } {
  const findings = verdict.outcome === 'verified' ? verdict.warnings : verdict.findings;
  return { outcome: verdict.outcome, codes: findings.map(({ code }) => code) };
}
