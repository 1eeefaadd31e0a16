/** How the PUT of one envelope ends, once the commit that it waits for has. */
import type { HotItem, HotQueue } from "./hot-queue.ts";
import type { PutResult } from "./queue-types.ts";

/** The commit an envelope waited for failed. */
export class StoreRefused extends Error {}

/** Waits for the commit of an envelope; one that was stored before has nothing to wait for. */
export async function resultOf({ queue, item }: { queue: HotQueue; item: HotItem }): Promise<PutResult> {
  try {
    await item.pending;
    return { ok: true, id: item.id, senderMacKey: queue.record.senderMacKey ?? null };
  } catch (error) {
    if (error instanceof StoreRefused) return { ok: false, code: "busy" };
    throw error;
  }
}
