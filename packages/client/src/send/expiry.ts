/** Ends requests that nobody answered for as long as a box keeps them. */
import { type Core, Draft } from "../core.ts";
import type { Outbox } from "./outbox.ts";

/** How long a box keeps a request, in ms. */
const REQUEST_LIFE_MS = 14 * 24 * 3600 * 1000;

/** Marks waiting contents older than a box keeps them as failed. */
export async function expireWaiting(core: Core, outbox: Outbox): Promise<void> {
  const oldest = core.clock.nowMs() - REQUEST_LIFE_MS;
  for (const entry of outbox.waitingSince(oldest)) {
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(entry.row.account, async () => {
      const draft = new Draft(core);
      await outbox.note(draft, entry, [{ type: "failed", reason: "not-answered" }], 0);
      committed = draft.commit();
    });
    await committed;
  }
}
