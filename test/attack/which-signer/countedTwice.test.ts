import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, CALLED_BY_MALLORY, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';
import type { SignerIdentity } from '../../support/sigstore/signers';

let images: SignedImages;
withSignedImages((made) => (images = made));

const TWO = { signatures: { threshold: 2 } };
const at = (ref: string): SignerIdentity => ({ ...RELEASE_WORKFLOW, subject: RELEASE_WORKFLOW.subject.replace('refs/heads/main', ref) });
const { issuer, sourceRepository } = RELEASE_WORKFLOW;
const matching = (subjectRegExp: string) => ({ issuer, sourceRepository, subjectRegExp });
const REVIEWER: SignerIdentity = { issuer: 'https://accounts.google.com', subject: 'ann@acme.example' };
const MAIL = { issuer: REVIEWER.issuer, subjectRegExp: '[^@/]+@[a-zA-Z.]+' };
/** Leaves the ref open, and more, so that the file is accepted. */
const WORKFLOWS = matching('https://github\\.com/acme/ml-models/\\.github/workflows/[a-z]+\\.yml@refs/.*');

const control = async () => images.judge(await images.sign(images.image(), at('refs/heads/main'), REVIEWER), [WORKFLOWS, MAIL], TWO);

interface Case {
  readonly identities: readonly object[];
  readonly signers: readonly SignerIdentity[];
}
const CASES: Readonly<Record<string, Case>> = {
  'a branch and a tag of one workflow': { identities: [WORKFLOWS], signers: [at('refs/heads/main'), at('refs/tags/v1')] },
  'a branch, a tag and a commit of one workflow': {
    identities: [WORKFLOWS, MAIL],
    signers: [at('refs/heads/main'), at('refs/tags/v1@2'), at('refs/heads/x')],
  },
  'two patterns for one workflow': {
    identities: [matching('https://github\\.com/acme/.*@refs/heads/.*'), matching('https://github\\.com/acme/.*@refs/tags/.*')],
    signers: [at('refs/heads/main'), at('refs/tags/v1')],
  },
  'one mailbox in two spellings': { identities: [MAIL], signers: [REVIEWER, { ...REVIEWER, subject: 'Ann@Acme.example' }] },
  'one mailbox with two issuers': {
    identities: [MAIL, { ...MAIL, issuer: 'https://github.com/login/oauth' }],
    signers: [REVIEWER, { ...REVIEWER, issuer: 'https://github.com/login/oauth' }],
  },
  'one mailbox of Gmail with a dot, at its other domain': {
    identities: [MAIL],
    signers: [
      { ...REVIEWER, subject: 'ann@gmail.com' },
      { ...REVIEWER, subject: 'a.nn@googlemail.com' },
    ],
  },
  'one pipeline of GitLab from two refs': {
    identities: [
      { issuer: 'https://gitlab.com', sourceRepository: 'https://gitlab.com/acme/ml', subjectRegExp: 'https://gitlab\\.com/acme/ml//.*' },
    ],
    signers: ['refs/heads/main', 'refs/tags/v1'].map((ref) => ({
      issuer: 'https://gitlab.com',
      subject: `https://gitlab.com/acme/ml//.gitlab-ci.yml@${ref}`,
      sourceRepository: 'https://gitlab.com/acme/ml',
    })),
  },
  'a workflow that anybody may call, by two repositories': {
    identities: [{ issuer, subjectRegExp: 'https://github\\.com/acme/workflows/.*', anyCaller: true }],
    signers: [CALLED_BY_MALLORY, { ...CALLED_BY_MALLORY, sourceRepository: 'https://github.com/mallory/second' }],
  },
  'a workflow that one repository calls, before and after its name changed': {
    identities: [{ issuer, subjectRegExp: 'https://github\\.com/acme/workflows/.*', sourceRepositoryId: '4711' }],
    signers: [
      { ...CALLED_BY_ACME, sourceRepositoryId: '4711' },
      { ...CALLED_BY_ACME, sourceRepository: 'https://github.com/acme/renamed', sourceRepositoryId: '4711' },
    ],
  },
};

for (const [what, { identities, signers }] of Object.entries(CASES)) {
  attempt(`is counted as two signers by ${what}`, {
    attacker: 'is one of two signers that the policy asks for',
    control,
    attack: async () => images.judge(await images.sign(images.image(), ...signers), identities, TWO),
    expected: { outcome: 'rejected', code: 'signature-threshold-not-met' },
  });
}
