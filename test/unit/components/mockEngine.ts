import * as pulumi from '@pulumi/pulumi';

/** One resource as a component registered it. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Records what components register. It gives every resource its inputs as outputs, checks nothing, and knows no providers: what the real
 * engine and API server make of the resources is for the engine and cluster tests.
 */
export class MockEngine {
  readonly resources: RegisteredResource[] = [];

  static async start(options: { preview?: boolean } = {}): Promise<MockEngine> {
    const engine = new MockEngine();
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          engine.resources.push({ type, name, inputs });
          return { id: `${name}-id`, state: inputs };
        },
        call: () => ({}),
      },
      'project',
      'stack',
      options.preview ?? false,
    );
    return engine;
  }

  /** The one resource of this type; waits for what is being registered. */
  async only(type: string): Promise<RegisteredResource> {
    await settled();
    const found = this.resources.filter((resource) => resource.type === type);
    if (found.length !== 1) {
      throw new Error(`expected one ${type}, found ${found.length} of ${this.resources.map((resource) => resource.type).join(', ')}`);
    }
    return found[0]!;
  }
}

/** Waits until registrations that were started have reached the mock. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** The value of an output that is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
