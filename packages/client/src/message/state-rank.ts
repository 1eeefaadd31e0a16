/** Which of two words about how far a message got says more; each device that tells may be behind another. */
import type { OwnState } from "@kith/protocol";

/** Higher is further. A failure goes before what only waits, and behind what arrived. */
export const STATE_RANK: { readonly [S in OwnState]: number } = {
  queued: 0,
  waiting: 1,
  failed: 2,
  sent: 3,
  delivered: 4,
  read: 5,
};
