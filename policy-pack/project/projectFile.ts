import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type * as Core from '../../verification';

/** A project as its file describes it. */
export interface Project {
  /** Directory of the file. */
  readonly root: string;
  readonly file: string;
  readonly name: unknown;
  /** Where the engine starts the program; `undefined` when `main` leads nowhere. */
  readonly program: string | undefined;
}

/** In the order in which Pulumi looks for them: sdk/go/common/workspace/paths.go */
const PROJECT_FILES = ['Pulumi.json', 'Pulumi.yaml', 'Pulumi.yml'];

/** More than any project file has; a program in YAML is part of it. */
const MAX_BYTES = 1024 * 1024;

/** The project that Pulumi uses in a directory: the nearest one upwards; `undefined` when there is none, or none that can be read. */
export function projectAbove(start: string, { readTopLevel }: Pick<typeof Core, 'readTopLevel'>): Project | undefined {
  const file = nearestProjectFile(start);
  if (file === undefined) return undefined;
  const root = path.dirname(file);
  const text = readBounded(file);
  const fields = text === undefined ? undefined : readTopLevel(text, ['name', 'main']);
  return { root, file, name: fields?.['name'], program: fields && programDirectory(root, fields['main']) };
}

function nearestProjectFile(start: string): string | undefined {
  for (let directory = start; ; directory = path.dirname(directory)) {
    const file = PROJECT_FILES.map((name) => path.join(directory, name)).find(isFile);
    if (file !== undefined) return file;
    if (directory === path.dirname(directory)) return undefined;
  }
}

/** pkg/engine/project.go, getPwdMain: `main` itself if it is a directory, else the directory that it is in. */
function programDirectory(root: string, main: unknown): string | undefined {
  if (main === undefined || main === null || main === '') return root;
  if (typeof main !== 'string') return undefined;
  const target = path.resolve(root, main);
  try {
    return statSync(target).isDirectory() ? target : path.dirname(target);
  } catch {
    return undefined;
  }
}

function isFile(file: string): boolean {
  try {
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function readBounded(file: string): string | undefined {
  try {
    const { size } = statSync(file);
    return size > MAX_BYTES ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
