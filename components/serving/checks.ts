import { digestReference, shown } from '../arguments/argumentChecks';
import type { Check } from '../arguments/argumentProblems';

/** Directories of the container that we mount ourselves. */
export const TMP_PATH = '/tmp';
export const CACHE_PATH = '/cache';
export const SHARED_MEMORY_PATH = '/dev/shm';
export const VERIFICATION_PATH = '/verification';

/** Directories that a mount would take away from the server, the runtime or us. */
const TAKEN_PATHS = [
  TMP_PATH,
  CACHE_PATH,
  VERIFICATION_PATH,
  '/dev',
  '/proc',
  '/sys',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/usr',
  '/var/run',
  '/run',
];

/** Without a beginning slash, and without empty, `.` or `..` steps: it stays inside whatever it is joined to. */
const RELATIVE_PATH = /^(?!\.{1,2}(?:\/|$))[^/:\0\s]+(?:\/(?!\.{1,2}(?:\/|$))[^/:\0\s]+)*$/;

/** Absolute, without empty, `.` or `..` steps and without the characters that mount options give a meaning to. */
const ABSOLUTE_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[^/:\0\s]+)+$/;

const PATH_LIMIT = 1024;

const ENVIRONMENT_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** The mount point of the model. */
export const modelMountPath: Check = (value) => {
  if (!isAbsolutePath(value)) {
    return { expected: 'an absolute path without "." and ".."', found: shown(value), fix: 'write it like "/models"' };
  }
  const taken = TAKEN_PATHS.find((path) => value === path || value.startsWith(`${path}/`));
  return taken === undefined
    ? undefined
    : {
        expected: 'a directory of its own',
        found: `${shown(value)}, which hides or is hidden by ${taken}`,
        fix: 'write it like "/models"',
      };
};

/** A directory or file inside an image or volume. */
export const relativePath: Check = (value) =>
  typeof value === 'string' && value.length <= PATH_LIMIT && RELATIVE_PATH.test(value)
    ? undefined
    : {
        expected: 'a path inside the files, without a slash at its ends and without "." and ".."',
        found: shown(value),
        fix: 'write it like "models/v2"',
      };

/** Where models lie outside of registries: `s3://bucket/model`, `hf://owner/model`, `https://huggingface.co/...`. */
const OTHER_SOURCE = /^(?:[a-z][a-z0-9+.-]*:\/\/|hf:)/i;

/** An image with files, pinned by digest. What lies elsewhere has no digest that a node would check. */
export const filesReference: Check = (value) =>
  typeof value === 'string' && OTHER_SOURCE.test(value)
    ? {
        expected: 'an image pinned by digest (registry/repository@sha256:<64 hex digits>)',
        found: shown(value),
        fix: value.startsWith('oci://')
          ? 'leave out "oci://"'
          : 'build an image from a verified copy and sign it; or copy the files to a volume, sign them, and use kind "persistentVolumeClaim" with verify',
      }
    : digestReference(value);

/** The path of an HTTP probe. */
export const absolutePath: Check = (value) =>
  typeof value === 'string' && value.length <= PATH_LIMIT && /^\/[\x21-\x7e]*$/.test(value)
    ? undefined
    : { expected: 'a path that begins with /', found: shown(value), fix: 'write it like "/health"' };

/** One word of the command line. Its text stays out of the message: it may hold a secret. */
export const commandWord: Check = (value) =>
  typeof value === 'string' ? undefined : { expected: 'text', found: shown(value), fix: 'quote it' };

/** The name of an environment variable. */
export const environmentName: Check = (value) =>
  typeof value === 'string' && ENVIRONMENT_NAME.test(value)
    ? undefined
    : { expected: 'the name of an environment variable', found: shown(value), fix: 'use letters, digits and underscores' };

function isAbsolutePath(value: unknown): value is string {
  return typeof value === 'string' && value.length <= PATH_LIMIT && ABSOLUTE_PATH.test(value);
}
