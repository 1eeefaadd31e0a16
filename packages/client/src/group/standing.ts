/** Who may ask about a group, and where this account stands in it. */
import { type AccountId, type GroupLog, guestOf, memberOf } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Recipient } from "./group-mailer.ts";
import type { GroupStanding } from "./group-row.ts";

/** Whether a device belongs to the group, or is asked to; the devices of this account need not be in it yet. */
export function mayAsk({ state }: GroupLog, own: AccountId, { account, device }: Recipient): boolean {
  const member = memberOf(state, account);
  if (account === own && member !== undefined) return true;
  return member?.devices.some((each) => each.device === device) === true || guestOf(state, account) !== undefined;
}

/**
 * Where this account stands in a group. One whose devices there are all gone from its chain is asked once more: since then
 * somebody else may have joined in its name.
 */
export function standingIn({ state }: GroupLog, { id, chain }: Pick<Core["account"], "id" | "chain">): GroupStanding {
  const member = memberOf(state, id);
  if (member === undefined) return guestOf(state, id) === undefined ? "gone" : "invited";
  const isOurs = member.devices.some(({ device }) => chain.devices.some(({ deviceId }) => deviceId === device));
  return isOurs ? "joined" : "invited";
}
