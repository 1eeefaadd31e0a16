/** Says our new head to people, so that they look at our chain now and not with our next message. */
import { type Core, Draft } from "../core.ts";
import type { Sender } from "./carrier.ts";
import { queueControl } from "./compose.ts";

/** Queues a word to every device of everybody who is let in and with whom there is a session, until it is aborted. */
export async function sayHead(core: Core, { outbox }: Pick<Sender, "outbox">, signal: AbortSignal): Promise<void> {
  for (const { account, relation } of core.people.contacts()) {
    if (signal.aborted) return;
    if (relation !== "accepted") continue;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const draft = new Draft(core, true);
      for (const peer of core.people.peersOf(account)) {
        if (peer.session.current !== null) await queueControl(core, outbox, draft, peer, {});
      }
      committed = draft.commit();
    });
    await committed;
  }
}
