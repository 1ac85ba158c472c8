import * as pulumi from '@pulumi/pulumi';

/** A value that an argument may have in one piece: everything below works on leaves, so that one unknown leaf hides no other. */
export type Leaf = string | number | boolean;

/** Whether the value is there now, and not only when some resource exists. */
export function isPlain<T extends Leaf>(input: pulumi.Input<T>): input is T {
  return !(input instanceof Promise) && !pulumi.Output.isInstance(input);
}

/** Applies `map` now to a plain value, later to a computed one; an unknown value stays unknown and never reaches `map`. */
export function mapInput<T extends Leaf, U extends Leaf>(input: pulumi.Input<T>, map: (value: T) => U): pulumi.Input<U> {
  return isPlain(input) ? map(input) : (pulumi.output(input) as pulumi.Output<T>).apply(map);
}
