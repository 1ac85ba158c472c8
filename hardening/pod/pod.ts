import { Field, UNKNOWN } from './field';
import { withServerDefaults } from './serverDefaults';

/** The kinds of containers, in the order in which the API server looks at them. */
const CONTAINER_FIELDS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

export interface Container {
  readonly kind: (typeof CONTAINER_FIELDS)[number];
  readonly field: Field;
}

/** Where the parts of a pod are. */
export interface PodParts {
  readonly spec: Field;
  readonly metadata: Field;
  /** Containers beside those of the spec: KServe keeps the one of the model by itself. */
  readonly others?: readonly Field[];
}

/**
 * A pod, or the template of one.
 *
 * @param template `metadata` and `spec` of the pod as JSON, with UNKNOWN for each value that is not known yet.
 * @param path Where it stands in its resource: empty for a Pod, `spec.template` for a Deployment.
 */
export function podOf(template: unknown, path = ''): Pod {
  const root = new Field(path, template);
  return new Pod({ spec: root.at('spec'), metadata: root.at('metadata') });
}

/** A pod with what checks ask of it. Make one with `podOf`. */
export class Pod {
  readonly spec: Field;
  readonly metadata: Field;
  readonly containers: readonly Container[];

  constructor({ spec, metadata, others = [] }: PodParts) {
    this.spec = new Field(spec.path, withServerDefaults(spec.value), spec.unknownAt);
    this.metadata = metadata;
    this.containers = [
      ...CONTAINER_FIELDS.flatMap((kind) =>
        this.spec
          .at(kind)
          .items()
          .map((field) => ({ kind, field })),
      ),
      ...others.map((field) => ({ kind: 'containers' as const, field })),
    ];
  }

  /** A place of the security context of each container. */
  security(...keys: readonly string[]): readonly Field[] {
    return this.containers.map(({ field }) => field.at('securityContext', ...keys));
  }

  /** Whether it runs on Windows, where the fields of Linux do not exist. */
  get isWindows(): boolean | typeof UNKNOWN {
    return this.#knownTruth(this.spec.at('os', 'name'), (value) => value === 'windows');
  }

  /** Whether root of the pod is an ordinary user of the node. */
  get hasUserNamespace(): boolean | typeof UNKNOWN {
    return this.#knownTruth(this.spec.at('hostUsers'), (value) => value === false);
  }

  #knownTruth(field: Field, test: (value: unknown) => boolean): boolean | typeof UNKNOWN {
    return field.isUnknown ? UNKNOWN : test(field.value);
  }
}
