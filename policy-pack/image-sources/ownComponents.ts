import { imageAt, insideEach, insideObject } from './descend';
import { isObject } from './readProperty';
import type { PropertyNode } from './readProperty';
import type { ImageSite } from './types';

/** Type of our ModelServing component. Written out, not imported: components and pack never import each other. */
const MODEL_SERVING = 'pulumi-model-supply-chain:index:ModelServing';

/**
 * Images in the arguments of our own components. The Deployment below it is seen as a resource of its own; naming both lets a
 * violation point at the argument that the author wrote.
 */
export function ownComponentSites(type: string, props: unknown): readonly ImageSite[] {
  if (type !== MODEL_SERVING || !isObject(props)) {
    return [];
  }
  const args: PropertyNode = { path: '', value: props };
  return [
    ...imageAt(args, 'image', 'server image'),
    ...insideObject(args, 'model', 'model image', (model) => filesSites(model, 'model')),
    ...insideEach(args, 'adapters', { list: 'adapters', item: 'adapter' }, (adapter) => filesSites(adapter, 'adapter')),
    ...insideObject(args, 'tokenizer', 'tokenizer image', (tokenizer) => filesSites(tokenizer, 'tokenizer')),
    ...insideObject(args, 'draftModel', 'draft model image', (draft) => filesSites(draft, 'draft model')),
  ];
}

/** The image that files come in (`imageVolume`, `initContainerCopy`), and the one that verifies them when the pod starts. */
function filesSites(files: PropertyNode, what: string): readonly ImageSite[] {
  return [
    ...imageAt(files, 'reference', `${what} image`),
    ...insideObject(files, 'verify', `verifier of the ${what}`, (verify) => imageAt(verify, 'image', `verifier of the ${what}`)),
  ];
}
