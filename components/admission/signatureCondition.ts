import { attestorList } from './attestors';
import type { Attestor } from './attestors';

/** What cosign 3 signs an image as; any other predicate by the same signer is an attestation, and says nothing about whether it may run. */
export const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';

/** Name of the attestation entry of that type. */
export const SIGNATURE = 'signature';

/**
 * CEL over `i`: whether enough of these signers signed the image.
 *
 * Not `verifyImageSignatures`: for an image with bundles, Kyverno takes any attestation by the right signer for a signature, so a pushed SBOM
 * would be enough. The signature is asked for by its predicate type instead.
 *
 * @param legacy also take signatures in cosign's layout before version 3, and with them whatever Kyverno takes for a signature
 */
export function signedBy(attestors: readonly Attestor[], threshold: number, legacy: boolean): string {
  const distinct = attestors.filter(
    ({ cosign }, index) => attestors.findIndex((other) => JSON.stringify(other.cosign) === JSON.stringify(cosign)) === index,
  );
  const list = attestorList(distinct);
  const bundles = `verifyAttestationSignatures(i, attestations.${SIGNATURE}, ${list})`;
  // One after the other, and no further once one holds: each costs a look at the registry.
  const byBundle =
    threshold > 1
      ? `${bundles} >= ${threshold}`
      : anyAttestor(distinct, `verifyAttestationSignatures(i, attestations.${SIGNATURE}, [a]) > 0`);
  return legacy ? `(${byBundle} || verifyImageSignatures(i, ${list}) >= ${threshold})` : byBundle;
}

/** CEL: whether one of the attestors, called `a`, meets a condition. */
export function anyAttestor(attestors: readonly Attestor[], condition: string): string {
  return `${attestorList(attestors)}.exists(a, ${condition})`;
}
