import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cacheDirectory } from './cacheDirectory';
import { POLICY_CONTROLLER, pinnedVersion } from './goTool';
import { mustRun } from './runCommand';

/** Files of the module's `config/` that are no objects of a cluster. */
const NOT_OBJECTS = ['kustomization.yaml'];

/** File in the user's cache with the objects that install policy-controller, as one JSON list; `providePolicyControllerConfig` writes it. */
export function policyControllerConfigFile(): string {
  const version = pinnedVersion(POLICY_CONTROLLER);
  const key = createHash('sha256').update(NOT_OBJECTS.join(' ')).digest('hex').slice(0, 12);
  return cacheDirectory('manifests', `policy-controller-${version}-${key}`, 'config.json');
}

export const hasPolicyControllerConfig = (): boolean => existsSync(policyControllerConfigFile());

/**
 * Takes the objects that install policy-controller (definitions, webhooks, roles, settings) out of its published Go module, which Go checks
 * against our go.sum.
 */
export async function providePolicyControllerConfig(): Promise<string> {
  const target = policyControllerConfigFile();
  if (existsSync(target)) return target;
  const module = `${POLICY_CONTROLLER.versionOf}@v${pinnedVersion(POLICY_CONTROLLER)}`;
  const { stdout } = await mustRun('go', ['mod', 'download', '-json', module], {
    cwd: path.join(__dirname, '..', POLICY_CONTROLLER.module),
  });
  const config = path.join((JSON.parse(stdout) as { readonly Dir: string }).Dir, 'config');
  const files = readdirSync(config).filter((name) => name.endsWith('.yaml') && !NOT_OBJECTS.includes(name));
  const objects = files.sort().flatMap((file) =>
    parseAllDocuments(readFileSync(path.join(config, file), 'utf8')).flatMap((document) => {
      const object: unknown = document.toJS();
      return object === null || object === undefined ? [] : [object];
    }),
  );
  const directory = path.dirname(target);
  mkdirSync(path.dirname(directory), { recursive: true });
  const scratch = mkdtempSync(`${directory}.`);
  try {
    writeFileSync(path.join(scratch, path.basename(target)), JSON.stringify(objects));
    renameSync(scratch, directory);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Two runs may have done the same at once: the first one's file is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
}
