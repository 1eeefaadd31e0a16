/** What becomes of contents that lie somewhere for long: requests end, what relays hold is sent once more. */
import type { FailReason } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Outbox, OutboxEntry } from "./outbox.ts";

/** How long a box keeps a request, in ms. */
const REQUEST_LIFE_MS = 14 * 24 * 3600 * 1000;

/** How long relays hold a content without word of its delivery until it is sent to them again, in ms. */
const REPEAT_MS = 24 * 3600 * 1000;

/** Repeats contents that relays have held for a day; gives up requests older than a box keeps them, and vanishing contents. */
export async function expireWaiting(core: Core, outbox: Outbox): Promise<void> {
  outbox.repeatStale(core.clock.nowMs() - REPEAT_MS);
  const oldest = core.clock.nowMs() - REQUEST_LIFE_MS;
  for (const entry of outbox.waitingSince(oldest)) await fail(core, outbox, entry, "not-answered");
  for (const entry of outbox.outlived(core.vanish.clock.nowMs())) await fail(core, outbox, entry, "expired");
}

async function fail(core: Core, outbox: Outbox, entry: OutboxEntry, reason: FailReason): Promise<void> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(entry.row.account, async () => {
    const draft = new Draft(core);
    await outbox.note(draft, entry, [{ type: "failed", reason }], 0);
    committed = draft.commit();
  });
  await committed;
}
