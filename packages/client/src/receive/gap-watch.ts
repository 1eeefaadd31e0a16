/** Asks again for contents that never came: a hole in the numbers that stays open for a while. */
import { MAX_RECEIPTS } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { hasSessions } from "../people/contact-row.ts";
import type { Peer } from "../people/people.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";

/** How long a hole may stay before it is asked for, and how long until it is asked for again, in ms. */
const CHECK_MS = 60_000;
const ASK_AGAIN_MS = 6 * 3600 * 1000;

/** Looks for holes now and then. */
export class GapWatch {
  readonly #core: Core;
  readonly #sender: Sender;
  #cancel: () => void = () => undefined;

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
  }

  stop(): void {
    this.#cancel();
  }

  /** Plans the next look; a look asks each device at most once in six hours. */
  check(): void {
    this.#cancel();
    this.#cancel = this.#core.clock.after(CHECK_MS, () => {
      for (const peer of this.#core.people.peers()) if (this.#isDue(peer)) void this.#ask(peer);
      this.check();
    });
  }

  #isDue({ row }: Peer): boolean {
    const isAccepted = hasSessions(this.#core.people.contact(row.account)?.relation);
    return (
      isAccepted && row.missing.length > 0 && this.#core.clock.nowMs() - (row.askedMissingAtMs ?? 0) > ASK_AGAIN_MS
    );
  }

  async #ask({ row: { account, device } }: Peer): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const peer = core.people.peer(device);
      if (peer === undefined || !this.#isDue(peer)) return;
      const draft = new Draft(core);
      const row = { ...peer.row, askedMissingAtMs: core.clock.nowMs() };
      const missing = row.missing.slice(0, MAX_RECEIPTS);
      await queueControl(core, this.#sender.outbox, draft, { ...peer, row }, { missing });
      committed = draft.commit();
    });
    await committed;
  }
}
