import { quotedReference } from '../../printing';
import type { Check, Complaint } from './argumentProblems';
import { isDigestReference } from './digestReference';

/** Longest piece of a value that a message repeats. */
const SHOWN_LIMIT = 120;

/** RFC 1035 label, as Services demand; every other name that we give accepts it too. */
const DNS_LABEL = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** RFC 1123 label, as namespaces and secrets of one label have it. */
const DNS_1123_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** RFC 1123 subdomain: labels separated by dots. */
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** Kubernetes quantities, without the exponent form. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const CPU_QUANTITY = /^(?:\d+(?:\.\d{1,3})?|\d+m)$/;
const BYTE_QUANTITY = /^\d+(?:\.\d+)?(?:k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** `nvidia.com/gpu`, `nvidia.com/mig-1g.10gb`, `amd.com/gpu`: a domain, and a name below it. */
const EXTENDED_RESOURCE = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\.[a-z]{2,63}\/[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Labels. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_NAME = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** A value in a message: quoted and cut, without what a terminal or Markdown acts on, and without credentials in a reference. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quotedReference(value, SHOWN_LIMIT);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : Array.isArray(value) ? 'a list' : typeof value;
}

const complain = (expected: string, value: unknown, fix: string): Complaint => ({ expected, found: shown(value), fix });

const matches = (pattern: RegExp, expected: string, fix: string): Check => {
  return (value) => (typeof value === 'string' && pattern.test(value) ? undefined : complain(expected, value, fix));
};

/** A reference that names one content for good. */
export const digestReference: Check = (value) =>
  typeof value === 'string' && isDigestReference(value)
    ? undefined
    : complain(
        'an image pinned by digest (registry/repository@sha256:<64 hex digits>)',
        value,
        'look the digest up with `crane digest <image>` and write it after an @',
      );

export const componentName = matches(
  DNS_LABEL,
  'at most 63 lower-case letters, digits and hyphens, beginning with a letter (the Service has this name)',
  'rename the component',
);

export const namespaceName = matches(DNS_1123_LABEL, 'the name of a namespace', 'use lower-case letters, digits and hyphens');

export const secretName = matches(DNS_SUBDOMAIN, 'the name of a secret', 'use lower-case letters, digits, hyphens and dots');

export const labelName = matches(LABEL_NAME, 'the name of a label', 'write it like "nvidia.com/gpu.product"');

export const labelValue = matches(LABEL_VALUE, 'the value of a label', 'use letters, digits, hyphens, dots and underscores');

export const cpuQuantity: Check = (value) =>
  typeof value === 'string' && CPU_QUANTITY.test(value) && Number.parseFloat(value) > 0
    ? undefined
    : complain('an amount of CPU above zero', value, 'write cores ("2", "0.5") or thousandths ("500m")');

/** Bytes. The suffix `m` is refused although Kubernetes reads it: `512m` of memory is half a byte, and always meant as `512Mi`. */
export const byteQuantity: Check = (value) =>
  typeof value === 'string' && BYTE_QUANTITY.test(value) && Number.parseFloat(value) > 0
    ? undefined
    : complain('an amount of bytes above zero', value, 'write one amount with its unit ("4Gi", "512Mi")');

export const extendedResourceName = matches(
  EXTENDED_RESOURCE,
  'the name of an extended resource',
  'write it as the device plugin offers it ("nvidia.com/gpu", "nvidia.com/mig-1g.10gb")',
);

/** A whole number between two bounds, both included. */
export function integer(what: string, minimum: number, maximum: number, fix: string): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum ? undefined : complain(what, value, fix);
}

/** One of a few words. */
export function choice(values: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && values.includes(value)
      ? undefined
      : complain(`one of ${values.map((word) => JSON.stringify(word)).join(', ')}`, value, 'choose one of them');
}

/** Any text with something in it. */
export const plainText: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : complain('text', value, 'write something, or leave it out');
