import * as pulumi from '@pulumi/pulumi';

import { shown } from '../../printing';
import { isPlain, mapInput, mapInputs } from './mapInput';
import type { Leaf } from './mapInput';

/** What is wrong with one argument. */
export interface Complaint {
  /** What belongs there: `a port from 1 to 65535`. */
  readonly expected: string;
  /** What is there instead: `"http"`. Never a value that may be a secret. */
  readonly found: string;
  /** What to do about it, as an instruction. */
  readonly fix: string;
}

/** Judges one value; `unknown` because JavaScript callers and other languages are not held to our types. */
export type Check = (value: unknown) => Complaint | undefined;

/**
 * Collects everything that is wrong with the arguments of a component, so that the author sees all of it at once.
 *
 * Plain values are judged at once. Computed values are judged when they are known, in the returned input: at preview an unknown value
 * stays unknown, and nothing is refused that may turn out right.
 */
export class ArgumentProblems {
  readonly #component: string;
  readonly #errors: pulumi.InputPropertyErrorDetails[] = [];

  /** @param component How to name the component in messages: `ModelServing "sentiment"`. */
  constructor(component: string) {
    this.#component = component;
  }

  /** Judges `input`, found at `path` of the arguments, and returns it, guarded when it is computed. */
  check<T extends Leaf>(path: string, input: pulumi.Input<T>, check: Check): pulumi.Input<T> {
    if (isPlain(input)) {
      this.add(path, check(input));
      return input;
    }
    return mapInput(input, (value) => {
      this.#refuse(path, check(value));
      return value;
    });
  }

  /** As `check`, for a value that is right or wrong only beside another one: judged when both are known. */
  checkBeside<T extends Leaf, Other extends Leaf>(
    path: string,
    input: pulumi.Input<T>,
    other: pulumi.Input<Other>,
    check: (value: T, other: Other) => Complaint | undefined,
  ): pulumi.Input<T> {
    if (isPlain(input) && isPlain(other)) {
      this.add(path, check(input, other));
      return input;
    }
    return mapInputs(input, other, (value, known) => {
      this.#refuse(path, check(value, known));
      return value;
    });
  }

  /** Records a complaint about `path`, if there is one. */
  add(path: string, complaint: Complaint | undefined): void {
    if (complaint !== undefined) {
      this.#errors.push(details(path, complaint));
    }
  }

  /** @throws pulumi.InputPropertiesError with every complaint recorded so far, if there is any. */
  throwIfAny(): void {
    if (this.#errors.length > 0) {
      throw propertiesError(this.#component, this.#errors);
    }
  }

  #refuse(path: string, complaint: Complaint | undefined): void {
    if (complaint !== undefined) {
      throw propertiesError(this.#component, [details(path, complaint)]);
    }
  }
}

function details(path: string, { expected, found, fix }: Complaint): pulumi.InputPropertyErrorDetails {
  return { propertyPath: shown(path), reason: `expected ${expected}, found ${shown(found)}; ${fix}` };
}

/** The message repeats every reason: a program that is not a component plugin shows only the message. */
function propertiesError(component: string, errors: readonly pulumi.InputPropertyErrorDetails[]): pulumi.InputPropertiesError {
  const lines = errors.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
  return new pulumi.InputPropertiesError({ message: [`${shown(component)}: invalid arguments`, ...lines].join('\n'), errors: [...errors] });
}
