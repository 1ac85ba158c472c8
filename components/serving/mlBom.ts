import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

/** Files that a server loads: a model, an adapter, a tokenizer, a draft model. */
export interface BomModel<Text = string> {
  /** What it is for. */
  readonly role: 'model' | 'adapter' | 'tokenizer' | 'draft-model';
  /** Name under which the server knows it. */
  readonly name: string;
  /** The image by digest, or the claim on which the files lie. */
  readonly source: { readonly kind: 'image'; readonly reference: Text } | { readonly kind: 'claim'; readonly claimName: Text };
}

/** What a deployment consists of. */
export interface BomContents<Text = string> {
  readonly name: string;
  readonly namespace: Text;
  /** Which server the image holds: `vllm`, `custom`. */
  readonly server: string;
  /** The server image, by digest. */
  readonly image: Text;
  readonly models: readonly BomModel<Text>[];
}

type Property = { readonly name: string; readonly value: string };

interface Component {
  readonly type: 'application' | 'container' | 'machine-learning-model' | 'data';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly hashes?: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
  readonly purl?: string;
  readonly properties?: readonly Property[];
}

/** Name space of our properties, as CycloneDX asks for one. https://github.com/CycloneDX/cyclonedx-property-taxonomy */
const PROPERTY = 'pulumi-model-supply-chain';

/**
 * The bill of materials of a deployment: CycloneDX 1.6 with its machine learning part (ML-BOM), as JSON text.
 *
 * The same deployment gives the same text, serial number included, so that a difference between two is a difference between deployments.
 * It tells what runs, by digest. What is inside the images is told by the SBOMs that are attested to them.
 *
 * @param contents what the deployment consists of; with a value that is not known yet, the text is not known yet
 *
 * @example
 * mlBom({ name: 'sentiment', namespace: 'ml-serving', server: 'vllm', image, models: [{ role: 'model', name: 'sentiment', source }] })
 */
export function mlBom(contents: BomContents<pulumi.Input<string>>): pulumi.Output<string> {
  return (pulumi.output(contents) as unknown as pulumi.Output<BomContents>).apply(mlBomText);
}

/** As `mlBom`, of contents that are known. https://cyclonedx.org/docs/1.6/json/ */
export function mlBomText(contents: BomContents): string {
  const root: Component = {
    type: 'application',
    'bom-ref': 'deployment',
    name: contents.name,
    properties: properties({ namespace: contents.namespace, server: contents.server }),
  };
  const server: Component = { type: 'container', 'bom-ref': 'server', ...imageFields(contents.image) };
  const models = contents.models.map(modelComponent);
  const document = {
    metadata: { component: root },
    components: [server, ...models],
    dependencies: [
      { ref: root['bom-ref'], dependsOn: [server, ...models].map((component) => component['bom-ref']) },
      ...[server, ...models].map((component) => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
  };
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(document), version: 1, ...document }, undefined, 2)}\n`;
}

function modelComponent({ role, name, source }: BomModel): Component {
  const fields = source.kind === 'image' ? imageFields(source.reference) : { name: source.claimName };
  return {
    type: role === 'tokenizer' ? 'data' : 'machine-learning-model',
    'bom-ref': `${role}:${name}`,
    ...fields,
    properties: properties({
      role,
      servedAs: name,
      source: source.kind === 'image' ? 'oci-image' : 'persistent-volume-claim',
    }),
  };
}

/** Name, version and package URL of an image. https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md */
function imageFields(reference: string): Pick<Component, 'name' | 'version' | 'hashes' | 'purl'> {
  const [location = reference, digest = ''] = reference.split('@');
  const [, repository = location, tag] = /^(.+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?$/.exec(location) ?? [];
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return {
    name: repository,
    version: digest,
    hashes: [{ alg: 'SHA-256', content: digest.slice('sha256:'.length) }],
    purl: `pkg:oci/${name}@${encodeURIComponent(digest)}?repository_url=${repository}${tag === undefined ? '' : `&tag=${tag}`}`,
  };
}

function properties(values: Readonly<Record<string, string>>): readonly Property[] {
  return Object.entries(values).map(([name, value]) => ({ name: `${PROPERTY}:${name}`, value }));
}

/** A UUID of the content (RFC 9562, version 8). A random one would make every preview a change. */
function serialNumber(document: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(document)).digest('hex').slice(0, 32).split('');
  hex[12] = '8';
  hex[16] = '8';
  return `urn:uuid:${hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}
