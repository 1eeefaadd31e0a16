/** Who is writing to us just now. In memory only: nothing of it is ever stored. */
import { type AccountId, accountToText, TYPING_LIFE_MS } from "@kith/protocol";
import type { EventLog } from "../event-log.ts";
import type { Cancel, Clock } from "../ports.ts";

/** The people who write, each until they stop, say something, or are silent for six seconds. */
export class Typists {
  readonly #clock: Clock;
  readonly #events: EventLog;
  readonly #ends = new Map<AccountId, Cancel>();

  constructor(clock: Clock, events: EventLog) {
    this.#clock = clock;
    this.#events = events;
  }

  has(account: AccountId): boolean {
    return this.#ends.has(account);
  }

  /** They write; told once, however often they say so. */
  begin(account: AccountId): void {
    this.#ends.get(account)?.();
    const isNew = !this.#ends.has(account);
    this.#ends.set(
      account,
      this.#clock.after(TYPING_LIFE_MS, () => this.end(account)),
    );
    if (isNew) this.#tell(account, true);
  }

  /** They stopped, or what they wrote is here. */
  end(account: AccountId): void {
    const cancel = this.#ends.get(account);
    if (cancel === undefined) return;
    cancel();
    this.#ends.delete(account);
    this.#tell(account, false);
  }

  endAll(): void {
    for (const account of [...this.#ends.keys()]) this.end(account);
  }

  #tell(account: AccountId, isTyping: boolean): void {
    this.#events.show({ type: "chat.typing", account: accountToText(account), isTyping });
  }
}
