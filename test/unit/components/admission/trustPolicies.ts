import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelAdmissionArgs } from '../../../../components';
import type { KubernetesObject } from '../../../../components/admission/kubernetesObject';
import { modelAdmissionManifests } from '../../../../components/admission/manifests';
import type { ModelAdmissionManifests } from '../../../../components/admission/manifests';
import { modelAdmissionSettings } from '../../../../components/admission/settings';

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const SUBJECT = 'https://github.com/acme/ml-models/.github/workflows/release.yml@refs/heads/main';

export const keylessAuthority = (fields: object = {}) => ({
  name: 'release',
  keyless: { identities: [{ issuer: ISSUER, subject: SUBJECT, anyCaller: true }], ...fields },
});

export const imagePolicy = (fields: object = {}) => ({
  name: 'acme-models',
  images: ['ghcr.io/acme/**'],
  authorities: [keylessAuthority()],
  ...fields,
});

export const trustPolicy = (fields: object = {}) => ({
  apiVersion: 'model-supply-chain/v1alpha1',
  kind: 'TrustPolicy',
  policies: [imagePolicy()],
  ...fields,
});

/** An exception for one image. */
export const exception = {
  name: 'x',
  images: ['ghcr.io/acme/a'],
  digest: `sha256:${'ab'.repeat(32)}`,
  policies: ['acme-models'],
  reason: 'r',
  owner: 'o',
  expires: '2026-12-31',
};

/** Writes a trust policy, and files that it names, into a directory of its own; returns its path. */
export function written(policy: object, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'admission-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, name), content);
  const file = path.join(directory, 'trust-policy.yaml');
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

export function render(
  policy: object,
  args: ModelAdmissionArgs = {},
  files: Readonly<Record<string, string>> = {},
  name = 'models',
): ModelAdmissionManifests {
  return modelAdmissionManifests(modelAdmissionSettings(name, { ...args, trustPolicy: written(policy, files) }));
}

/** The spec of the policy of that name, for reading single fields. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is that of another project's CRD
export function specOf(objects: readonly KubernetesObject[], name: string): any {
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${objects.map(({ metadata }) => metadata.name).join(', ')}`);
  return found.spec;
}

/** What is wrong with a trust policy or arguments, by path. */
export function problemsOf(policy: object, args: ModelAdmissionArgs = {}, files: Readonly<Record<string, string>> = {}): readonly string[] {
  try {
    render(policy, args, files);
    return [];
  } catch (error) {
    const { errors = [] } = error as { errors?: readonly { readonly propertyPath: string; readonly reason: string }[] };
    if (errors.length === 0) throw error;
    return errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  }
}
