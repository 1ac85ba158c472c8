import { attempt } from '../../support/attack/attempt';
import { SCAN_TYPE, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';
import type { PushedImage } from '../../support/supplyChain';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
const attested = (image: PushedImage, result: 'clean' | 'critical', integratedTime: Date) =>
  evidence.supplyChain.sigstore.attest({
    digest: image.digest,
    identity: RELEASE_WORKFLOW,
    predicateType: SCAN_TYPE,
    predicate: scan(result),
    integratedTime,
  });
const keyless = (image: PushedImage) =>
  evidence.judge(image, {
    authorities: [{ name: 'ci', keyless: { trustRoot: 'local', identities: [RELEASE_WORKFLOW] } }],
    signatures: { threshold: 0 },
    attestations: [{ name: 'scanned', vulnerabilityScan: {} }],
  });

// A certificate lives for ten minutes, in which its signatures can be logged again.
attempt('logs a clean scan again within the life of its certificate, after a bad scan', {
  attacker: 'may push to the registry and delete from it',
  control: async () => {
    const image = evidence.image();
    return keyless(await evidence.attach(image, await evidence.relogged(await attested(image, 'clean', inSeconds(1)), inSeconds(60))));
  },
  attack: async () => {
    const image = evidence.image();
    const clean = await attested(image, 'clean', inSeconds(1));
    const bad = await attested(image, 'critical', inSeconds(30));
    return keyless(await evidence.attach(image, bad, await evidence.relogged(clean, inSeconds(60))));
  },
  expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
});
