import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, REVIEWER } from './workshop';
import type { Artifact, Workshop } from './workshop';

/** Makes one image in a repository, with evidence. */
export type MakeArtifact = (workshop: Workshop, repository: string) => Promise<Artifact>;

const RELEASE = { identity: RELEASE_WORKFLOW };
const at = (fields: Partial<typeof RELEASE_WORKFLOW>) => ({ identity: { ...RELEASE_WORKFLOW, ...fields } });
const subject = (from: string, to: string) => at({ subject: RELEASE_WORKFLOW.subject.replace(from, to) });
const BOM = 'https://cyclonedx.org/bom';

const signedBy =
  (...signers: Parameters<Workshop['sign']>[1][]): MakeArtifact =>
  async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    for (const signer of signers) await workshop.sign(image, signer);
    return image;
  };

/** A signed image with attestations by the release workflow, in this order. */
export const attested =
  (...attestations: readonly (readonly [type: string, predicate: object])[]): MakeArtifact =>
  async (workshop, repository) => {
    const image = await signedBy(RELEASE)(workshop, repository);
    for (const [type, predicate] of attestations) await workshop.attest(image, RELEASE, type, predicate);
    return image;
  };

/** What people and attackers do about signatures. */
export const SIGNATURES: Readonly<Record<string, MakeArtifact>> = {
  unsigned: signedBy(),
  signed: signedBy(RELEASE),
  'signed twice': signedBy(RELEASE, RELEASE),
  'signed by a reviewer only': signedBy({ identity: REVIEWER }),
  'signed by workflow and reviewer': signedBy(RELEASE, { identity: REVIEWER }),
  'signed by a stranger and the workflow': signedBy({ identity: FOREIGN_WORKFLOW }, RELEASE),
  'signed by a fork': signedBy({ identity: FOREIGN_WORKFLOW }),
  'signed on another branch': signedBy(subject('refs/heads/main', 'refs/heads/feature')),
  'signed by another workflow': signedBy(subject('release.yml', 'test.yml')),
  'signed at a release tag': signedBy(subject('refs/heads/main', 'refs/tags/v1.2.3')),
  'signed at a tag that is no release': signedBy(subject('refs/heads/main', 'refs/tags/v1.2.3-rc1')),
  'signed by a look-alike organisation': signedBy(subject('github.com/acme/', 'github.com/acme-evil/')),
  'signed by a subject with a prefix': signedBy(subject('https://github.com/', 'https://evil.example/https://github.com/')),
  'signed by a subject with a suffix': signedBy(subject('refs/heads/main', 'refs/heads/main/evil')),
  'right subject of another issuer': signedBy(at({ issuer: 'https://token.evil.example' })),
  'issuer with a slash behind it': signedBy(at({ issuer: `${RELEASE_WORKFLOW.issuer}/` })),
  'signed with the key': (workshop, repository) => signedBy({ key: workshop.key })(workshop, repository),
  'signed with another key': (workshop, repository) => signedBy({ key: workshop.otherKey })(workshop, repository),
  'signed with an Ed25519 key': (workshop, repository) => signedBy({ key: workshop.ed25519 })(workshop, repository),
  'signed with an RSA key': (workshop, repository) => signedBy({ key: workshop.rsa })(workshop, repository),
  'attested, not signed': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.attest(image, RELEASE, BOM, { bomFormat: 'CycloneDX', specVersion: '1.6' });
    return image;
  },
  'signed and attested': attested([BOM, { bomFormat: 'CycloneDX', specVersion: '1.6' }]),
  'signature of another image attached': async (workshop, repository) => {
    const [image, other] = [await workshop.image(repository, 'v1'), await workshop.image(`${repository}-other`)];
    await workshop.attach(image, await workshop.sigstore.signImage({ digest: other.digest, ...RELEASE }));
    return image;
  },
  'signed, and the signature of another image beside it': async (workshop, repository) => {
    const image = await SIGNATURES['signature of another image attached']!(workshop, repository);
    await workshop.sign(image, RELEASE);
    return image;
  },
  'signed, not in the log': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.sign(image, RELEASE, { logged: false });
    return image;
  },
  'signed, not in the log, with a timestamp': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.sign(image, RELEASE, { logged: false, timestamped: true });
    return image;
  },
  'signed, logged after the certificate ended': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.sign(image, RELEASE, { integratedTime: new Date(Date.now() + 24 * 60 * 60 * 1000) });
    return image;
  },
  'signed, in a bundle of version 0.1': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.sign(image, RELEASE, { version: '0.1' });
    return image;
  },
  'a bundle of garbage': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.attach(image, Buffer.from('{"mediaType":'));
    return image;
  },
  'signed, and garbage beside it': async (workshop, repository) => {
    const image = await SIGNATURES['a bundle of garbage']!(workshop, repository);
    await workshop.sign(image, RELEASE);
    return image;
  },
  'signed, behind sixty bundles of strangers': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    for (let index = 0; index < 60; index++) await workshop.attach(image, Buffer.from(`{"stranger":${index}}`));
    await workshop.sign(image, RELEASE);
    return image;
  },
  'signed, and a bundle of 11 MB beside it': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.attach(image, Buffer.alloc(11 * 1024 * 1024, 'x'));
    await workshop.sign(image, RELEASE);
    return image;
  },
  'signed in the old layout': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.signLegacy(image, RELEASE);
    return image;
  },
  'signed in the old layout, foreign bundle beside it': async (workshop, repository) => {
    const image = await SIGNATURES['signed in the old layout']!(workshop, repository);
    await workshop.sign(image, { identity: FOREIGN_WORKFLOW });
    return image;
  },
  'index signed, images in it not': async (workshop, repository) => {
    const child = await workshop.image(repository);
    const index = workshop.at(repository, await workshop.registry.pushIndex(repository, child.digest, 'v1'));
    await workshop.sign(index, RELEASE);
    return index;
  },
  'image of a signed index': async (workshop, repository) => {
    const child = await workshop.image(repository);
    const index = workshop.at(repository, await workshop.registry.pushIndex(repository, child.digest, 'v1'));
    await workshop.sign(index, RELEASE);
    return child;
  },
  'unsigned index of a signed image': async (workshop, repository) => {
    const child = await workshop.image(repository);
    await workshop.sign(child, RELEASE);
    return workshop.at(repository, await workshop.registry.pushIndex(repository, child.digest, 'v1'));
  },
  'tag moved away after signing': async (workshop, repository) => {
    const image = await workshop.image(repository, 'v1');
    await workshop.sign(image, RELEASE);
    await workshop.image(repository, 'v1');
    return image;
  },
  'not in the registry': (workshop, repository) => Promise.resolve(workshop.at(repository, `sha256:${'0123456789abcdef'.repeat(4)}`)),
};
