/**
 * What a group is after some of its operations: who belongs to it with which devices, and how it is set up.
 * @see docs/spec/10-group.md (State)
 */
import type { AccountId, DeviceId } from "../ids.ts";
import type { GroupRole } from "./act.ts";
import type { GroupId, OperationId } from "./group-ids.ts";

/** Which operation gave something, and how many operations led to it. */
export interface GivenBy {
  readonly by: OperationId;
  readonly depth: number;
}

/** A device of a member. */
export interface GroupDevice extends GivenBy {
  readonly device: DeviceId;
  /** 32 bytes, X25519. */
  readonly identityKey: Uint8Array;
}

/** Somebody who belongs to the group by their own consent. */
export interface GroupMember extends GivenBy {
  readonly account: AccountId;
  readonly devices: readonly GroupDevice[];
  /** Since when this member is an admin; absent for others. */
  readonly admin?: GivenBy | undefined;
}

/** Somebody who is invited, or who used a link and waits for an admin. */
export interface GroupGuest extends GivenBy {
  readonly account: AccountId;
  readonly role: GroupRole;
  /** The device with which somebody waits; absent for who is invited. */
  readonly waiting?: GroupDevice | undefined;
}

/** How somebody went. */
export type Departure = "left" | "removed" | "banned";

/** The invite link. */
export interface GroupLink extends GivenBy {
  /** Absent: there is none. */
  readonly key?: Uint8Array | undefined;
  readonly needsApproval: boolean;
}

/** A group. Lists are in the order in which things came to be. */
export interface GroupState {
  readonly group: GroupId;
  readonly name: GivenBy & { readonly text: string };
  readonly timer: GivenBy & { readonly vanishAfterMs?: number | undefined };
  readonly link: GroupLink;
  /** SHA-256 of the picture, 32 bytes; without one there is none. */
  readonly picture: GivenBy & { readonly hash?: Uint8Array | undefined };
  readonly members: readonly GroupMember[];
  readonly guests: readonly GroupGuest[];
  /** Who belonged to it or was asked, and does not any more. */
  readonly former: ReadonlyMap<AccountId, Departure>;
  readonly retired: ReadonlySet<DeviceId>;
}

/** The role of a member. */
export function roleOf(member: GroupMember): GroupRole {
  return member.admin === undefined ? "member" : "admin";
}

/** A member by account. */
export function memberOf(state: GroupState, account: AccountId): GroupMember | undefined {
  return state.members.find((member) => member.account === account);
}

/** Somebody invited or waiting, by account. */
export function guestOf(state: GroupState, account: AccountId): GroupGuest | undefined {
  return state.guests.find((guest) => guest.account === account);
}

/** Whether somebody belongs to the group or is asked to. */
export function isThere(state: GroupState, account: AccountId): boolean {
  return (memberOf(state, account) ?? guestOf(state, account)) !== undefined;
}

/** The member that has a device. */
export function holderOf(state: GroupState, device: DeviceId): GroupMember | undefined {
  return state.members.find(({ devices }) => devices.some((each) => each.device === device));
}

/** Every device of the group: who reads what is said under this state. */
export function devicesOf(state: GroupState): readonly GroupDevice[] {
  return state.members.flatMap(({ devices }) => devices);
}

/** People who count towards the bound. */
export function sizeOf({ members, guests }: GroupState): number {
  return members.length + guests.length;
}
