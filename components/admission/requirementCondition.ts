import type { RenderedRequirement } from './attestations';
import { attestorList } from './attestors';
import type { Attestor } from './attestors';

/** An attestation entry of the policy: Kyverno knows predicate types by a name. */
export interface NamedAttestation {
  readonly name: string;
  readonly intoto: { readonly type: string };
}

/** A requirement as Kyverno takes it. */
export interface RequirementCondition {
  readonly attestations: readonly NamedAttestation[];
  /** CEL over `i`: the requirement holds. */
  readonly holds: string;
  /** CEL over `i`: an attestation of one of the types is there, whatever it says. */
  readonly present: string;
}

/**
 * CEL for a requirement: an attestation of one of its types, by one of the signers, that says what it must.
 *
 * `extractPayload` is asked only where the signature holds for this very signer: what Kyverno verified last is what it shows.
 *
 * @param everySigner what each of the signers attested must hold, because the newest decides and Kyverno does not tell which that is;
 * false where any one that holds is enough
 */
export function requirementCondition(
  name: string,
  { forms }: RenderedRequirement,
  attestors: readonly Attestor[],
  everySigner: boolean,
): RequirementCondition {
  const attestations = forms.map(({ predicateType }, index) => ({ name: `${name}_${index}`, intoto: { type: predicateType } }));
  const verified = (index: number) => `verifyAttestationSignatures(i, attestations.${name}_${index}, [a]) > 0`;
  const list = attestorList(attestors);
  const says = (index: number, conditions: readonly string[]) =>
    conditions.length === 0
      ? 'true'
      : `cel.bind(p, extractPayload(i, attestations.${name}_${index}).predicate, ${conditions.map((condition) => `(${condition})`).join(' && ')})`;
  const formHolds = forms.map(({ conditions }, index) => {
    const one = `${list}.exists(a, ${verified(index)} && ${says(index, conditions)})`;
    if (!everySigner || attestors.length === 1 || conditions.length === 0) return one;
    return `${one} && ${list}.all(a, !(${verified(index)}) || ${says(index, conditions)})`;
  });
  return {
    attestations,
    holds: formHolds.map((form) => `(${form})`).join(' || '),
    present: forms.map((_, index) => `${list}.exists(a, ${verified(index)})`).join(' || '),
  };
}

/** CEL over `i`: an attestation of one of the types by one of these signers, whatever it says. */
export const attestedBy = (attestations: readonly NamedAttestation[], attestors: readonly Attestor[]): string =>
  attestations.map(({ name }) => `verifyAttestationSignatures(i, attestations.${name}, ${attestorList(attestors)}) > 0`).join(' || ');
