/**
 * Everything that looks at evidence, and the Sigstore libraries under it: needed once a registry has answered, and a third of the code. It is
 * imported by `loadEvidence` only, which the bundler makes a file of its own (`tools/bundle.ts`).
 */
export { PAYLOAD_TOO_LARGE, readClaim } from './attestations/statement';
export { checkPolicy } from './checks/policyCheck';
export { VerifiedSignatures } from './checks/verifiedSignatures';
export { parseBundle } from './sigstore/bundle';
export { parseLegacyAttestation } from './sigstore/legacyAttestation';
export { parseLegacySignature } from './sigstore/legacySignature';
export { loadTrustRootFile } from './sigstore/trustRoot';
export { trustRootExpiry } from './sigstore/trustRootExpiry';
export { loadTufTrustRoot } from './sigstore/tufTrustRoot';
