/** What is shown of a link, and those who wait for it to change. */
import type { LinkStatus } from "../../client.ts";
import type { Cancel, Clock } from "../../ports.ts";

/** How long a caller waits for a change, in ms. */
const WAIT_MS = 25_000;

/** The status of one link. */
export class LinkState {
  readonly #clock: Clock;
  #status: LinkStatus;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock, status: Omit<LinkStatus, "version">) {
    this.#clock = clock;
    this.#status = { ...status, version: 1 };
  }

  get status(): LinkStatus {
    return this.#status;
  }

  get isOver(): boolean {
    return this.#status.stage === "done" || this.#status.stage === "failed";
  }

  /** Changes what is given; nothing changes once the link is over. */
  set(change: Partial<Omit<LinkStatus, "version" | "side">>): void {
    if (this.isOver) return;
    this.#status = { ...this.#status, ...change, version: this.#status.version + 1 };
    for (const wake of [...this.#waiting]) wake();
  }

  /** The status once it is another than `version`, or after a while in any case. */
  async next(version: number): Promise<LinkStatus> {
    if (this.#status.version !== version || this.isOver) return this.#status;
    await new Promise<void>((resolve) => {
      let cancel: Cancel = () => undefined;
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      cancel = this.#clock.after(WAIT_MS, wake);
      this.#waiting.add(wake);
    });
    return this.#status;
  }
}
