/** Says hello to devices we have no session with yet: those of people who came by way of another device, and our own. */
import type { AccountId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Mailboxes } from "../receive/mailboxes.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import { sayHead } from "../send/say-head.ts";

/** One hello at a time: each may cost work at a relay. */
export class Greeter {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #mailboxes: Mailboxes;
  readonly #waiting = new Set<AccountId>();
  readonly #stop = new AbortController();
  #isRunning = false;

  constructor(core: Core, sender: Sender, mailboxes: Mailboxes) {
    this.#core = core;
    this.#sender = sender;
    this.#mailboxes = mailboxes;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Takes up what a stop left over. */
  start(): void {
    const { people, account } = this.#core;
    for (const each of [...people.contacts().map((row) => row.account), account.id]) this.greet(each);
  }

  /** Plans a hello to every device of an account that has none yet. */
  greet(account: AccountId): void {
    this.#waiting.add(account);
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
    });
  }

  /** Says our new head to everybody who is let in. */
  sayHead(): Promise<void> {
    return sayHead(this.#core, this.#sender, this.#stop.signal);
  }

  async #run(): Promise<void> {
    for (const account of this.#waiting) {
      this.#waiting.delete(account);
      for (const { row } of this.#core.people.peersOf(account)) {
        if (this.#stop.signal.aborted) return;
        await this.#mailboxes.ensure(row.device);
      }
      await this.#greet(account);
    }
  }

  async #greet(account: AccountId): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      if (core.people.contact(account)?.relation !== "accepted") return;
      const draft = new Draft(core, true);
      for (const peer of core.people.peersOf(account)) {
        const { device, boxes } = peer.row;
        const isMet = peer.session.current !== null || this.#sender.outbox.count(device) > 0;
        if (!isMet && boxes.length > 0) await queueControl(core, this.#sender.outbox, draft, peer, { accepted: 1 });
      }
      committed = draft.commit();
    });
    await committed;
  }
}
