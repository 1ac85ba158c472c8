/**
 * Paths of values that a chart does not know. Helm takes every key, and a misspelt one changes nothing without a word.
 *
 * @param defaults what the chart's values.yaml has there; an empty map takes anything, as `extraArgs` does
 */
export function unknownValues(values: object, defaults: unknown, path = ''): readonly string[] {
  if (!isMap(defaults)) return [path];
  if (Object.keys(defaults).length === 0) return [];
  return Object.entries(values).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(defaults, key)) return [here];
    return isMap(value) ? unknownValues(value, defaults[key], here) : [];
  });
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
