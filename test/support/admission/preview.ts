import { disallowUnpinnedImage } from '../../../policy-pack/policies/disallowUnpinnedImage';
import { requireVerifiedImage } from '../../../policy-pack/policies/requireVerifiedImage';
import { Verification } from '../../../policy-pack/verification';
import * as core from '../../../verification';
import type { ImageVerifier, Verdict } from '../../../verification';
import { STACK, collector, engine, resource } from '../../unit/policy-pack/packArguments';
import type { Workload } from './manifests';

/** What a preview says about a workload. */
export interface PreviewVerdict {
  /** Whether `pulumi preview` with the pack goes on. */
  readonly admits: boolean;
  /** Codes of the mandatory violations. */
  readonly codes: readonly string[];
}

/** The policies of the pack, as the engine calls them, against a trust policy in a file. */
export class Preview {
  readonly #file: string;
  // The pack loads verification from its built form, which tests do not have.
  readonly #verification = Object.assign(new Verification(), { core: () => Promise.resolve(core) });
  #verifier: Promise<ImageVerifier> | undefined;

  constructor(trustPolicyFile: string) {
    this.#file = trustPolicyFile;
  }

  /** `verifyImage` of one reference. */
  async verify(reference: string): Promise<Verdict> {
    this.#verifier ??= this.#open();
    return (await this.#verifier).verify(reference);
  }

  async judge({ type, manifest }: Workload): Promise<PreviewVerdict> {
    const args = resource(type, manifest, { config: { trustPolicy: this.#file } });
    const verified = requireVerifiedImage(engine(true), this.#verification);
    const unpinned = disallowUnpinnedImage(this.#verification);
    const { reported, report } = collector();
    if (typeof verified.validateResource !== 'function' || typeof unpinned.validateResource !== 'function') {
      throw new Error('expected one function');
    }
    await verified.validateResource(args, report);
    await verified.validateStack(STACK, report);
    // Each policy has settings of its own, and this one has none.
    await unpinned.validateResource(resource(type, manifest, { config: {} }), report);
    const mandatory = reported.filter(({ level }) => level === undefined || level === 'mandatory');
    return { admits: mandatory.length === 0, codes: [...new Set(mandatory.flatMap(({ message }) => codesIn(message)))] };
  }

  async #open(): Promise<ImageVerifier> {
    const loaded = await core.loadTrustPolicy(this.#file);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.finding));
    return new core.ImageVerifier(loaded.value);
  }
}

/** The codes in brackets of a violation or a denial. */
export const codesIn = (message: string): readonly string[] =>
  [...message.matchAll(/\[([a-z]+(?:-[a-z]+)+)\]/g)].map(([, code]) => code ?? '');
