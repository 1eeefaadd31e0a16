/** Groups as interfaces see them, and the methods about them. Plain JSON like all of `client.ts`. */
import type { DeliveryState, GroupRole } from "@kith/protocol";
import type { Who } from "../client.ts";

/** Somebody who belongs to a group. */
export interface GroupPerson {
  /** `kith1…` */
  readonly account: string;
  /** The name given here, else @handle, else a short account text. */
  readonly name: string;
  readonly handle?: string;
  readonly isOwn: boolean;
  /** Whether this is one of your contacts. */
  readonly isContact: boolean;
}

/** A member. */
export interface GroupMemberInfo extends GroupPerson {
  readonly role: GroupRole;
  /** False while none of their devices was met: what is said waits for them here. */
  readonly isMet: boolean;
}

/** A group of this account. */
export interface GroupInfo {
  /** 64 hex digits. */
  readonly group: string;
  /** One line, without anything invisible; may be empty. */
  readonly name: string;
  /** invited: you are asked, and decide · joined · gone: you left, declined or were removed. */
  readonly standing: "invited" | "joined" | "gone";
  readonly role?: GroupRole;
  readonly invitedBy?: GroupPerson;
  readonly members: readonly GroupMemberInfo[];
  /** Asked, and not answered yet. */
  readonly guests: readonly GroupPerson[];
  readonly unread: number;
  readonly last?: GroupMessageInfo;
  /** True while members have done things side by side that nobody has joined together yet. */
  readonly isForked: boolean;
}

/** What happened to a group, as a line of its chat. */
export interface GroupLineInfo {
  readonly type: "create" | "add" | "join" | "remove" | "leave" | "role" | "rename" | "timer" | "link" | "retire";
  /** Whom it was done to. */
  readonly whom?: GroupPerson;
  readonly role?: GroupRole;
  readonly name?: string;
  /** It did not count, since its author was removed at the same time. */
  readonly isVoid: boolean;
}

/** A line of a group's chat. */
export interface GroupMessageInfo {
  /** 32 hex digits of a message, 64 of an operation. */
  readonly id: string;
  readonly group: string;
  readonly author: GroupPerson;
  readonly text: string;
  readonly line?: GroupLineInfo;
  readonly isUnsupported?: true;
  /** What it answers; without a text when that is not here, or not what the answer says it is. */
  readonly replyTo?: { readonly id: string; readonly author: GroupPerson; readonly text?: string };
  readonly sentAtMs: number;
  readonly receivedAtMs?: number;
  /** Of own messages: the least advanced member's; else `received`. */
  readonly state: DeliveryState | "received";
  /** Of own messages: how far it got with each member. */
  readonly deliveries?: readonly { readonly person: GroupPerson; readonly state: DeliveryState }[];
  /** How many messages that it comes after have not come here. */
  readonly missing?: number;
}

/** Parameters and results of the methods about groups. */
export interface GroupMethods {
  /**
   * Founds a group and asks people to join; each is a contact who has accepted or was asked to, and no member before they
   * consent.
   */
  "group.create": { params: { name: string; who: Who[] }; result: GroupInfo };
  "group.list": { params: { readonly [never: string]: never }; result: readonly GroupInfo[] };
  /** @param group the 64 hex digits, the beginning of them, or a name that fits one group. */
  "group.get": { params: { group: string }; result: GroupInfo };
  /** Consents to an invitation. */
  "group.join": { params: { group: string }; result: GroupInfo };
  /** Leaves, or declines an invitation. */
  "group.leave": { params: { group: string }; result: GroupInfo };
  /** Asks a contact to join who has accepted or was asked to. Admins only, like the four after it. */
  "group.add": { params: { group: string; who: Who; role?: GroupRole }; result: GroupInfo };
  /** Removes a member, or takes an invitation back. @param isBanned no link lets them in again. */
  "group.remove": { params: { group: string; who: Who; isBanned?: boolean }; result: GroupInfo };
  "group.setRole": { params: { group: string; who: Who; role: GroupRole }; result: GroupInfo };
  "group.rename": { params: { group: string; name: string }; result: GroupInfo };
  /** @param id as in message.send. @param replyTo the id of a message of the same group. */
  "group.send": { params: { group: string; text: string; id?: string; replyTo?: string }; result: GroupMessageInfo };
  /** Oldest first; `before` is the id of a line, `limit` at most 500. */
  "group.messages": {
    params: { group: string; before?: string; limit?: number };
    result: readonly GroupMessageInfo[];
  };
  /** On this device only: who reads what is not told in groups. */
  "group.markRead": { params: { group: string }; result: { unread: number } };
}
