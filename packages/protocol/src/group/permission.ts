/**
 * Whether a group, as it is, lets an author do something, and what it owes that right to.
 * @see docs/spec/10-group.md (Who may do what)
 */
import { equalBytes } from "../bytes.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { MAX_DEVICES, MAX_GROUP_DEVICES, MAX_GROUP_MEMBERS } from "../limits.ts";
import type { GroupAct } from "./act.ts";
import type { OperationId } from "./group-ids.ts";
import {
  devicesOf,
  type GroupMember,
  type GroupState,
  guestOf,
  holderOf,
  isThere,
  memberOf,
  roleOf,
  sizeOf,
} from "./group-state.ts";
import type { GroupOperation } from "./operation.ts";

/** Why an author does not speak for the group. */
export type StandingError =
  /** Never belonged to it. */
  | "unknown-member"
  | "left-member"
  | "removed-member"
  | "banned-member"
  /** A device that its account never brought into the group. */
  | "unknown-device"
  | "retired-device";

/** Why a group does not let an operation happen. */
export type GroupRefusal =
  | StandingError
  | "second-create"
  | "not-an-admin"
  | "not-invited"
  | "already-there"
  | "not-there"
  | "own-account"
  | "no-change"
  | "group-full"
  | "too-many-devices";

/** Whether a device speaks for an account in a group; null when it does. */
export function standingOf(state: GroupState, account: AccountId, device: DeviceId): StandingError | null {
  const member = memberOf(state, account);
  if (member?.devices.some((each) => each.device === device)) return null;
  if (state.retired.has(device)) return "retired-device";
  if (member !== undefined) return "unknown-device";
  const departure = state.former.get(account);
  return departure === undefined ? "unknown-member" : `${departure}-member`;
}

/** Whether an operation must come from an admin. */
export function needsAdmin(act: GroupAct): boolean {
  return !["create", "join", "leave", "retire"].includes(act.type);
}

/** Why a group refuses an operation, or null. */
export function refusalOf(state: GroupState, operation: GroupOperation): GroupRefusal | null {
  const { act, author, device } = operation;
  switch (act.type) {
    case "create":
      return "second-create";
    case "join":
      return joinRefusal(state, operation);
    case "leave":
      if (guestOf(state, author) !== undefined) return act.certificate === undefined ? "unknown-device" : null;
      return standingOf(state, author, device);
    default: {
      const standing = standingOf(state, author, device);
      if (standing !== null) return standing;
      const isAdmin = memberOf(state, author)?.admin !== undefined;
      if (needsAdmin(act) && !isAdmin) return "not-an-admin";
      return act.type === "retire"
        ? retireRefusal(state, operation, act.device, isAdmin)
        : adminRefusal(state, operation);
    }
  }
}

function joinRefusal(state: GroupState, { act, author, device }: GroupOperation): GroupRefusal | null {
  if (state.retired.has(device)) return "retired-device";
  // One device never stands for two people.
  const holder = holderOf(state, device);
  if (holder !== undefined) return "already-there";
  if (devicesOf(state).length >= MAX_GROUP_DEVICES) return "too-many-devices";
  const member = memberOf(state, author);
  if (member !== undefined) return member.devices.length >= MAX_DEVICES ? "too-many-devices" : null;
  const guest = guestOf(state, author);
  if (guest !== undefined) return guest.waiting === undefined ? null : "already-there";
  if (state.former.get(author) === "banned") return "banned-member";
  const { key } = state.link;
  const pass = act.type === "join" ? act.pass : undefined;
  if (key === undefined || pass === undefined || !equalBytes(key, pass.key)) return "not-invited";
  return sizeOf(state) >= MAX_GROUP_MEMBERS ? "group-full" : null;
}

function retireRefusal(
  state: GroupState,
  { author }: GroupOperation,
  device: DeviceId,
  isAdmin: boolean,
): GroupRefusal | null {
  const holder = holderOf(state, device);
  if (holder === undefined) return "not-there";
  return holder.account === author || isAdmin ? null : "not-an-admin";
}

/** What an admin may not do either. */
function adminRefusal(state: GroupState, { act, author }: GroupOperation): GroupRefusal | null {
  switch (act.type) {
    case "add": {
      if (memberOf(state, act.account) !== undefined) return "already-there";
      const guest = guestOf(state, act.account);
      if (guest !== undefined) return guest.waiting === undefined ? "already-there" : null;
      return sizeOf(state) >= MAX_GROUP_MEMBERS ? "group-full" : null;
    }
    case "remove": {
      if (act.account === author) return "own-account";
      if (isThere(state, act.account)) return null;
      return act.isBanned === true && state.former.get(act.account) !== "banned" ? null : "not-there";
    }
    case "role": {
      const member = memberOf(state, act.account);
      if (member === undefined) return "not-there";
      return roleOf(member) === act.role ? "no-change" : null;
    }
    case "rename":
      return act.name === state.name.text ? "no-change" : null;
    case "timer":
      return act.vanishAfterMs === state.timer.vanishAfterMs ? "no-change" : null;
    case "picture":
      return isSame(act.hash, state.picture.hash) ? "no-change" : null;
    default:
      return null;
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

/** The operations without which its author could not have done this. */
export function grantsOf(state: GroupState, operation: GroupOperation): readonly OperationId[] {
  const { act, author, device } = operation;
  const member = memberOf(state, author);
  const grants = member === undefined ? guestGrants(state, operation) : memberGrants(member, device);
  if (needsAdmin(act) && member?.admin !== undefined) grants.push(member.admin.by);
  return [...new Set(grants)];
}

function memberGrants(member: GroupMember, device: DeviceId): OperationId[] {
  const own = member.devices.find((each) => each.device === device);
  return own === undefined ? [member.by] : [member.by, own.by];
}

function guestGrants(state: GroupState, { author, act }: GroupOperation): OperationId[] {
  const guest = guestOf(state, author);
  if (guest !== undefined) return [guest.by];
  return act.type === "join" ? [state.link.by] : [];
}
