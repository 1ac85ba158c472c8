import type { Field } from '../pod/field';
import type { ServerInvocation } from '../server-options/types';

/** How a container starts, for the table of dangerous options; what is not known is `undefined` there. */
export function invocationOf(container: Field): ServerInvocation {
  const texts = (key: string) =>
    container
      .at(key)
      .items()
      .map((item) => item.text);
  return {
    image: container.at('image').text,
    command: texts('command'),
    args: texts('args'),
    env: container
      .at('env')
      .items()
      .map((variable) => ({ name: variable.at('name').text ?? '', value: valueOf(variable) })),
  };
}

/** A variable without a value is empty; one from a Secret, ConfigMap or field is not known. */
function valueOf(variable: Field): string | undefined {
  const value = variable.at('value');
  if (value.isAbsent && variable.at('valueFrom').isAbsent) return '';
  return typeof value.value === 'number' || typeof value.value === 'boolean' ? String(value.value) : value.text;
}
