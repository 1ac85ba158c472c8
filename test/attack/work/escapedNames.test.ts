import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';
import { signEnvelope } from '../../support/sigstore/bundles';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

const predicateType = 'https://acme.example/files/v1';
const policy = { signatures: { threshold: 0 }, attestations: [{ name: 'files', custom: { predicateType } }] };

/** A name with an escape, so that the statement is read token by token, and many values. */
const attested = async (values: number) => {
  const image = images.image();
  const subject = [{ name: 'image', digest: { sha256: image.digest.replace('sha256:', '') } }];
  const statement = JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType });
  const payload = `${statement.slice(0, -1)},"predicate":{"\\u0061":1,"list":[${Array<string>(values).fill('{"a":1}').join(',')}]}}`;
  const { services } = images.supplyChain.sigstore;
  return images.attach(image, await signEnvelope(services, Buffer.from(payload), { identity: RELEASE_WORKFLOW }));
};

attempt('writes one name with an escape in a statement of many values', {
  attacker: 'chooses what the pipeline describes',
  control: async () => images.judge(await attested(5_000), policy),
  attack: async () => images.judge(await attested(200_000), policy),
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
