/** Shapes whose values keep a rule beside their bounds. */
import { mapped, type Shape } from "../codec/schema.ts";

/** A shape with a rule, kept in both directions: writing what breaks it throws a RangeError. */
export function checked<T>(shape: Shape<T>, isValid: (value: T) => boolean): Shape<T> {
  return mapped(
    shape,
    (value) => (isValid(value) ? value : null),
    (value) => {
      if (!isValid(value)) throw new RangeError("a value breaks the rule of its shape");
      return value;
    },
  );
}
