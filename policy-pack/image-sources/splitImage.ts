import { insideObject } from './descend';
import { nameOfType, readProperty } from './readProperty';
import type { PropertyNode, PropertyReading } from './readProperty';
import type { ImageSite } from './types';

/**
 * The image that an operator puts together from `repository` and `tag` of the object at `key`: `repository:tag`. A tag of the form
 * `1.8@sha256:...` makes it an image by digest.
 */
export function splitImageAt(parent: PropertyNode, key: string, what: string): readonly ImageSite[] {
  return insideObject(parent, key, what, (image) => {
    const repository = readProperty(image, 'repository');
    const tag = readProperty(image, 'tag');
    const unknown = [repository, tag].find((part) => part.kind === 'unknown');
    if (unknown !== undefined) {
      return [{ path: image.path, what, value: { kind: 'unknown', unknownPath: unknown.path } }];
    }
    const broken = [repository, tag].find((part) => !isText(part));
    if (broken !== undefined) {
      // Patches leave out what they do not change; half an image is one that we cannot name.
      return repository.kind === 'absent' && tag.kind === 'absent' ? [] : [unreadable(broken, what)];
    }
    return [{ path: image.path, what, value: { kind: 'known', reference: `${textOf(repository)}:${textOf(tag)}` } }];
  });
}

const isText = (part: PropertyReading): boolean => part.kind === 'present' && typeof part.value === 'string';

const textOf = (part: PropertyReading): string => (part.kind === 'present' && typeof part.value === 'string' ? part.value : '');

const unreadable = (part: PropertyReading, what: string): ImageSite => ({
  path: part.path,
  what,
  value: {
    kind: 'unreadable',
    expected: 'text: half of an image reference',
    found: nameOfType(part.kind === 'present' ? part.value : undefined),
  },
});
