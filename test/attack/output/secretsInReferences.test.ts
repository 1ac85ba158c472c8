import { formatFinding } from '../../../verification';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { faultsOf, SECRET_TEXTS } from '../../support/printing/hostileText';
import { RELEASE_WORKFLOW, startSupplyChain } from '../../support/supplyChain';
import type { SupplyChain } from '../../support/supplyChain';
import { trustPolicyOf, verifierFor } from '../../support/verify';

let supplyChain: SupplyChain;
let signed: string;

beforeAll(async () => {
  supplyChain = await startSupplyChain();
  const image = supplyChain.push('acme/signed');
  await supplyChain.sign(image, RELEASE_WORKFLOW);
  signed = image.reference;
});
afterAll(() => supplyChain.stop());

/** The verdict; a secret anywhere in it, as data or as words, is an outcome that no attempt expects. */
async function verdictOn(reference: string): Promise<Answer> {
  const verdict = await (await verifierFor(trustPolicyOf(supplyChain))).verify(reference);
  const findings = verdict.outcome === 'verified' ? verdict.warnings : verdict.findings;
  const printed = [JSON.stringify(verdict), ...findings.map((finding) => formatFinding(finding, reference))].join('\n');
  if (faultsOf(printed).includes('a secret')) return { outcome: 'accepted', codes: ['the secret is printed'] };
  return { outcome: verdict.outcome, codes: findings.map(({ code }) => code) };
}

for (const [what, text] of SECRET_TEXTS) {
  attempt(`has a credential written into the log of a pipeline: ${what} as an image`, {
    attacker: 'reads the log of a pipeline, in which someone pasted a reference with credentials',
    control: () => verdictOn(signed),
    attack: () => verdictOn(text),
    expected: { outcome: 'rejected', code: 'reference-malformed' },
  });
}
