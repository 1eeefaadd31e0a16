/**
 * Whether a platform's own implementation of a primitive is used: found out once, at the first use, by computing known
 * answers. A platform that lacks it, throws, or answers otherwise is not asked again.
 */

/** One primitive's choice. */
export class NativeChoice {
  readonly #probe: () => Promise<boolean>;
  #isNative = false;
  #probing: Promise<boolean> | undefined;

  /** @param probe resolves to whether the known answers came out; may reject. */
  constructor(probe: () => Promise<boolean>) {
    this.#probe = probe;
  }

  /** The choice so far: false until the known answers are there. The first call begins to compute them. */
  isNative(): boolean {
    this.#probing ??= this.#run();
    return this.#isNative;
  }

  /** The choice once it is made. */
  settled(): Promise<boolean> {
    this.#probing ??= this.#run();
    return this.#probing;
  }

  /** Runs `native` where it is chosen, and `portable` where it is not or where `native` fails on this input. */
  async answer<T>(native: () => Promise<T>, portable: () => T | Promise<T>): Promise<T> {
    if (!this.isNative()) return portable();
    try {
      return await native();
    } catch {
      return portable(); // platforms name one refusal differently, so the portable code decides what it is
    }
  }

  async #run(): Promise<boolean> {
    try {
      this.#isNative = await this.#probe();
    } catch {
      this.#isNative = false; // whatever the reason: what cannot answer a known question is not used
    }
    return this.#isNative;
  }
}
