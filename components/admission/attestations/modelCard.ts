import type { RequirementTypes } from '../../../verification/trust-policy';
import { celTexts } from '../celText';
import { listAt, valueAt, withinBounds, youngerThan } from './predicateFields';
import { USE_SUMMARY } from './types';
import type { RenderedRequirement } from './types';

export const MODEL_CARD = 'urn:pulumi-model-supply-chain:model-card:v1';

const HASH = '^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$';

/** A model card under our predicate type. */
export function renderModelCard(requirement: RequirementTypes['modelCard']): RenderedRequirement {
  const { licenses, requireDataHash, metrics = {}, maxReviewAge, requireLimitations, consistentWithProvenance } = requirement;
  const hash = valueAt('provenance.training_data.hash');
  return {
    forms: [
      {
        predicateType: MODEL_CARD,
        conditions: [
          `${valueAt('model_details.name')} != null && ${valueAt('model_details.version')} != null`,
          // A placeholder has none of the three forms.
          requireDataHash
            ? `cel.bind(h, ${hash}, type(h) == string && h.matches("${HASH}"))`
            : `cel.bind(h, ${hash}, h == null || type(h) == string && h.matches("${HASH}"))`,
          ...(licenses === undefined
            ? []
            : [
                `cel.bind(v, ${valueAt('model_details.license')}, type(v) == string && v.lowerAscii() in ${celTexts(licenses.map((id) => id.toLowerCase()))})`,
              ]),
          ...Object.entries(metrics).map(([name, bounds]) => withinBounds(`performance.${name}`, bounds)),
          ...(maxReviewAge === undefined ? [] : [youngerThan(REVIEWED, maxReviewAge)]),
          ...(requireLimitations ? [`size(${listAt('security.known_limitations')}) > 0`] : []),
        ],
      },
    ],
    previewOnly: [
      {
        what: consistentWithProvenance ? 'the form of the other fields, and consistentWithProvenance' : 'the form of the other fields',
        why: 'CEL reads one attestation by the fields that a condition names',
        fix: USE_SUMMARY,
      },
    ],
    stricter: [
      {
        what: 'cards that cosign attest --type custom wrapped as text',
        why: 'that predicate type is shared by everybody, and the card in it is YAML in a text',
        fix: `attest the card as JSON with --type ${MODEL_CARD}; or ${USE_SUMMARY}`,
      },
    ],
  };
}

/** A date without a time begins at midnight UTC. */
const REVIEWED = `cel.bind(v, ${valueAt('security.last_security_review')}, type(v) == string && !v.contains("T") ? v + "T00:00:00Z" : v)`;
