import { attempt } from '../../support/attack/attempt';
import { SCANNED, withAttestedImages } from '../../support/attack/attestedImages';
import type { AttestedImages } from '../../support/attack/attestedImages';
import { SCAN_TYPE, scan } from '../../support/attack/oldEvidence';

let images: AttestedImages;
withAttestedImages((made) => (images = made));

/** A clean scan for whoever takes the exact name; trivy itself, in Go, takes the last that fits. */
const twin = (text: string): string =>
  text.replace('"Vulnerabilities"', '"vulnerabilities":[{"VulnerabilityID":"CVE-2026-1"}],"Vulnerabilities"');

/** Without any result, as trivy writes it for an image in which it found nothing. */
const otherSpelling = (text: string): string =>
  text.replace('"Results"', '"results"').replace('"Vulnerabilities":[]', '"Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1"}]');

describe.each<[string, (predicate: string) => unknown]>([
  ['in the predicate', (text) => JSON.parse(text) as unknown],
  ['in a text in the predicate', (text) => ({ Data: text, Timestamp: new Date().toISOString() })],
])('two lists of vulnerabilities %s', (_where, wrap) => {
  const judged = async (rewrite: (text: string) => string) => {
    const image = images.image();
    const predicate = wrap(rewrite(JSON.stringify(scan('clean', new Date()))));
    await images.attach(image, await images.signedText(images.statement(image.digest, SCAN_TYPE, predicate)));
    return images.judge(image, SCANNED);
  };
  attempt('hide the second from us', {
    attacker: 'writes a part of what the scanner attests',
    control: () => judged((text) => text),
    attack: () => judged(twin),
    expected: { outcome: 'rejected', code: 'predicate-malformed' },
  });

  attempt('are not seen by us, and by trivy, in another spelling', {
    attacker: 'writes a part of what the scanner attests',
    control: () => judged((text) => text),
    attack: () => judged(otherSpelling),
    expected: { outcome: 'rejected', code: 'predicate-malformed' },
  });
});
