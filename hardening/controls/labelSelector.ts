import type { Field } from '../pod/field';

/**
 * Whether a label selector selects pods with these labels; undefined when a value that decides is not known yet. An empty selector selects all.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function selects(selector: Field, labels: Field): boolean | undefined {
  if (selector.isUnknown || labels.isUnknown) return undefined;
  const results = [
    ...selector
      .at('matchLabels')
      .entries()
      .map(([key, value]) => equal(labels.at(key), value)),
    ...selector
      .at('matchExpressions')
      .items()
      .map((expression) => matches(expression, labels)),
  ];
  if (results.includes(false)) return false;
  return results.includes(undefined) || selector.at('matchLabels').isUnknown || selector.at('matchExpressions').isUnknown
    ? undefined
    : true;
}

function equal(label: Field, wanted: Field): boolean | undefined {
  return label.isUnknown || wanted.isUnknown ? undefined : label.text === wanted.text;
}

function matches(expression: Field, labels: Field): boolean | undefined {
  const key = expression.at('key').text;
  const values = expression.at('values').items();
  if (key === undefined || values.some(({ isUnknown }) => isUnknown)) return undefined;
  const label = labels.at(key);
  if (label.isUnknown) return undefined;
  const isListed = values.some(({ text }) => text === label.text);
  switch (expression.at('operator').text) {
    case 'In':
      return isListed;
    case 'NotIn':
      return !isListed;
    case 'Exists':
      return !label.isAbsent;
    case 'DoesNotExist':
      return label.isAbsent;
    case undefined:
    default:
      return undefined;
  }
}
