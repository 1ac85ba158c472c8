import { stringify } from 'yaml';
import { formatFinding } from '../../../verification/describeFinding';
import { parseModelLock } from '../../../verification/model-lock/parseModelLock';
import { parseTrustPolicy, parseTrustPolicyObject } from '../../../verification/trust-policy/parseTrustPolicy';
import { faultsOf, HOSTILE_TEXTS, SECRET_TEXTS } from '../../support/printing/hostileText';

/** A trust policy with the text at every place, also as a key. */
const policyWith = (text: string) => ({
  apiVersion: text,
  kind: text,
  [text]: text,
  unmatchedImages: text,
  trustRoots: [
    { name: text, file: { path: text }, [text]: 1 },
    { name: text, tuf: { url: text, root: text } },
  ],
  policies: [
    {
      name: text,
      images: [text],
      mode: text,
      authorities: [
        {
          name: text,
          keyless: {
            trustRoot: text,
            identities: [
              { issuer: text, subject: text },
              { issuer: text, subjectRegExp: text },
            ],
          },
        },
        { name: text, key: { data: text, kms: text } },
      ],
      attestations: [
        { name: text, custom: { predicateType: text, fields: [{ path: text, equals: text, pattern: text }] } },
        { name: text, slsaProvenance: { builders: [text], sourceRef: text }, sbom: text },
        { name: text, vulnerabilityScan: { maxSeverity: text, maxAge: text, scanners: [{ name: text, minVersion: text }] } },
      ],
      freshness: { maxSignatureAge: text },
    },
  ],
  exceptions: [{ name: text, images: [text], reason: text, owner: text, expires: text, findings: [text] }],
});

describe.each([...HOSTILE_TEXTS, ...SECRET_TEXTS])('%s in a file of the user', (_what, text) => {
  it.each([
    ['as a trust policy', () => parseTrustPolicyObject(policyWith(text), text)],
    ['as YAML', () => parseTrustPolicy(stringify(policyWith(text)), text)],
    ['as YAML that is none', () => parseTrustPolicy(`a: [${text}\n ${text}: {`, text)],
    [
      'as a model lock',
      () =>
        parseModelLock(stringify({ apiVersion: text, kind: text, images: { [text]: { digest: text, signers: [text] } }, [text]: 1 }), text),
    ],
  ])('is not live in its problems: %s', (_how, parse) => {
    const parsed = parse();
    if (parsed.ok) throw new Error('it is accepted');
    const printed = formatFinding(parsed.finding);
    for (const line of printed.split('\n')) expect({ line, faults: faultsOf(line) }).toEqual({ line, faults: [] });
  });
});
