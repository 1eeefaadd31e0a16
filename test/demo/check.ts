/** Checks of the demonstration: each states what must be true, and fails its step when it is not. */

/** A step did not do what it promises. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
}

/** @throws CheckFailure when the condition does not hold. */
export function check(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new CheckFailure(`not true: ${promise}`);
}

/** @throws CheckFailure unless both are the same text or number. */
export function checkEqual<T extends string | number | boolean | null | undefined>(
  found: T,
  expected: T,
  what: string,
): void {
  if (found !== expected) throw new CheckFailure(`${what}: expected ${expected}, found ${found}`);
}

/** @throws CheckFailure unless the found texts are the expected ones, each once, in order. */
export function checkSequence(found: readonly string[], expected: readonly string[], what: string): void {
  const twice = found.find((text, index) => found.indexOf(text) !== index);
  if (twice !== undefined) throw new CheckFailure(`${what}: "${twice}" is there twice`);
  const lost = expected.find((text) => !found.includes(text));
  if (lost !== undefined) {
    throw new CheckFailure(`${what}: "${lost}" is missing (${found.length} of ${expected.length} are there)`);
  }
  const wrong = expected.findIndex((text, index) => found[index] !== text);
  if (wrong >= 0) throw new CheckFailure(`${what}: at ${wrong} is "${found[wrong]}", expected "${expected[wrong]}"`);
  checkEqual(found.length, expected.length, what);
}
