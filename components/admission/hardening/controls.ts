import { CONTROLS, LASTING_SOURCES, OFFLINE_VARIABLES, TRUE_WORDS } from '../../../hardening';
import type { Control } from '../../../hardening';
import { celText, celTexts } from '../celText';

/** A control as admission asks for it. */
export interface AdmissionControl {
  readonly control: Control;
  /** CEL: names of the containers, volumes or fields that are not as they should be; empty when all is well. */
  readonly offenders: string;
}

/** Blocking controls that the API server keeps by itself for every pod: no accelerator without a whole limit, no claim that is not there. */
export const KEPT_BY_THE_API_SERVER: readonly string[] = ['accelerator-request'];

const isPositive = (amount: string): string => `isQuantity(${amount}) && quantity(${amount}).isGreaterThan(quantity("0"))`;

/** A field of the pod, which is no list. */
const field = (path: string, isGood: string): string => `(${isGood}) ? [] : [${celText(path)}]`;

const lasting = LASTING_SOURCES.map((source) => `has(v.${source})`).join(' || ');
const CHANGEABLE = `variables.volumes.filter(v, (${lasting}) && v.?persistentVolumeClaim.?readOnly.orValue(false) != true).map(v, v.name)`;

const limit = (resource: string): string => `c.?resources.?limits[?${celText(resource)}].orValue("")`;
const CPU = 'c.?resources.?limits.?cpu.orValue(c.?resources.?requests.?cpu.orValue(""))';
const MEMORY = 'c.?resources.?limits.?memory';

/** The last one wins where a name is there twice. */
const isOffline = (name: string): string => {
  const values = `c.?env.orValue([]).filter(e, e.name == ${celText(name)}).map(e, e.?value.orValue(""))`;
  return `size(${values}) > 0 && ${values}[size(${values}) - 1].lowerAscii() in ${celTexts(TRUE_WORDS)}`;
};

const OFFENDERS: Readonly<Record<string, string>> = {
  'read-only-root':
    'variables.isWindows ? [] : variables.containers.filter(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false) != true).map(c, c.name)',
  'no-shared-processes': field('shareProcessNamespace', 'variables.spec.?shareProcessNamespace.orValue(false) == false'),
  'ordinary-priority': field('priorityClassName', '!variables.spec.?priorityClassName.orValue("").startsWith("system-")'),
  'no-service-account-token': field('automountServiceAccountToken', 'variables.spec.?automountServiceAccountToken.orValue(true) == false'),
  'bounded-scratch': `variables.volumes.filter(v, has(v.emptyDir) && !(${isPositive('v.emptyDir.?sizeLimit.orValue("")')})).map(v, v.name)`,
  'shared-memory-within-limit': `variables.volumes.filter(v, v.?emptyDir.?medium.orValue("") == "Memory" && has(v.emptyDir.sizeLimit) && variables.containers.exists(c, c.?volumeMounts.orValue([]).exists(m, m.name == v.name) && ${MEMORY}.hasValue() && quantity(v.emptyDir.sizeLimit).compareTo(quantity(${MEMORY}.value())) >= 0)).map(v, v.name)`,
  'model-image-digest':
    'variables.volumes.filter(v, has(v.image) && !v.image.?reference.orValue("").matches("@sha256:[0-9a-f]{64}$")).map(v, v.name)',
  'read-only-model': `variables.containers.filter(c, c.?volumeMounts.orValue([]).exists(m, m.name in ${CHANGEABLE} && m.?readOnly.orValue(false) != true)).map(c, c.name)`,
  'offline-hub': `variables.servers.filter(c, !(c.name in variables.hubless) && !(${OFFLINE_VARIABLES.map((name) => `(${isOffline(name)})`).join(' && ')})).map(c, c.name)`,
  'resource-limits': `variables.containers.filter(c, !(${[limit('memory'), limit('ephemeral-storage'), CPU].map((amount) => `(${isPositive(amount)})`).join(' && ')})).map(c, c.name)`,
};

/** Every blocking control of the layer `hardening` that the API server does not keep by itself. */
export const ADMISSION_CONTROLS: readonly AdmissionControl[] = CONTROLS.filter(
  ({ id, severity }) => severity === 'block' && !KEPT_BY_THE_API_SERVER.includes(id),
).map((control) => {
  const offenders = OFFENDERS[control.id];
  if (offenders === undefined) throw new Error(`the blocking control ${control.id} has no CEL, so clusters would not hold it`);
  return { control, offenders };
});
