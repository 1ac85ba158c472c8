import type { TrustPolicyProblem } from '../../verification';
import { packSettingWords } from '../../verification/describe/packSettings';

const CODE = 'pack-setting-invalid';

/** The finding as text, in the form of `formatFinding`, without loading the core: the engine waits for the answer to load the pack. */
export function settingsInWords(problems: readonly TrustPolicyProblem[]): string {
  const { title, expected = [], found = [], next } = packSettingWords({ code: CODE, problems });
  const row = (label: string, lines: readonly string[]) => lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(9)} ${line}`);
  return [
    `${title} [${CODE}]`,
    ...row('expected', expected),
    ...row('found', found),
    ...row('next', next),
    `  docs      https://unpkg.com/pulumi-model-supply-chain/docs/findings/${CODE}.md`,
  ].join('\n');
}
