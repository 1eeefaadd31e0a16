/** Says hello to devices we have no session with yet: those of people who came by way of another device, and our own. */
import type { AccountId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Mailboxes } from "../receive/mailboxes.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";

/** One hello at a time: each may cost work at a relay. */
export class Greeter {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #mailboxes: Mailboxes;
  readonly #waiting = new Set<AccountId>();
  #isRunning = false;
  #isStopped = false;

  constructor(core: Core, sender: Sender, mailboxes: Mailboxes) {
    this.#core = core;
    this.#sender = sender;
    this.#mailboxes = mailboxes;
  }

  stop(): void {
    this.#isStopped = true;
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

  /** Says our new head to everybody who is let in, so that they look at our chain now and not with our next message. */
  async sayHead(): Promise<void> {
    const core = this.#core;
    for (const { account, relation } of core.people.contacts()) {
      if (this.#isStopped) return;
      if (relation !== "accepted") continue;
      let committed: Promise<void> = Promise.resolve();
      await core.lock.run(account, async () => {
        const draft = new Draft(core, true);
        for (const peer of core.people.peersOf(account)) {
          if (peer.session.current !== null) await queueControl(core, this.#sender.outbox, draft, peer, {});
        }
        committed = draft.commit();
      });
      await committed;
    }
  }

  async #run(): Promise<void> {
    for (const account of this.#waiting) {
      this.#waiting.delete(account);
      for (const { row } of this.#core.people.peersOf(account)) {
        if (this.#isStopped) return;
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
