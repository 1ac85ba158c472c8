import path from 'node:path';
import type { FindingCode } from '../../verification';
import { repositoryRoot } from '../../test/support/engine/pulumiProject';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW } from '../../test/support/supplyChain';
import type { PushedImage, SupplyChain } from '../../test/support/supplyChain';
import type { SignerIdentity } from '../../test/support/sigstore/signers';

/** Where the local Sigstore puts trusted_root.json: the trust policy of the example names it by this stable path. */
export const DEMO_DIRECTORY = path.join(repositoryRoot, '.demo');
export const EXAMPLE_DIRECTORY = path.join(repositoryRoot, 'examples', 'model-serving');

/** What a preview must do for the demo to succeed. */
export interface Expectation {
  readonly blocked: boolean;
  readonly findings: readonly FindingCode[];
  readonly absent: readonly FindingCode[];
}

/** Something that happens to the registry before a preview. */
export interface Step {
  explain(supplyChain: SupplyChain): readonly string[];
  run(supplyChain: SupplyChain): Promise<void>;
}

export interface Scenario {
  readonly title: string;
  readonly before: readonly Step[];
  /** Stack configuration of examples/model-serving. */
  readonly config: Readonly<Record<string, string>>;
  readonly expect: Expectation;
  readonly conclusion: string;
}

export interface DemoImages {
  readonly server: PushedImage;
  readonly model: PushedImage;
  readonly notYetBuilt: PushedImage;
}

const SERVER = 'acme/ml-models/sentiment-serving';
const MODEL = 'acme/ml-models/sentiment';

export function prepareImages(supplyChain: SupplyChain): DemoImages {
  return { server: supplyChain.push(SERVER), model: supplyChain.push(MODEL), notYetBuilt: supplyChain.missing(SERVER) };
}

function sign(image: PushedImage, identity: SignerIdentity): Step {
  return {
    explain: (supplyChain) => [
      `Signing ${image.reference}`,
      `  as ${identity.subject}`,
      '  with the embedded Sigstore, in the layout of cosign 3. With the real cosign it is:',
      `  $ cosign sign ${supplyChain.running.cosignArguments(identity).map(shorten).join(' ')} ${image.reference}`,
    ],
    run: (supplyChain) => supplyChain.sign(image, identity),
  };
}

/** An identity token is a thousand characters long, and of no use after the demo. */
const shorten = (argument: string): string => (argument.length > 200 ? '"$IDENTITY_TOKEN"' : argument);

const NOT_VERIFIED: readonly FindingCode[] = ['unsigned', 'identity-mismatch'];

export function scenarios({ server, model, notYetBuilt }: DemoImages): readonly [Scenario, Scenario, Scenario] {
  const config = { image: server.reference, model: model.reference };
  return [
    {
      title: 'an unsigned serving image, and a model signed by the wrong workflow',
      before: [sign(model, FOREIGN_WORKFLOW)],
      config,
      expect: { blocked: true, findings: ['unsigned', 'identity-mismatch'], absent: ['image-not-found', 'internal-error'] },
      conclusion: 'the preview is blocked, and both images are explained.',
    },
    {
      title: 'the same stack, after the release workflow has signed both',
      before: [sign(server, RELEASE_WORKFLOW), sign(model, RELEASE_WORKFLOW)],
      config,
      expect: { blocked: false, findings: [], absent: [...NOT_VERIFIED, 'image-not-found', 'internal-error'] },
      conclusion: 'the preview passes. The foreign signature is still attached to the model and harms nobody.',
    },
    {
      title: 'a serving image that does not exist yet, and one that this very stack will name',
      before: [],
      config: { ...config, image: notYetBuilt.reference, buildRepository: 'true' },
      expect: { blocked: true, findings: ['image-not-found', 'image-unknown'], absent: [...NOT_VERIFIED, 'internal-error'] },
      conclusion: 'undetermined, and told apart from both: the first blocks, the second is a warning that `pulumi up` settles.',
    },
  ];
}
