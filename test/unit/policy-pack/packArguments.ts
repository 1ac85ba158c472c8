import type { PolicyCustomTimeouts, ReportViolation, ResourceValidationArgs, StackValidationArgs } from '@pulumi/policy';
import type { EngineOperation } from '../../../policy-pack/engineOperation';
import type { Verification } from '../../../policy-pack/verification';
import * as core from '../../../verification';
import type { Finding, ImageReference, Verdict } from '../../../verification';

export const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const SIGNED = `ghcr.io/acme/signed@${DIGEST}`;
export const UNSIGNED = `ghcr.io/acme/unsigned@${DIGEST}`;

/** A resource as the engine hands it to a policy; only what our policies read. */
export function resource(
  type: string,
  props: unknown,
  options: { readonly name?: string; readonly parent?: string; readonly config?: object } = {},
): ResourceValidationArgs {
  const name = options.name ?? 'example';
  const opts = { ...(options.parent !== undefined && { parent: options.parent }), customTimeouts: {} as PolicyCustomTimeouts };
  return {
    type,
    props,
    name,
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    opts,
    getConfig: () => options.config ?? {},
  } as unknown as ResourceValidationArgs;
}

export const pod = (images: readonly unknown[], options: Parameters<typeof resource>[2] = {}) =>
  resource('kubernetes:core/v1:Pod', { spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) } }, options);

export const modelServing = (image: unknown, options: Parameters<typeof resource>[2] = {}) =>
  resource('pulumi-model-supply-chain:index:ModelServing', { image }, options);

export const STACK = { resources: [] } as unknown as StackValidationArgs;

/** A violation as it reached the policy SDK. */
export interface Reported {
  readonly message: string;
  readonly level: string | undefined;
  readonly urn: string | undefined;
}

/** Collects violations in either of the two forms that the SDK takes. */
export function collector() {
  const reported: Reported[] = [];
  const report = ((violation: string | { message: string; enforcementLevel?: string; urn?: string }, urn?: string) => {
    if (typeof violation === 'string') reported.push({ message: violation, level: undefined, urn });
    else reported.push({ message: violation.message, level: violation.enforcementLevel, urn: violation.urn });
  }) as ReportViolation;
  return { reported, report };
}

/** An engine that is previewing until told otherwise. */
export function engine(preview: boolean): EngineOperation {
  return { isPreview: () => preview, isConfigured: () => true };
}

/** What a fake verification answers with. */
export interface Answers {
  readonly verify?: (reference: string) => Promise<Verdict>;
  readonly covers?: (reference: ImageReference) => boolean;
  /** Weak spots of the trust policy. */
  readonly weakSpots?: readonly Finding[];
  /** The trust policy cannot be used. */
  readonly unusable?: Finding;
}

/** The policies' connection to verification, without a trust policy or registry; words come from the real `formatFinding`. */
export function fakeVerification(answers: Answers = {}) {
  const asked: string[] = [];
  const verifier = { covers: answers.covers ?? (() => true), lint: () => answers.weakSpots ?? [] };
  const opened = answers.unusable === undefined ? { ok: true, value: verifier } : { ok: false, finding: answers.unusable };
  const fake = {
    open: () => Promise.resolve(opened),
    current: () => Promise.resolve(opened),
    verify: (_config: unknown, reference: string) => {
      asked.push(reference);
      return (answers.verify ?? (() => Promise.reject(new Error('nobody expected to be asked'))))(reference);
    },
    format: (finding: Finding, at?: string) => Promise.resolve(core.formatFinding(finding, at)),
    formatAll: (findings: readonly Finding[], at: string) => Promise.resolve(core.formatFindings(findings, at)),
    core: () => Promise.resolve(core),
  };
  return { verification: fake as unknown as Verification, asked };
}

export const unsigned = (reference: string): Finding => ({
  code: 'unsigned',
  reference,
  policy: 'models',
  expected: [],
  searched: ['referrers'],
});

export function rejected(reference: string, enforcement: core.Enforcement = 'enforce'): Verdict {
  return { outcome: 'rejected', reference, digest: DIGEST, enforcement, findings: [unsigned(reference)] };
}

export function undetermined(reference: string, enforcement: core.Enforcement = 'enforce'): Verdict {
  const finding: Finding = { code: 'registry-timeout', registry: 'ghcr.io', operation: 'manifest', seconds: 10 };
  return { outcome: 'undetermined', reference, enforcement, findings: [finding] };
}

export function verified(reference: string, warnings: readonly Finding[] = []): Verdict {
  const signer = { kind: 'key', fingerprint: 'f' } as const;
  return {
    outcome: 'verified',
    reference,
    digest: DIGEST,
    evidence: [{ policy: 'models', authority: 'key', signer, layout: 'bundle-referrer' }],
    attestations: [],
    warnings,
  };
}
