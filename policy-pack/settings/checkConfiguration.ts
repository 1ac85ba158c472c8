import { AnalyzerService } from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import { shown } from '../../printing';
import type { TrustPolicyProblem } from '../../verification';
import { suggestion } from '../../verification/trust-policy/nearestName';
import { show } from '../../verification/trust-policy/problems';
import { settingsInWords } from './settingsInWords';
import { settingProblems } from './settingProblems';
import type { SettingsOwner } from './settingProblems';

/** The fields of the messages of the engine that we need. */
interface PolicyConfig {
  getProperties(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface ConfigureRequest {
  getPolicyconfigMap(): { entries(): Iterable<[string, PolicyConfig]> & Iterator<[string, PolicyConfig]> };
}
interface AnalyzerInfo {
  getPoliciesList(): readonly { getName(): string }[];
}
interface Service {
  readonly configure?: { requestDeserialize: (bytes: Buffer) => ConfigureRequest };
  readonly getAnalyzerInfo?: { responseSerialize: (info: AnalyzerInfo) => Buffer };
}

/** The configuration of the pack as the engine sent it. */
export interface PackConfiguration {
  /** The settings of a policy of ours; also of a disabled one. */
  readonly settingsOf: (policy: string) => Readonly<Record<string, unknown>>;
}

/** Names that mean something to the engine. */
const ALL = 'all';

/**
 * Checks the configuration of the pack when the engine hands it over, before any resource comes, and fails that call: the engine then stops
 * and shows our text. The engine itself knows no settings but those in a schema, and takes any name for that of a policy; and a policy that
 * is disabled, by mistake or not, could not report anything. Must be called before `new PolicyPack(...)`, which copies the service definition.
 *
 * @param policies those of this package
 */
export function checkConfiguration(policies: () => readonly SettingsOwner[]): PackConfiguration {
  let settings: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map();
  let inPack: readonly string[] | undefined;
  const service = AnalyzerService as unknown as Service;

  const { getAnalyzerInfo, configure } = service;
  if (getAnalyzerInfo !== undefined) {
    const serialize = getAnalyzerInfo.responseSerialize;
    getAnalyzerInfo.responseSerialize = (info) => {
      inPack = info.getPoliciesList().map((policy) => policy.getName());
      return serialize(info);
    };
  }
  if (configure !== undefined) {
    const deserialize = configure.requestDeserialize;
    configure.requestDeserialize = (bytes) => {
      const message = deserialize(bytes);
      settings = new Map(
        Array.from(message.getPolicyconfigMap().entries(), ([name, one]) => [name, one.getProperties()?.toJavaScript() ?? {}]),
      );
      const problems = configurationProblems(settings, { ours: policies(), inPack: inPack ?? policies().map(({ name }) => name) });
      // Thrown here, the reason would be lost; where the SDK reads the message, it reaches the engine, as the stack of the error.
      if (problems.length > 0) message.getPolicyconfigMap = () => fail(settingsInWords(problems));
      return message;
    };
  }
  return { settingsOf: (policy) => settings.get(policy) ?? {} };
}

function fail(text: string): never {
  const error = new Error(text);
  error.stack = text;
  throw error;
}

/** Which policies there are: those of this package, and all of the pack, which may be somebody's own. */
interface Policies {
  readonly ours: readonly SettingsOwner[];
  readonly inPack: readonly string[];
}

/** What is wrong with a whole configuration: names of policies, and the settings of ours. */
export function configurationProblems(
  configuration: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  { ours, inPack }: Policies,
): readonly TrustPolicyProblem[] {
  return [...configuration].flatMap(([name, settings]): readonly TrustPolicyProblem[] => {
    if (name === ALL) {
      const [setting] = Object.keys(settings);
      return setting === undefined
        ? []
        : [{ path: `${ALL}.${shown(setting)}`, message: `"${ALL}" takes a level only: give settings to a policy` }];
    }
    const owner = ours.find((policy) => policy.name === name);
    if (owner !== undefined) return settingProblems(owner, settings);
    if (inPack.includes(name)) return [];
    return isOursToJudge(name, settings, { ours, inPack })
      ? [{ path: show(name), message: `unknown policy${suggestion(name, [...inPack, ALL])}` }]
      : [];
  });
}

/** In a pack with policies of others, an entry that resembles nothing of ours is theirs, perhaps left over. */
function isOursToJudge(name: string, settings: Readonly<Record<string, unknown>>, { ours, inPack }: Policies): boolean {
  const names = ours.map((policy) => policy.name);
  if (inPack.every((policy) => names.includes(policy))) return true;
  const ourSettings = ours.flatMap(({ configSchema }) => Object.keys(configSchema?.properties ?? {}));
  return [suggestion(name, names), ...Object.keys(settings).map((setting) => suggestion(setting, ourSettings))].some((end) =>
    end.includes('did you mean'),
  );
}
