import { attempt } from '../../support/attack/attempt';
import { REVIEWED, REVIEW_TYPE, withAttestedImages } from '../../support/attack/attestedImages';
import type { AttestedImages } from '../../support/attack/attestedImages';
import type { AttackOutcome } from '../../support/attack/attempt';

let images: AttestedImages;
withAttestedImages((made) => (images = made));

const OTHER = 'f'.repeat(64);

/** A statement that the trusted workflow signed, with parts in it that others could write. */
const REWRITTEN: readonly (readonly [string, (text: string) => string, AttackOutcome, string])[] = [
  ['two subjects', (text) => text.replace(/}$/, `,"Subject":[{"digest":{"sha256":"${OTHER}"}}]}`), 'rejected', 'attestation-missing'],
  ['two digests', (text) => text.replace('"sha256"', `"SHA256":"${OTHER}","sha256"`), 'rejected', 'attestation-missing'],
  ['two predicates', (text) => text.replace(/}$/, ',"Predicate":{"approved":false}}'), 'rejected', 'attestation-missing'],
  ['the same name twice', (text) => text.replace('"approved":true', '"approved":false,"approved":true'), 'rejected', 'attestation-missing'],
  ['half of a surrogate pair', (text) => text.replace('"approved"', '"\\udc00":1,"approved"'), 'rejected', 'attestation-missing'],
  ['a number out of range', (text) => text.replace('"approved"', '"size":1e400,"approved"'), 'rejected', 'attestation-missing'],
  [
    'two spellings of the field that is asked for',
    (text) => text.replace('"approved"', '"Approved":false,"approved"'),
    'rejected',
    'predicate-malformed',
  ],
];

describe.each(REWRITTEN)('a statement with %s', (_name, rewrite, outcome, code) => {
  attempt('says one thing to us and another to tools in Go', {
    attacker: 'writes a part of what the build attests',
    control: async () => {
      const image = images.image();
      await images.attach(image, await images.review(image.digest));
      return images.judge(image, REVIEWED);
    },
    attack: async () => {
      const image = images.image();
      const text = images.statement(image.digest, REVIEW_TYPE, { approved: true });
      expect(rewrite(text)).not.toBe(text);
      await images.attach(image, await images.signedText(rewrite(text)));
      return images.judge(image, REVIEWED);
    },
    expected: { outcome, code },
  });
});
