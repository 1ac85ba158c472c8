import { parseBundle } from '../../../verification/sigstore/bundle';
import type { SignatureMalformed, SignatureOrigin } from '../../../verification/sigstore/origin';
import { loadTrustRootFile } from '../../../verification/sigstore/trustRoot';
import type { LoadedTrustRoot, SigningAuthority, VerifiedSignature } from '../../../verification/sigstore/types';
import { verifySignature } from '../../../verification/sigstore/verifySignature';
import type { SignatureInvalid } from '../../../verification/sigstore/verifySignature';
import type { Result } from '../../../verification/result';
import type { TrustRootThresholds } from '../../../verification/trust-policy/types';
import type { BundleJson } from './bundles';
import type { TrustedRootJson } from './trustedRoot';

export const ORIGIN: SignatureOrigin = { reference: 'registry.test/model:v1', layout: 'bundle-referrer', source: 'sha256:source' };

/** One of each, the default of a trust policy. */
export const DEFAULT_THRESHOLDS: TrustRootThresholds = { transparencyLog: 1, certificateTransparency: 1, timestamps: 1 };

/** Loads a trusted root that is expected to be good. */
export function loadRoot(trustedRoot: TrustedRootJson, thresholds: Partial<TrustRootThresholds> = {}): LoadedTrustRoot {
  const root = { name: 'local', thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds } };
  const loaded = loadTrustRootFile(Buffer.from(JSON.stringify(trustedRoot)), root);
  if (!loaded.ok) throw new Error(loaded.finding.reason);
  return loaded.value;
}

/** Parses and verifies a bundle, as image verification does. */
export function verifyBundle(
  bundle: BundleJson | object,
  authority: SigningAuthority | LoadedTrustRoot,
  now?: Date,
): Result<VerifiedSignature, SignatureMalformed | SignatureInvalid> {
  const parsed = parseBundle(Buffer.from(JSON.stringify(bundle)), ORIGIN);
  if (!parsed.ok) return parsed;
  const signing = 'kind' in authority ? authority : { kind: 'keyless' as const, trustRoot: authority };
  const context = { reference: ORIGIN.reference, policy: 'models', authority: 'ci', ...(now && { now }) };
  return verifySignature(parsed.value, signing, context);
}

/** The finding of a result that must be a failure. */
export function findingOf<F>(result: { readonly ok: true } | { readonly ok: false; readonly finding: F }): F {
  if (result.ok) throw new Error('expected a finding, got a success');
  return result.finding;
}

/** The value of a result that must be a success. */
export function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly finding: object }): T {
  if (!result.ok) throw new Error(`expected a success, got ${JSON.stringify(result.finding)}`);
  return result.value;
}
