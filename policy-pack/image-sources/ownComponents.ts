import { imageAt, insideObject } from './descend';
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
    ...insideObject(args, 'model', 'model image', (model) => imageAt(model, 'reference', 'model image')),
  ];
}
