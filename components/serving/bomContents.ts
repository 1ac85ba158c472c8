import type * as pulumi from '@pulumi/pulumi';

import type { BomContents, BomModel } from './mlBom';
import type { ModelServingSettings } from './settings';
import type { FilesMount } from './settings/files';

/** What goes into the bill of materials of a deployment. */
export function bomContents(name: string, { image, namespace, preset, files }: ModelServingSettings): BomContents<pulumi.Input<string>> {
  const { model, adapters, tokenizer, draftModel } = files;
  return {
    name,
    namespace,
    server: preset.title,
    image,
    models: [
      bomModel('model', model),
      ...adapters.map((adapter) => bomModel('adapter', adapter)),
      ...(tokenizer ? [bomModel('tokenizer', tokenizer)] : []),
      ...(draftModel ? [bomModel('draft-model', draftModel)] : []),
    ],
  };
}

function bomModel(role: BomModel['role'], { name, source }: FilesMount): BomModel<pulumi.Input<string>> {
  return {
    role,
    name,
    source:
      source.kind === 'persistentVolumeClaim'
        ? { kind: 'claim', claimName: source.claimName }
        : { kind: 'image', reference: source.reference },
  };
}
