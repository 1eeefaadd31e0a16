/** Who came to a group by its link. */
import type { GroupInfo } from "@kith/client/rpc";

/** How many people came by the link and wait for this person, an admin, to let them in. */
export function askersOf({ role, waiting }: GroupInfo): number {
  return role === "admin" ? waiting.length : 0;
}
