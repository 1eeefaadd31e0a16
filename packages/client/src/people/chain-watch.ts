/** When the chains of people are fetched: now and then, and until what they spoke of is found. */
import { type AccountId, compareHeads, type HeadHint } from "@kith/protocol";
import type { Cancel, Clock } from "../ports.ts";

/** How often one person's chain is fetched, in ms. */
const REFRESH_MS = 60_000;

/** How often a head that a person spoke of is looked for, each time after twice the wait: they may have made it up. */
const MAX_LOOKS = 6;

/** Asks the boxes of a person for their chain and takes over what is new. @returns the last head seen, null without any. */
export type LookAtChain = (account: AccountId) => Promise<HeadHint | null>;

/** Keeps up with the chains of people. */
export class ChainWatch {
  readonly #clock: Clock;
  readonly #look: LookAtChain;
  readonly #lookedAtMs = new Map<AccountId, number>();
  readonly #planned = new Map<AccountId, Cancel>();
  /** Heads that people spoke of and that no box has shown yet. */
  readonly #heard = new Map<AccountId, { readonly head: HeadHint; looks: number }>();
  #isStopped = false;

  constructor(clock: Clock, look: LookAtChain) {
    this.#clock = clock;
    this.#look = look;
  }

  /**
   * Fetches a contact's chain, at most once a minute unless it is urgent, since each of their messages may say that there
   * is something new and fetching costs work. What is too soon is done later.
   * @returns whether a box answered with a valid chain.
   */
  async refresh(account: AccountId, isUrgent = false): Promise<boolean> {
    const nowMs = this.#clock.monotonicMs();
    const waitMs = REFRESH_MS - (nowMs - (this.#lookedAtMs.get(account) ?? Number.NEGATIVE_INFINITY));
    if (!isUrgent && waitMs > 0) {
      this.#plan(account, waitMs);
      return false;
    }
    this.#planned.get(account)?.();
    this.#planned.delete(account);
    this.#lookedAtMs.set(account, nowMs);
    const found = await this.#look(account);
    this.#lookAgain(account, found);
    return found !== null;
  }

  /** A person speaks of a newer chain than the one we know. The word may be here before the chain is in their box. */
  hearOf(account: AccountId, head: HeadHint): void {
    const heard = this.#heard.get(account);
    if (heard === undefined || compareHeads(head, heard.head) > 0) this.#heard.set(account, { head, looks: 0 });
    void this.refresh(account);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#planned.values()) cancel();
    this.#planned.clear();
  }

  #lookAgain(account: AccountId, found: HeadHint | null): void {
    const heard = this.#heard.get(account);
    if (heard === undefined) return;
    heard.looks += 1;
    const isFound = found !== null && compareHeads(found, heard.head) >= 0;
    if (isFound || heard.looks >= MAX_LOOKS) this.#heard.delete(account);
    else this.#plan(account, REFRESH_MS * 2 ** (heard.looks - 1));
  }

  #plan(account: AccountId, waitMs: number): void {
    if (this.#planned.has(account) || this.#isStopped) return;
    const cancel = this.#clock.after(waitMs, () => void this.refresh(account));
    this.#planned.set(account, cancel);
  }
}
