import { SIGNATURES } from './artifacts';
import { ATTESTATIONS } from './attestationArtifacts';
import { WORKLOADS } from './manifests';
import type { Workload } from './manifests';
import { day } from './trustPolicy';
import type { Workshop } from './workshop';

/** An image with something wrong with it, under an exception. */
export interface ExceptionCase {
  readonly policy: string;
  readonly artifact: string;
  /** What the exception names: the whole policy, or codes. */
  readonly names: string;
  readonly object: Workload;
  readonly reference: string;
}

/** What is wrong with images, by policy; the code in front is what the preview finds. */
const WRONG: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  keyless: {
    unsigned: 'unsigned',
    'identity-mismatch': 'signed by a fork',
    'attestation-is-not-signature': 'attested, not signed',
    'subject-mismatch': 'signature of another image attached',
  },
  key: { unsigned: 'unsigned', 'signature-invalid': 'signed with another key' },
  two: { 'signature-threshold-not-met': 'signed', unsigned: 'unsigned' },
  custom: { 'attestation-missing': 'signed', unsigned: 'unsigned' },
};

/** Exceptions that are tried for each: those for a finding, and for the whole policy. */
const NAMED: readonly (readonly string[])[] = [
  ['unsigned'],
  ['attestation-missing'],
  ['unsigned', 'attestation-missing'],
  ['identity-mismatch'],
  ['attestation-is-not-signature'],
  ['signature-threshold-not-met'],
  ['signature-invalid'],
  ['attestation-field-mismatch'],
];

const slug = (text: string): string => text.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** Every one of these images under every one of these exceptions; each in a repository of its own, since exceptions name a digest. */
export async function makeExceptionCases(
  workshop: Workshop,
): Promise<{ readonly cases: readonly ExceptionCase[]; readonly exceptions: readonly object[] }> {
  const cases: ExceptionCase[] = [];
  const exceptions: object[] = [];
  const add = async (policy: string, artifact: string, make: (repository: string) => Promise<{ digest: string; reference: string }>) => {
    for (const findings of [undefined, ...NAMED]) {
      const names = findings?.join(', ') ?? 'the whole policy';
      const name = slug(`${policy}-${artifact}-${names}`).slice(0, 60);
      const image = await make(`${policy}/${name}`);
      exceptions.push({
        name,
        images: [`${workshop.registry.address}/${policy}/${name}`],
        digest: image.digest,
        reason: 'the lab',
        owner: 'ann@acme.example',
        expires: day(30),
        ...(findings === undefined ? { policies: [policy] } : { findings }),
      });
      cases.push({ policy, artifact, names, reference: image.reference, object: WORKLOADS['Pod']!(image.reference, image.reference) });
    }
  };
  for (const [policy, artifacts] of Object.entries(WRONG)) {
    for (const artifact of Object.values(artifacts))
      await add(policy, artifact, (repository) => SIGNATURES[artifact]!(workshop, repository));
  }
  for (const artifact of ['rejected', 'by a stranger']) {
    await add('custom', artifact, (repository) => ATTESTATIONS['custom']![artifact]!(workshop, repository));
  }
  return { cases, exceptions };
}
