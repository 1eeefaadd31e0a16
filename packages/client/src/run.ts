/** The time between the opening of an account and its lock or the end of the process. */
import { MessengerError } from "./messenger-error.ts";
import type { RunStore } from "./store/run-store.ts";

/** One run: from an account that opens to its lock or the end of the process. */
export class Run {
  store: RunStore | null = null;
  /** Rejects when the run ends. */
  readonly ended: Promise<never>;
  #reject: (error: MessengerError) => void = () => undefined;

  constructor() {
    this.ended = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    this.ended.catch(() => undefined); // told to the calls that wait, if there are any
  }

  end(code: "STOPPED" | "ACCOUNT_LOCKED"): void {
    this.#reject(new MessengerError(code, "the account was locked, or this node stops, before this was done"));
  }
}
