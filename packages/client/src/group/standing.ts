/** Who may ask about a group, and where this account stands in it. */
import { type AccountId, type GroupLog, guestOf, memberOf } from "@kith/protocol";
import type { Recipient } from "./group-mailer.ts";
import type { GroupStanding } from "./group-row.ts";

/** Whether a device belongs to the group, or is asked to. */
export function mayAsk({ state }: GroupLog, { account, device }: Recipient): boolean {
  const member = memberOf(state, account);
  return member?.devices.some((each) => each.device === device) === true || guestOf(state, account) !== undefined;
}

/** Where this account stands in a group. */
export function standingIn({ state }: GroupLog, account: AccountId): GroupStanding {
  if (memberOf(state, account) !== undefined) return "joined";
  return guestOf(state, account) === undefined ? "gone" : "invited";
}
