import { ACCELERATOR, SERVER_IMAGES, SERVER_PROGRAMS, WITHOUT_HUB } from '../../../hardening';
import { celText } from '../celText';

/** A variable of a ValidatingAdmissionPolicy; later ones may use earlier ones. */
export interface CelVariable {
  readonly name: string;
  readonly expression: string;
}

/** What ends a word to a shell. CEL cannot take quotes apart, so `vl""lm` is not recognised here; the preview sees through it. */
const WORD_END = `[\\s;&|()<>\`"']`;

/** The pattern of a word as one that finds the word in a text. */
const inText = ({ source }: RegExp): string => source.replaceAll('^', `(?:^|${WORD_END})`).replaceAll('$', `(?:$|${WORD_END})`);

type Pattern = (typeof SERVER_PROGRAMS)[number];
const anyOf = (patterns: readonly Pattern[], write: (pattern: RegExp) => string): string =>
  celText(patterns.map(([pattern]) => `(?:${write(pattern)})`).join('|'));

/** Variables that hold options start a server as well as arguments do. */
const TEXTS =
  'c.?command.orValue([]) + c.?args.orValue([]) + c.?env.orValue([]).map(e, e.?value.orValue("")).filter(v, v.matches("(?:^|\\\\s)--?\\\\w"))';

const isHubless = ([, server]: Pattern): boolean => WITHOUT_HUB.includes(server);
const startsOne = (patterns: readonly Pattern[]): string => `(${TEXTS}).exists(t, t.matches(${anyOf(patterns, inText)}))`;
const isNamedAfterOne = (patterns: readonly Pattern[]): string =>
  `c.?image.orValue("").split("@")[0].lowerAscii().matches(${anyOf(patterns, ({ source }) => source)})`;

const accelerators = (container: string, kind: string): string =>
  `${container}.?resources.?${kind}.orValue({}).exists(r, r.matches(${celText(`(?i)${ACCELERATOR.source}`)}))`;
const hasAccelerator = (container: string): string => `(${accelerators(container, 'limits')} || ${accelerators(container, 'requests')})`;

const mounts = (container: string, names: string): string => `${container}.?volumeMounts.orValue([]).exists(m, m.name in ${names})`;

/**
 * The parts of a pod, and which of its containers run the model: `ModelPod` of the layer `hardening` in CEL. A test on a real API server
 * compares the two.
 */
export const MODEL_POD: readonly CelVariable[] = [
  { name: 'spec', expression: 'variables.template.?spec.orValue({})' },
  { name: 'annotations', expression: 'variables.template.?metadata.?annotations.orValue({})' },
  { name: 'running', expression: 'variables.spec.?containers.orValue([])' },
  { name: 'containers', expression: 'variables.spec.?initContainers.orValue([]) + variables.running' },
  { name: 'volumes', expression: 'variables.spec.?volumes.orValue([])' },
  { name: 'isWindows', expression: 'variables.spec.?os.?name.orValue("") == "windows"' },
  { name: 'imageVolumes', expression: 'variables.volumes.filter(v, has(v.image)).map(v, v.name)' },
  { name: 'marked', expression: `variables.running.filter(c, ${hasAccelerator('c')} || ${mounts('c', 'variables.imageVolumes')})` },
  { name: 'servers', expression: 'size(variables.marked) > 0 ? variables.marked : variables.running' },
  // A container may not have the name of another one, so the name stands for it.
  { name: 'known', expression: `variables.containers.filter(c, ${startsServer()}).map(c, c.name)` },
  { name: 'hubless', expression: `variables.containers.filter(c, ${startsHubless()}).map(c, c.name)` },
  {
    name: 'isModelPod',
    expression: `size(variables.spec.?resourceClaims.orValue([])) > 0 || size(variables.imageVolumes) > 0 || size(variables.known) > 0 || variables.containers.exists(c, ${hasAccelerator('c')})`,
  },
];

function startsServer(): string {
  return `${startsOne(SERVER_PROGRAMS)} || ${isNamedAfterOne(SERVER_IMAGES)}`;
}

/** Servers that know no hub; one that also starts another server counts as the other. The command line counts before the image. */
function startsHubless(): string {
  const others = (patterns: readonly Pattern[]) => patterns.filter((pattern) => !isHubless(pattern));
  const program = `${startsOne(SERVER_PROGRAMS.filter(isHubless))} && !${startsOne(others(SERVER_PROGRAMS))}`;
  const image = `!${startsOne(SERVER_PROGRAMS)} && ${isNamedAfterOne(SERVER_IMAGES.filter(isHubless))} && !${isNamedAfterOne(others(SERVER_IMAGES))}`;
  return `(${program}) || (${image})`;
}
