/** Whether this account keeps the network address of this device from a person. */
import type { AccountId, Reach } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { PeerRow } from "./contact-row.ts";

/**
 * True where the owner chose so for everybody or for this one: then nothing is dialled, no reach is told, and calls go
 * through relays only. People who are not let in are told no reach and cannot call in any case.
 */
export function isAddressHiddenFrom(
  { settings, chats }: Pick<Core, "settings" | "chats">,
  account: AccountId,
): boolean {
  return settings.hidesAddress || chats.settings(account).hidesAddress === true;
}

/** Where a device may be dialled just now; undefined where it did not say, or must not see from where. */
export function dialableReach(core: Pick<Core, "settings" | "chats" | "clock">, row: PeerRow): Reach | undefined {
  const { account, reach } = row;
  if (reach === undefined || reach.untilMs <= core.clock.nowMs()) return undefined;
  return isAddressHiddenFrom(core, account) ? undefined : reach;
}
