import { unknownVariable } from './expansion';
import type { Word } from './commandLine';
import type { DangerousOption } from './types';

/** A finding before it is given its place. */
export type Hole = Omit<DangerousOption, 'where' | 'index'>;

const INSTALLERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pip', ['install']],
  ['pip3', ['install']],
  ['uv', ['add', 'sync']],
  ['apt', ['install']],
  ['apt-get', ['install']],
  ['apk', ['add']],
  ['dnf', ['install']],
  ['yum', ['install']],
  ['microdnf', ['install']],
  ['conda', ['install']],
  ['mamba', ['install']],
  ['npm', ['install', 'i', 'ci']],
  ['git', ['clone']],
]);

const DOWNLOADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['hf', ['download']],
  ['huggingface-cli', ['download']],
  ['modelscope', ['download']],
  ['ollama', ['pull']],
  ['git-lfs', ['pull']],
  ['aws', ['s3', 's3api']],
  ['gsutil', ['cp', 'rsync']],
  ['s5cmd', ['cp', 'sync']],
  ['rclone', ['copy', 'sync']],
  ['curl', []],
  ['wget', []],
]);

const STORAGE_ADDRESS = /(?:^|=)(?<scheme>s3|gs|gcs|az|azure|abfss?|oss|cos|hf|ngc|modelscope):\/\//i;
const CODE_IN_TEXT = /trust[-_]remote[-_]code["']?\s*[:=]\s*["']?(?:true|1|yes|on)\b/i;

/** What the word at `at` does beside setting an option: installs, downloads, hides what it runs. */
export function commandHole(line: readonly Word[], at: number): Hole | undefined {
  const text = line[at]?.text ?? '';
  const program = text.slice(text.lastIndexOf('/') + 1);
  const first = firstOperand(line, at);
  if (INSTALLERS.get(program)?.includes(first)) {
    return block(`${program} ${first}`, 'installs code at every start that nobody verified', 'install it when the server image is built');
  }
  const downloads = DOWNLOADERS.get(program);
  if (downloads !== undefined && (downloads.length === 0 ? isDownload(line, at) : downloads.includes(first))) {
    const reason = 'downloads at every start what nobody verified';
    return advise(downloads.length === 0 ? program : `${program} ${first}`, reason, 'mount the model by digest');
  }
  if (program === 'eval') return hidden('eval', 'runs text that is only put together at the start');
  const scheme = STORAGE_ADDRESS.exec(text)?.groups?.['scheme'];
  if (scheme !== undefined) {
    return advise(
      `${scheme.toLowerCase()}://`,
      'loads the model from storage that nobody verified',
      'copy it into a signed model image, and mount that by digest',
    );
  }
  if (CODE_IN_TEXT.test(text)) {
    return block(
      'trust_remote_code',
      'runs Python that the model brings along, with the rights of the server',
      'remove it, and put the code that the model needs into the server image',
    );
  }
  const variable = unknownVariable(text);
  return variable === undefined ? undefined : hidden(`$${variable}`, 'its value is not known here and may hold any option');
}

/** The first word behind a program that is no flag, within the same simple command. */
function firstOperand(line: readonly Word[], at: number): string {
  for (const { text } of line.slice(at + 1)) {
    if (text === undefined || /^[;&|()<>\n`]$/.test(text)) return '';
    if (!text.startsWith('-')) return text;
  }
  return '';
}

/** `curl` and `wget` as programs that are given an address, not as words of a sentence. */
function isDownload(line: readonly Word[], at: number): boolean {
  const rest = line.slice(at + 1).map(({ text }) => text ?? '');
  const end = rest.findIndex((text) => /^[;&|()\n`]$/.test(text));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .some((text) => /^(?:https?|ftp):\/\//i.test(text) && !/^https?:\/\/(?:localhost|127\.)/i.test(text));
}

const block = (option: string, reason: string, fix: string): Hole => ({ option, severity: 'block', certainty: 'certain', reason, fix });
const advise = (option: string, reason: string, fix: string): Hole => ({ option, severity: 'advise', certainty: 'certain', reason, fix });
const hidden = (option: string, reason: string): Hole => ({
  option,
  severity: 'advise',
  certainty: 'unknown',
  reason,
  fix: 'write the options out in args',
});
