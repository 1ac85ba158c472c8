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

/** As `mapInput`, of two values: applied now when both are plain. */
export function mapInputs<A extends Leaf, B extends Leaf, U extends Leaf>(
  first: pulumi.Input<A>,
  second: pulumi.Input<B>,
  map: (first: A, second: B) => U,
): pulumi.Input<U> {
  if (isPlain(first)) {
    return mapInput(second, (value) => map(first, value));
  }
  return pulumi.all([first, second]).apply(([one, two]) => map(one as A, two as B));
}
