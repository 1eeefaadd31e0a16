/** Who may ask about a group, and where this account stands in it. */
import { type AccountId, type GroupLog, guestOf, memberOf } from "@kith/protocol";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Recipient } from "./group-mailer.ts";
import type { GroupStanding } from "./group-row.ts";

/**
 * Whether a device belongs to the group, or is asked to; the devices of this account need not be in it yet. Who waits at the
 * door is told nothing.
 */
export function mayAsk({ state }: GroupLog, own: AccountId, { account, device }: Recipient): boolean {
  const member = memberOf(state, account);
  if (account === own && member !== undefined) return true;
  const guest = guestOf(state, account);
  const isAsked = guest !== undefined && guest.waiting === undefined;
  return member?.devices.some((each) => each.device === device) === true || isAsked;
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

/** Whether somebody belongs to a group. */
export function isMember({ state }: GroupLog, account: AccountId): boolean {
  return memberOf(state, account) !== undefined;
}

/** @throws MessengerError DEVICE_REVOKED on a device that its account has taken out. */
export function requireInAccount({ account }: Core): void {
  if (account.isRevoked) throw new MessengerError("DEVICE_REVOKED", "this device was taken out of the account");
}
