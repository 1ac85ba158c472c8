import type { PolicyConfigSchema } from '@pulumi/policy';
import { shown } from '../../printing';
import type { TrustPolicyProblem } from '../../verification';
import { tokenRealmProblems } from '../../verification/registry/tokenRealmSettings';
import { suggestion } from '../../verification/trust-policy/nearestName';
import { show } from '../../verification/trust-policy/problems';

/** A policy, as far as its settings go. */
export interface SettingsOwner {
  readonly name: string;
  readonly configSchema?: PolicyConfigSchema;
}

/** Settings with a form of their own inside, which the types of a schema cannot describe. */
const FORMS: Readonly<Partial<Record<string, (value: unknown, path: string) => readonly TrustPolicyProblem[]>>> = {
  tokenRealms: tokenRealmProblems,
};

/** Not a setting of any policy: the engine takes it out of the settings, if it is spelled so. */
const LEVEL = 'enforcementLevel';

/**
 * What is wrong with the settings of a policy. The engine checks the types of the settings that a schema names and hands everything else
 * on, so a misspelled name would have no effect: `trustpolicy`, and another file decides.
 */
export function settingProblems(
  { name, configSchema }: SettingsOwner,
  settings: Readonly<Record<string, unknown>>,
): readonly TrustPolicyProblem[] {
  const known = configSchema?.properties ?? {};
  return Object.entries(settings).flatMap(([setting, value]): readonly TrustPolicyProblem[] => {
    const path = `${name}.${shown(setting)}`;
    if (setting === LEVEL) return [];
    const schema = Object.hasOwn(known, setting) ? known[setting] : undefined;
    if (schema === undefined) return [{ path, message: `unknown setting${suggestion(setting, [...Object.keys(known), LEVEL])}` }];
    const form = FORMS[setting];
    if (form !== undefined) return form(value, path);
    const message = valueProblem(schema, value);
    return message === undefined ? [] : [{ path, message }];
  });
}

/** The parts of JSON Schema that our settings use. */
interface SettingSchema {
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a mapping',
  array: 'a list',
  number: 'a number',
  boolean: 'true or false',
};

function valueProblem({ enum: values, type }: SettingSchema, value: unknown): string | undefined {
  if (values !== undefined) {
    return values.includes(value) ? undefined : `expected ${values.map((one) => JSON.stringify(one)).join(' or ')}, got ${show(value)}`;
  }
  const types = [type ?? []].flat();
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (types.length > 0 && !types.includes(found))
    return `expected ${types.map((one) => TYPES[one] ?? one).join(' or ')}, got ${show(value)}`;
  return typeof value === 'string' && value.trim() === '' ? `expected ${TYPES['string']}, got an empty string` : undefined;
}
