import type { AttestationRequirement, ImagePolicy, RequirementTypes } from '../../../verification/trust-policy';
import type { Duration } from '../../../verification/trust-policy/duration';
import type { AttestationForm, Gap, RenderedRequirement } from '../attestations/types';
import { COSIGN_CUSTOM } from '../attestations/custom';
import { EVALUATION, TEST_RESULT } from '../attestations/evaluation';
import { MODEL_CARD } from '../attestations/modelCard';
import { CYCLONEDX, SPDX } from '../attestations/sbom';
import { SCANS } from '../attestations/vulnerabilityScan';
import { renderRequirement } from '../attestations';
import { toRe2 } from '../subjectPattern';
import { equals, jmesCount, jmesList, jmesScalar, jmesText, jmesValue, matchesWhole, oneOf, withinBounds, youngerThan } from './jmesPath';
import { isRefWithoutRepository, provenanceForm } from './provenance';
import { summaryForm } from './summaries';

/**
 * A requirement in the words of a ClusterPolicy: the forms that an attestation may have, each with JMESPath conditions over the predicate.
 * A ClusterPolicy asks for all attestations that it lists, so it can hold a requirement of one form only.
 */
export function clusterPolicyForms(entry: AttestationRequirement): readonly AttestationForm[] {
  switch (entry.kind) {
    case 'slsaProvenance':
      return [provenanceForm(entry.requirement)];
    case 'sbom':
      return sbomForms(entry.requirement);
    case 'vulnerabilityScan':
      return [...SCANS, ...(entry.requirement.predicateTypes ?? [])].map((predicateType) => ({ predicateType, conditions: [] }));
    case 'modelCard':
      return [modelCardForm(entry.requirement)];
    case 'evaluation':
      return evaluationForms(entry.requirement);
    case 'verificationSummary':
      return [summaryForm(entry.requirement)];
    case 'custom':
      return [customForm(entry.requirement)];
  }
}

/** What of a requirement the cluster does not look at, or more strictly: the same that the other form of policy leaves out. */
export function clusterPolicyGaps(entry: AttestationRequirement): Pick<RenderedRequirement, 'previewOnly' | 'stricter'> {
  const { previewOnly, stricter } = renderRequirement(entry);
  return { previewOnly, stricter: [...stricter, EVERY_ONE, TOO_LARGE] };
}

/** Conditions are asked of each attestation that verifies; there is no newest one. */
const EVERY_ONE: Gap = {
  what: 'an image of whose attestations of this type by this signer any one does not hold, an outdated one too',
  why: 'a ClusterPolicy asks its conditions of every attestation of the type, where the preview looks at the newest or at any',
  fix: 'attest an image once, and build another image for another answer',
};

/** `maxContextSize` of Kyverno's configuration. */
const TOO_LARGE: Gap = {
  what: 'attestations of more than 2 MB',
  why: 'Kyverno reads them into a context of that size',
  fix: 'raise maxContextSize in the ConfigMap of Kyverno; or use the backend kyverno',
};

type CustomField = NonNullable<RequirementTypes['custom']['fields']>[number];

function customForm({ predicateType, fields = [] }: RequirementTypes['custom']): AttestationForm {
  return { predicateType, conditions: fields.flatMap((field) => customCondition(field, predicateType)) };
}

/** None for what stands in `previewOnly`. */
function customCondition({ path, equals: value, oneOf: values, pattern }: CustomField, predicateType: string): readonly string[] {
  if (predicateType === COSIGN_CUSTOM && path.startsWith('Data.')) return [];
  if (value !== undefined) return [equals(path, value)];
  if (values !== undefined) return [oneOf(path, values)];
  const re2 = toRe2(pattern ?? '');
  return re2.ok ? [matchesWhole(path, re2.re2)] : [];
}

function sbomForms({ formats, minComponents, maxAge }: RequirementTypes['sbom']): readonly AttestationForm[] {
  const young = (path: string) => (maxAge === undefined ? [] : [youngerThan(jmesValue(path), maxAge)]);
  const forms: Readonly<Record<'cyclonedx' | 'spdx', AttestationForm>> = {
    cyclonedx: {
      predicateType: CYCLONEDX,
      conditions: [
        equals('bomFormat', 'CycloneDX'),
        `${jmesCount(jmesList('components'), jmesList('services'))} >= ${jmesScalar(minComponents)}`,
        ...young('metadata.timestamp'),
      ],
    },
    spdx: {
      predicateType: SPDX,
      conditions: [
        matchesWhole('spdxVersion', '^SPDX-2[.][0-3]$'),
        // The packages that the document describes are not components of themselves; named twice, they count once.
        `${jmesCount(jmesList('packages'), jmesList('files'))} >= sum([length((${DESCRIBED})), ${jmesScalar(minComponents)}])`,
        ...young('creationInfo.created'),
      ],
    },
  };
  return formats.map((format) => forms[format]);
}

/** By `documentDescribes`, or by relationships. An empty list is false in JMESPath, so the second stands in for it. */
const DESCRIBED = `${jmesList('documentDescribes')} || ${jmesList('relationships')}[?"relationshipType" == ${jmesText('DESCRIBES')}]`;

const HASH = '^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$';

function modelCardForm(requirement: RequirementTypes['modelCard']): AttestationForm {
  const { licenses, requireDataHash, metrics = {}, maxReviewAge, requireLimitations } = requirement;
  const present = (path: string) => `type(${jmesValue(path)}) != 'null'`;
  const hash = 'provenance.training_data.hash';
  const hashed = `(${matchesWhole(hash, HASH)})`;
  const license = jmesValue('model_details.license');
  return {
    predicateType: MODEL_CARD,
    conditions: [
      present('model_details.name'),
      present('model_details.version'),
      // A placeholder has none of the three forms.
      requireDataHash ? hashed : `type(${jmesValue(hash)}) == 'null' || ${hashed}`,
      ...(licenses === undefined
        ? []
        : [
            `type(${license}) == 'string' && contains(\`[${licenses.map((id) => jmesText(id.toLowerCase()).slice(1, -1)).join(',')}]\`, to_lower(${license}))`,
          ]),
      ...Object.entries(metrics).map(([name, bounds]) => withinBounds(`performance.${name}`, bounds)),
      ...(maxReviewAge === undefined ? [] : [reviewedWithin(maxReviewAge)]),
      ...(requireLimitations ? [`${jmesCount(jmesList('security.known_limitations'))} > \`0\``] : []),
    ],
  };
}

/** A date without a time begins at midnight UTC. */
function reviewedWithin(maxAge: Duration): string {
  const review = jmesValue('security.last_security_review');
  const timed = `contains(${review}, 'T')`;
  const midnight = `join('', [${review}, 'T00:00:00Z'])`;
  return `type(${review}) == 'string' && ((${timed} && ${youngerThan(review, maxAge)}) || (!${timed} && ${youngerThan(midnight, maxAge)}))`;
}

function evaluationForms({ metrics, dataset, datasetHash, maxAge }: RequirementTypes['evaluation']): readonly AttestationForm[] {
  const passed = [equals('result', 'PASSED'), `${jmesCount(jmesList('failedTests'))} == \`0\``];
  // One resource must be both the named one and of the hash.
  const named = dataset && `(${['uri', 'downloadLocation', 'name'].map((field) => equals(field, dataset)).join(' || ')})`;
  const hashed = datasetHash && equals('digest.sha256', datasetHash.replace(/^sha256:/, ''));
  const wanted = [named, hashed].filter((condition) => condition !== undefined);
  const onData = (resources: string) => (wanted.length === 0 ? [] : [`length(${resources}[?${wanted.join(' && ')}]) > \`0\``]);
  const own: AttestationForm = {
    predicateType: EVALUATION,
    conditions: [
      ...passed,
      ...Object.entries(metrics ?? {}).map(([name, bounds]) => withinBounds(`metrics.${name}`, bounds)),
      ...onData(`[${jmesValue('dataset')}]`),
      youngerThan(jmesValue('evaluatedAt'), maxAge),
    ],
  };
  const testResult: AttestationForm = { predicateType: TEST_RESULT, conditions: [...passed, ...onData(jmesList('configuration'))] };
  return metrics === undefined && maxAge === undefined ? [own, testResult] : [own];
}

/** Of these the newest decides at preview. Of several signers a ClusterPolicy asks only until one attested what it should. */
const NEWEST_DECIDES: ReadonlySet<AttestationRequirement['kind']> = new Set(['modelCard', 'evaluation', 'custom', 'verificationSummary']);

/** Names at the top of what Kyverno looks up: a field of that name that is missing would be read from the request of whoever is asking. */
const NAMES_OF_KYVERNO = new Set([
  'request',
  'image',
  'images',
  'element',
  'elementIndex',
  'serviceAccountName',
  'serviceAccountNamespace',
  'target',
]);

/** Why a ClusterPolicy would hold a requirement in a weaker form, or not at all; undefined where it holds it. */
export function unheld(entry: AttestationRequirement, { authorities }: ImagePolicy): string | undefined {
  const forms = clusterPolicyForms(entry);
  if (forms.length > 1) return `any one of ${forms.length} predicate types (${forms.map(({ predicateType }) => predicateType).join(', ')})`;
  if (entry.kind === 'slsaProvenance' && isRefWithoutRepository(entry.requirement)) return 'a source ref without sourceRepository';
  const field =
    entry.kind === 'custom' ? entry.requirement.fields?.find(({ path }) => NAMES_OF_KYVERNO.has(path.split('.')[0] ?? '')) : undefined;
  if (field !== undefined) return `the field ${field.path}, whose name Kyverno uses itself`;
  const signers = authorities
    .filter(({ name }) => entry.authorities.includes(name))
    .reduce((count, authority) => count + (authority.kind === 'keyless' ? authority.identities.length : 1), 0);
  if (NEWEST_DECIDES.has(entry.kind) && signers > 1) return `${signers} signers, of whose attestations the newest decides`;
  return undefined;
}
