import { attachLegacySignatures } from '../sigstore/attach';
import { makeCases } from './cases';
import type { AdmissionCase } from './cases';
import { HELD_POLICIES } from './controllerLab';
import { WORKLOADS } from './manifests';
import { RELEASE_WORKFLOW } from './workshop';
import type { Artifact, Workshop } from './workshop';

/** The questions that Kyverno is asked, as far as policy-controller can hold the policies, and those about keys in the old layout. */
export async function controllerCases(workshop: Workshop): Promise<readonly AdmissionCase[]> {
  const asked: readonly string[] = ['keyless and both', 'references', ...HELD_POLICIES];
  const { cases } = await makeCases(workshop);
  return [...cases.filter(({ policy }) => asked.includes(policy)), ...(await oldLayoutCases(workshop))];
}

/** policy-controller reads signatures with keys where cosign 2 put them, and nowhere else. */
async function oldLayoutCases(workshop: Workshop): Promise<readonly AdmissionCase[]> {
  const { key, otherKey, ed25519, rsa } = workshop;
  const cases: AdmissionCase[] = [];
  const add = async (policy: string, artifact: string, attach: (image: Artifact) => Promise<void>) => {
    const image = await workshop.image(`${policy}/old-layout-${cases.length}`, 'v1');
    await attach(image);
    cases.push({ policy, artifact, workload: 'Pod', reference: image.reference, object: WORKLOADS['Pod']!(image.reference, '') });
  };
  const inLog =
    (logged: boolean) =>
    async ({ repository, digest, reference }: Artifact) => {
      const signature = await workshop.sigstore.signLegacy({ digest, dockerReference: reference, key, logged });
      await attachLegacySignatures(workshop.registry, { repository, subject: { digest }, signatures: [signature] });
    };
  const signed = (signer: Parameters<Workshop['signLegacy']>[1]) => (image: Artifact) => workshop.signLegacy(image, signer);
  await add('key', 'signed with the key, old layout', signed({ key }));
  await add('key', 'signed with another key, old layout', signed({ key: otherKey }));
  await add('key', 'signed by the workflow, old layout', signed({ identity: RELEASE_WORKFLOW }));
  await add('key', 'signature of another image, old layout', async ({ repository, digest }) => {
    const other = await workshop.image('key/old-layout-other');
    const signature = await workshop.sigstore.signLegacy({ digest: other.digest, dockerReference: other.reference, key });
    await attachLegacySignatures(workshop.registry, { repository, subject: { digest }, signatures: [signature] });
  });
  await add('key-or-keyless', 'signed with the key, old layout', signed({ key }));
  await add('ed25519', 'signed with an Ed25519 key, old layout', signed({ key: ed25519 }));
  await add('ed25519', 'signed with an RSA key, old layout', signed({ key: rsa }));
  await add('rsa', 'signed with an RSA key, old layout', signed({ key: rsa }));
  await add('rsa', 'signed with the key, old layout', signed({ key }));
  await add('logged-key', 'signed with the key and logged, old layout', inLog(true));
  await add('logged-key', 'signed with the key, not logged, old layout', inLog(false));
  return cases;
}
