import type { Finding, SignatureFinding } from '../finding';
import type { ImageWork } from '../imageWork';
import { success } from '../result';
import type { Result } from '../result';
import { coverageOf } from '../sigstore/signedContent';
import { verifySignature } from '../sigstore/verifySignature';
import type { SignatureCandidate, SigningAuthority, VerifiedSignature } from '../sigstore/types';

type Verification = Result<VerifiedSignature, Extract<SignatureFinding, { code: 'signature-invalid' }>>;

interface VerificationPlace {
  readonly reference: string;
  readonly policy: string;
  readonly authority: string;
}

/** Of a verified signature, what is at hand anyway and never taken from an earlier run. */
export type AtHand = 'candidate' | 'content' | 'trustRoot';
/** What verification found out. */
export type VerifiedFacts = Omit<VerifiedSignature, AtHand>;

/** Verified signatures of earlier runs. */
export interface VerificationResults {
  get(candidate: SignatureCandidate, authority: SigningAuthority): VerifiedFacts | undefined;
  set(authority: SigningAuthority, verified: VerifiedSignature): void;
}

/**
 * Verifies each candidate against each trust root or key once, however many policies and requirements ask, and however often the same bytes are
 * listed: the cryptography of one signature costs milliseconds of the only thread.
 */
export class VerifiedSignatures {
  readonly #work: ImageWork;
  readonly #earlier: VerificationResults | undefined;
  readonly #known = new Map<string, Map<unknown, Verification>>();

  /**
   * @param work what may be done about the image
   * @param earlier what need not be verified again
   */
  constructor(work: ImageWork, earlier?: VerificationResults) {
    this.#work = work;
    this.#earlier = earlier;
  }

  /** What was left undone for want of time or because there was too much. */
  get faults(): readonly Finding[] {
    return this.#work.faults;
  }

  /** Runs one unit of other work about the image. */
  async run<T>(unit: () => T): Promise<T> {
    return this.#work.run(unit);
  }

  /** @returns `undefined` when this signature was not looked at any more, which `faults` tells */
  async verify(candidate: SignatureCandidate, material: SigningAuthority, place: VerificationPlace): Promise<Verification | undefined> {
    const known = this.#knownAs(candidate, material, place);
    if (known !== undefined) return known;
    return this.#work.run(() => {
      // Another policy may have asked meanwhile.
      const meanwhile = this.#knownAs(candidate, material, place);
      if (meanwhile !== undefined) return meanwhile;
      if (!this.#work.takeVerification()) return undefined;
      const verified = this.#verifyNow(candidate, material, place);
      const byMaterial = this.#known.get(candidate.sha256) ?? new Map<unknown, Verification>();
      this.#known.set(candidate.sha256, byMaterial);
      byMaterial.set(keyOf(material), verified);
      return verified;
    });
  }

  /** Names in a finding are those of the asker, and so is the place where the bytes were found. */
  #knownAs(candidate: SignatureCandidate, material: SigningAuthority, place: VerificationPlace): Verification | undefined {
    const known = this.#known.get(candidate.sha256)?.get(keyOf(material));
    if (known === undefined) return undefined;
    const { layout, source } = candidate;
    return known.ok ? success({ ...known.value, candidate }) : { ok: false, finding: { ...known.finding, ...place, layout, source } };
  }

  #verifyNow(...[candidate, material, place]: Parameters<typeof verifySignature>): Verification {
    const earlier = this.#earlier?.get(candidate, material);
    const content = earlier && coverageOf(candidate)?.content;
    const trustRoot = material.trustRoot?.name;
    if (earlier !== undefined && content !== undefined)
      return success({ ...earlier, candidate, content, ...(trustRoot !== undefined && { trustRoot }) });
    const verified = verifySignature(candidate, material, place);
    if (verified.ok) this.#earlier?.set(material, verified.value);
    return verified;
  }
}

/** Authorities that share a trust root share the verification; identities are compared later. */
function keyOf(material: SigningAuthority): unknown {
  if (material.kind === 'keyless') return material.trustRoot;
  return `${material.trustRoot?.name ?? ''}\n${material.publicKeyPem}`;
}
