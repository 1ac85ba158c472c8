import type { TrustPolicy } from '../../../verification/trust-policy';
import { canonicalRepository, matchesGlobs } from '../imageReferences';
import { denialMessage, listed, noneOf } from '../messages';
import type { ImageRule } from '../unlistedImages';

/**
 * A ClusterPolicy finds its images by their raw text, so `GHCR.io/acme/x`, `ghcr.io:443/acme/x` or `acme/x` for Docker Hub would walk past it
 * unverified. Images that an enforced policy covers must be written as the trust policy writes them.
 */
export function spellingRules({ policies }: TrustPolicy): readonly ImageRule[] {
  const globs = policies.filter(({ mode }) => mode === 'enforce').flatMap(({ images }) => images);
  if (globs.length === 0) return [];
  const inFull = 'i.startsWith(r + "@") || i.startsWith(r + ":")';
  const misspelt = `cel.bind(r, ${canonicalRepository('i')}, ${matchesGlobs(globs, 'r')} && !(${inFull}))`;
  return [
    {
      variable: { name: 'misspelt', expression: `variables.all.filter(i, ${misspelt})` },
      validation: noneOf('variables.misspelt', denialMessage('reference-malformed', listed('variables.misspelt'), MISSPELT)),
    },
  ];
}

const MISSPELT =
  'is not written in full, so that its policy would not find it; next: write REGISTRY/REPOSITORY@sha256:... as the trust policy does';
