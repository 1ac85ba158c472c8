import type { DiscoveredSignatures } from '../discoverSignatures';
import type { Finding } from '../finding';

/** What lies beside an image and is no evidence, as findings that something is missing tell it: "missing" surprises whoever sees it himself. */
export function besideImage({ unsignedAttestations, foreignReferrers }: Omit<DiscoveredSignatures, 'platforms'>) {
  return {
    ...(unsignedAttestations.length > 0 && { unsignedAttestations }),
    ...(foreignReferrers.length > 0 && { foreignReferrers }),
  };
}

/** Adds it to every `attestation-missing`. */
export const namingBeside = (findings: readonly Finding[], discovered: DiscoveredSignatures): readonly Finding[] =>
  findings.map((finding) => (finding.code === 'attestation-missing' ? { ...finding, ...besideImage(discovered) } : finding));
