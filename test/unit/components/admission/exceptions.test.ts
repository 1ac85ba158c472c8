import { PolicyExceptions, exceptionVariables } from '../../../../components/admission/exceptions';
import { CONTENT_FINDINGS } from '../../../../components/admission/requirementFindings';
import { FINDING_CODES } from '../../../../verification/describeFinding';
import type { Finding, FindingCode } from '../../../../verification/finding';
import { applyExceptions } from '../../../../verification/lifecycle/exceptions';
import type { ImagePolicy, PolicyException } from '../../../../verification/trust-policy';
import { isExceptable } from '../../../../verification/trust-policy/exceptions';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const policy = { name: 'models', mode: 'enforce' } as ImagePolicy;
const NOW = new Date('2026-12-01T12:00:00Z');

const exceptionFor = (fields: Partial<PolicyException>): PolicyException => ({
  name: 'x',
  images: ['ghcr.io/acme/**'],
  digest: DIGEST,
  reason: 'r',
  owner: 'o',
  expires: '2026-12-31',
  ...fields,
});

/** What the preview does about an image with these findings. */
function previewAdmits(codes: readonly FindingCode[], exceptions: readonly PolicyException[]): boolean {
  const findings = codes.map((code) => ({ code }) as Finding);
  const image = { reference: `ghcr.io/acme/a@${DIGEST}`, repository: 'ghcr.io/acme/a', digest: DIGEST };
  return (
    applyExceptions(policy, { holds: false, outcome: 'rejected', findings, warnings: [] }, image, exceptions, NOW).enforcement === 'warn'
  );
}

/** Names in place of what Kyverno is asked; each contains `verify`, as its functions do. */
const QUESTIONS = {
  byStrangersOnly: 'verify_strangersOnly',
  attested: 'verify_attested',
  byOne: 'verify_byOne',
  byUnknownCaller: 'verify_caller',
} as const;
const REQUIREMENT = { present: 'verify_present', byStrangers: 'verify_byStrangers' } as const;
type Situation = Readonly<Record<string, boolean>>;

/** The CEL of a lifted check, with the answers of a situation; the image is under every exception. */
function lifted(cel: string, situation: Situation): boolean {
  const code = cel.replace(/i in variables\.exception\d+/g, 'true').replace(/verify_\w+/g, (name) => String(situation[name] ?? false));
  if (!/^[ ()?:!&|truefals]*$/.test(code)) throw new Error(code);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- only truth values and operators are left of it
  return new Function(`return ${code}`)() as boolean;
}

/** What the cluster sees of the signatures of an image, and what the preview can find then. `unseen` it cannot tell from the first of `codes`. */
const SIGNATURES: readonly {
  readonly situation: Situation;
  readonly codes: readonly FindingCode[];
  readonly unseen?: readonly FindingCode[];
}[] = [
  { situation: {}, codes: ['unsigned'], unseen: ['notation-signed', 'signature-invalid', 'signature-malformed', 'subject-mismatch'] },
  { situation: { verify_attested: true }, codes: ['attestation-is-not-signature'] },
  { situation: { verify_attested: true, verify_strangersOnly: true }, codes: ['identity-mismatch'] },
  { situation: { verify_attested: true, verify_byOne: true }, codes: ['signature-threshold-not-met'] },
];

const CODES = FINDING_CODES.filter(isExceptable);
const KINDS = Object.keys(CONTENT_FINDINGS) as readonly (keyof typeof CONTENT_FINDINGS)[];
const EXCEPTIONS: readonly (readonly [name: string, exceptions: readonly PolicyException[]])[] = [
  ['the whole policy', [exceptionFor({ policies: ['models'] })]],
  ...CODES.map((code): readonly [string, readonly PolicyException[]] => [code, [exceptionFor({ findings: [code] })]]),
];

describe.each(EXCEPTIONS)('an exception for %s', (name, exceptions) => {
  const rendered = () => new PolicyExceptions(policy, exceptions);

  it('lifts in the cluster, of the signatures, what it lifts at preview, and nothing else', () => {
    for (const { situation, codes, unseen = [] } of SIGNATURES) {
      const admits = lifted(rendered().signatures({ ...QUESTIONS }), situation);
      for (const code of codes) expect([situation, admits]).toEqual([situation, previewAdmits([code], exceptions)]);
      // Told in previewOnly; never for another exception than the one that lifts what it is taken for.
      for (const code of unseen)
        if (admits) expect(['unsigned', 'the whole policy']).toContain(previewAdmits([code], exceptions) ? 'unsigned' : name);
    }
  });

  it('lifts nothing of what a key signed or not, unless it lifts all that could be wrong', () => {
    const keys = { ...QUESTIONS, byStrangersOnly: undefined, byOne: undefined };
    expect(lifted(rendered().signatures(keys), {})).toBe(name === 'the whole policy');
  });

  it.each(KINDS)('lifts in the cluster of %s at most what it lifts at preview', (kind) => {
    const cel = rendered().requirement(kind, REQUIREMENT);
    expect(lifted(cel, {})).toBe(previewAdmits(['attestation-missing'], exceptions));
    expect(lifted(cel, { verify_byStrangers: true })).toBe(previewAdmits(['attestation-untrusted'], exceptions));
    const wrong = lifted(cel, { verify_present: true });
    for (const code of CONTENT_FINDINGS[kind]) if (wrong) expect([code, previewAdmits([code], exceptions)]).toEqual([code, true]);
    if (name === 'the whole policy') expect(wrong).toBe(true);
  });

  it('stands for a summary of the gate only as a whole', () => {
    expect(lifted(rendered().summary(QUESTIONS), {})).toBe(name === 'the whole policy');
    // Who called the workflow only the gate knows: it could be an identity-mismatch.
    expect(lifted(rendered().summary(QUESTIONS), { verify_caller: true })).toBe(false);
  });

  it('is told where the cluster goes on denying', () => {
    const each = rendered();
    each.signatures(QUESTIONS);
    const told = each.notApplied.map(({ what }) => what);
    const applied = ['unsigned', 'attestation-is-not-signature', 'identity-mismatch', 'signature-threshold-not-met', 'the whole policy'];
    expect(told).toEqual(applied.includes(name) ? [] : [`exception x (${name})`]);
  });
});

describe('exceptions', () => {
  const missing = exceptionFor({ findings: ['unsigned'] });
  const untrusted = exceptionFor({ name: 'y', findings: ['attestation-missing'] });

  it('cover together what each alone does not, as at preview', () => {
    const both = new PolicyExceptions(policy, [missing, untrusted]);
    expect(previewAdmits(['unsigned', 'attestation-missing'], [missing, untrusted])).toBe(true);
    expect(lifted(both.signatures(QUESTIONS), {}) && lifted(both.requirement('sbom', REQUIREMENT), {})).toBe(true);
    const content = CONTENT_FINDINGS.sbom;
    const halves = [content.slice(0, 2), content.slice(2)].map((findings) => exceptionFor({ findings }));
    expect(lifted(new PolicyExceptions(policy, halves).requirement('sbom', REQUIREMENT), { verify_present: true })).toBe(true);
    expect(lifted(new PolicyExceptions(policy, halves.slice(1)).requirement('sbom', REQUIREMENT), { verify_present: true })).toBe(false);
  });

  it('of another policy do nothing', () => {
    const other = new PolicyExceptions(policy, [exceptionFor({ policies: ['others'] })]);
    expect(other.signatures(QUESTIONS)).toBe('false');
    expect(other.requirement('custom', REQUIREMENT)).toBe('false');
    expect([other.summary(QUESTIONS), other.lift, other.notApplied]).toEqual(['false', false, []]);
  });

  it('for identity-mismatch and the whole policy let an image run whose caller only the gate can judge', () => {
    const named = new PolicyExceptions(policy, [exceptionFor({ policies: ['models'] }), exceptionFor({ findings: ['identity-mismatch'] })]);
    expect(lifted(named.summary(QUESTIONS), { verify_caller: true })).toBe(true);
  });

  it('hold for one digest, in the repositories that they name, until the end of their last day', () => {
    const [{ expression } = { expression: '' }] = exceptionVariables([exceptionFor({})]);
    expect(expression).toContain(`n.image.endsWith("@${DIGEST}")`);
    expect(expression).toContain('time.now() < timestamp("2027-01-01T00:00:00.000Z")');
    expect(expression).toContain('n.repository.matches("^(?:ghcr\\\\.io/acme(?:');
  });
});
