import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { ModelAdmission } from '../../../components';
import type { ModelAdmissionArgs } from '../../../components';
import { modelAdmissionManifests } from '../../../components/admission/manifests';
import { modelAdmissionSettings } from '../../../components/admission/settings';
import { trustPolicy, written, imagePolicy, problemsOf } from './admission/trustPolicies';
import { MockEngine, settled, valueOf } from './mockEngine';

describe('when a ModelAdmission is created', () => {
  it('registers policies and guards under their own types, and tells what the cluster does not hold', async () => {
    const engine = await MockEngine.start();
    const attestations = [{ name: 'scan', vulnerabilityScan: {} }];
    const admission = new ModelAdmission('models', {
      trustPolicy: written(trustPolicy({ unmatchedImages: 'warn', policies: [imagePolicy({ attestations })] })),
    });
    expect(await valueOf(admission.policies)).toEqual([
      'models-images',
      'models-images-debug',
      'models-readable-images',
      'models-readable-images-debug',
      'models-listed-images',
      'models-listed-images-debug',
    ]);
    expect(await valueOf(admission.previewOnly)).toMatchObject([{ policy: 'acme-models', requirement: 'scan' }]);
    await settled();
    const guards = engine.resources.filter(({ type }) => type.startsWith('kubernetes:admission'));
    expect(guards.map(({ name, type }) => `${name} ${type.split(':').at(-1) ?? ''}`).sort()).toEqual([
      'models-guard-controller ValidatingAdmissionPolicy',
      'models-guard-controller ValidatingAdmissionPolicyBinding',
      'models-guard-namespaces ValidatingAdmissionPolicy',
      'models-guard-namespaces ValidatingAdmissionPolicyBinding',
      'models-guard-policies ValidatingAdmissionPolicy',
      'models-guard-policies ValidatingAdmissionPolicyBinding',
      'models-hardened-pods ValidatingAdmissionPolicy',
      'models-hardened-pods ValidatingAdmissionPolicyBinding',
      'models-hardened-pods-opt-outs ValidatingAdmissionPolicy',
      'models-hardened-pods-opt-outs ValidatingAdmissionPolicyBinding',
    ]);
  });
});

describe('a ModelAdmission by ClusterPolicies', () => {
  it('registers one for each policy, tells what is different, and until when they can be changed', async () => {
    const warn = jest.spyOn(pulumi.log, 'warn').mockResolvedValue();
    await MockEngine.start();
    const admission = new ModelAdmission('models', {
      trustPolicy: written(trustPolicy({ unmatchedImages: 'warn' })),
      backend: 'clusterPolicy',
    });
    expect(await valueOf(admission.policies)).toEqual([
      'models-acme-models',
      'models-readable-images',
      'models-readable-images-debug',
      'models-listed-images',
      'models-listed-images-debug',
    ]);
    expect(await valueOf(admission.previewOnly)).toMatchObject([{ what: expect.stringContaining('certificate transparency log') }]);
    expect((await valueOf(admission.stricter)).map(({ requirement }) => requirement)).toEqual(['images', 'signatures', 'signatures']);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('Kyverno 1.20 lets nobody create or change a ClusterPolicy'), admission]]);
    await settled();
    warn.mockClear();
    new ModelAdmission('others', { trustPolicy: written(trustPolicy()) });
    await settled();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe('arguments that are refused, all at once', () => {
  it.each<[string, ModelAdmissionArgs, string]>([
    ['a backend that there is not', { backend: 'gatekeeper' }, 'backend: expected one of kyverno'],
    ['a way of hardening that there is not', { podHardening: 'on' }, 'podHardening: expected one of enforce, warn, off'],
    ['a timeout beyond that of the API server', { timeoutSeconds: 31 }, 'timeoutSeconds: expected whole seconds from 1 to 30'],
    ['an unknown credential helper', { registryCredentialHelpers: ['aws'] }, 'registryCredentialHelpers[0]: expected one of default'],
    ['nobody who may administer', { administrators: { groups: [] } }, 'administrators: expected at least one'],
    ['a summary without a signer', { verificationSummary: { verifierId: 'x' } }, 'verificationSummary: expected either keyPath'],
    ['a summary with two', { verificationSummary: { verifierId: 'x', keyPath: 'k', issuer: 'i' } }, 'verificationSummary: expected either'],
    ['a summary of no age', { verificationSummary: { verifierId: 'x', maxAge: 'a week' } }, 'verificationSummary.maxAge: expected days'],
    ['a second TUF repository', { tuf: { mirror: 'https://tuf.example', rootPath: __filename } }, 'tuf: expected no tuf here'],
  ])('%s', (_what, args, expected) => {
    expect(problemsOf(trustPolicy(), args)).toEqual([expect.stringContaining(expected)]);
  });

  it('mistakes of the trust policy, with their paths', () => {
    expect(problemsOf(trustPolicy({ policies: [imagePolicy({ images: ['*/x'], mode: 'off' })] }))).toEqual([
      expect.stringContaining('trustPolicy: policies[0].images[0]: expected a registry by name'),
      expect.stringContaining('trustPolicy: policies[0].mode: expected "enforce" or "warn", found "off"'),
    ]);
  });

  it('a trust policy that is not there', () => {
    expect(() => new ModelAdmission('models', { trustPolicy: '/nowhere/trust-policy.yaml' })).toThrow(/there is no such file/);
  });
});

describe('a trust policy in the program', () => {
  const settings = (policy: unknown, args: ModelAdmissionArgs = {}) => modelAdmissionSettings('models', { ...args, trustPolicy: policy });
  const reasons = (policy: unknown, args: ModelAdmissionArgs = {}): readonly string[] => {
    try {
      settings(policy, args);
      return [];
    } catch (error) {
      const { errors = [] } = error as { errors?: readonly { readonly propertyPath: string; readonly reason: string }[] };
      return errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    }
  };

  it('is rendered as the same policy in a file', () => {
    const inline = modelAdmissionManifests(settings(trustPolicy()));
    const fromFile = modelAdmissionManifests(settings(written(trustPolicy())));
    expect(inline).toEqual(fromFile);
  });

  it('reads keys from the directory of the program', () => {
    const relative = path
      .relative(process.cwd(), written(trustPolicy(), { 'cosign.pub': 'junk' }))
      .replace('trust-policy.yaml', 'cosign.pub');
    const policy = trustPolicy({ policies: [imagePolicy({ authorities: [{ name: 'k', key: { path: relative } }] })] });
    expect(reasons(policy)).toEqual([expect.stringContaining('authorities[0].key.path: expected a PEM file with one PUBLIC KEY')]);
  });

  it.each<[string, unknown, string]>([
    [
      'a mistake in it',
      trustPolicy({ policies: [imagePolicy({ mode: 'off' })] }),
      'trustPolicy: policies[0].mode: expected "enforce" or "warn"',
    ],
    ['a misspelt field', trustPolicy({ unmatchedImage: 'deny' }), 'trustPolicy: unmatchedImage: expected another value, found unknown key'],
    ['a number', 7, 'trustPolicy: expected the path of a trust policy, or a trust policy as an object, found 7'],
    ['a list', [trustPolicy()], 'trustPolicy: expected the path of a trust policy'],
    ['an Output', pulumi.output(trustPolicy()), 'trustPolicy: expected a value that is known when the program runs'],
    ['a secret', pulumi.secret('trust-policy.yaml'), 'trustPolicy: expected a value that is known when the program runs'],
    ['a promise', Promise.resolve(trustPolicy()), 'trustPolicy: expected a value that is known'],
    [
      'an Output within',
      trustPolicy({ policies: [imagePolicy({ images: [pulumi.output('ghcr.io/x')] })] }),
      'trustPolicy: policies[0].images[0]: expected a value',
    ],
  ])('is refused with its path: %s', (_what, policy, words) => {
    expect(reasons(policy)).toEqual([expect.stringContaining(words)]);
  });

  it('refuses a policy that contains itself, and one whose digest is asked for', () => {
    const round: Record<string, unknown> = trustPolicy();
    round['exceptions'] = round;
    expect(reasons(round)[0]).toContain('trustPolicy: exceptions: expected a list');
    const exact = { verificationSummary: { verifierId: 'x', issuer: 'https://i.test', subject: 's', exactPolicy: true } };
    expect(reasons(trustPolicy(), exact)).toContainEqual(
      expect.stringContaining('verificationSummary.exactPolicy: expected a trust policy in a file'),
    );
  });
});
