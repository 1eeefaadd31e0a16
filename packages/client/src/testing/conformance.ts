/** Test cases without a test framework: a case throws when the implementation breaks the rule in its name. */

/** One rule and the check of it. */
export interface ConformanceCase<T> {
  /** The behaviour as a sentence. */
  readonly name: string;
  run(make: () => Promise<T>): Promise<void>;
}

/** Fails the running case. */
export class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** Throws unless `condition` holds. */
export function expectThat(condition: boolean, rule: string): void {
  if (!condition) throw new ConformanceError(rule);
}

/** Waits for a rejection and returns its reason; throws when the promise is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ isRejected: false, reason: undefined as unknown }),
    (reason: unknown) => ({ isRejected: true, reason }),
  );
  expectThat(outcome.isRejected, "expected a rejection, got a result");
  return outcome.reason;
}
