/** Groups as interfaces see them, and the methods about them. Plain JSON like all of `client.ts`. */
import type { DeliveryState, GroupRole, PictureType } from "@kith/protocol";
import type { Message, Quote, Reaction, Who } from "../client.ts";

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
  /** Came by the invite link, and wait for an admin to let them in. */
  readonly waiting: readonly GroupPerson[];
  /** The invite link, while it is on. */
  readonly link?: GroupLinkInfo;
  readonly unread: number;
  readonly last?: GroupMessageInfo;
  /** What is said from now on vanishes this long after it was sent or read, in ms. */
  readonly vanishAfterMs?: number;
  /** Names the picture that is here, for `group.picture`; absent when there is none. */
  readonly pictureId?: string;
  /** The group shows a picture, also while it has not come here yet. */
  readonly hasPicture?: true;
  /** What was being written; `replyTo` is the id of the message that it answers. */
  readonly draft?: { readonly text: string; readonly replyTo?: string };
  /** True while members have done things side by side that nobody has joined together yet. */
  readonly isForked: boolean;
  /** While it is forked: each of the newest changes, and who belonged to the group for whoever has only that one. */
  readonly branches?: readonly GroupBranch[];
}

/** An invite link that is on. */
export interface GroupLinkInfo {
  /** Whether an admin decides about each who comes by it. */
  readonly needsApproval: boolean;
  /** Who turned it on. */
  readonly by: GroupPerson;
  /** Whether this device made it and answers for it: only such a device can show it, with `group.link`. */
  readonly isHere: boolean;
}

/** A group that this device has asked into by a link. */
export interface GroupKnockInfo {
  /** 64 hex digits. */
  readonly group: string;
  /** As the link says; may be empty. */
  readonly name: string;
  /** Whose device answers. */
  readonly host: GroupPerson;
  /** Whether the link says that an admin decides. */
  readonly needsApproval: boolean;
  readonly askedAtMs: number;
  /**
   * asking: there is no answer yet; it comes when the device that made the link is reached · waiting: for an admin · off: the link was
   * turned off or replaced · banned · full: the group has no room · declined: by an admin · joined: you belong to the group.
   */
  readonly state: "asking" | "waiting" | "off" | "banned" | "full" | "declined" | "joined";
}

/** One of several newest changes of a group. */
export interface GroupBranch {
  /** Who made the change. */
  readonly by: GroupPerson;
  /** What it was. */
  readonly change: GroupLineInfo;
  readonly members: readonly GroupPerson[];
}

/** What happened to a group, as a line of its chat. */
export interface GroupLineInfo {
  readonly type:
    | "create"
    | "add"
    | "join"
    | "remove"
    | "leave"
    | "role"
    | "rename"
    | "timer"
    | "link"
    | "retire"
    | "picture";
  /** Whom it was done to. */
  readonly whom?: GroupPerson;
  readonly role?: GroupRole;
  readonly name?: string;
  /** Of a timer: absent when messages stay. */
  readonly afterMs?: number;
  /** Of a link: whether it was turned on. */
  readonly isOn?: boolean;
  /** Of a link: whether an admin decides about each who comes by it. */
  readonly needsApproval?: boolean;
  /** Of a join: by the invite link; `asks` where an admin decides first. */
  readonly byLink?: "joins" | "asks";
  /** Of an add or a removal: of somebody who waited to be let in. */
  readonly wasWaiting?: true;
  /** It did not count, since its author was removed at the same time. */
  readonly isVoid: boolean;
}

/** A line of a group's chat: a message like those of other chats, or something that happened to the group. */
export interface GroupMessageInfo extends Message {
  /** 32 hex digits of a message, 64 of an operation. */
  readonly id: string;
  readonly group: string;
  /** The group, as for `group`. */
  readonly chat: string;
  readonly author: GroupPerson;
  readonly line?: GroupLineInfo;
  readonly replyTo?: Quote & { readonly author: GroupPerson };
  readonly reactions?: readonly (Reaction & { readonly person: GroupPerson })[];
  /** Of own messages: the least advanced member's; else `received`. */
  readonly state: DeliveryState;
  /** Of own messages: how far it got with each member. */
  readonly deliveries?: readonly { readonly person: GroupPerson; readonly state: DeliveryState }[];
  /** Who says that its author said it, where it was said before you came: nothing else shows it. */
  readonly toldBy?: GroupPerson;
  /** How many messages that it comes after have not come here. */
  readonly missingBefore?: number;
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
  /**
   * Asks a contact to join who has accepted or was asked to. Admins only, like the four after it.
   * @param hasHistory they get the newest 100 texts of before from this device when they join, as far as those do not vanish.
   */
  "group.add": { params: { group: string; who: Who; role?: GroupRole; hasHistory?: boolean }; result: GroupInfo };
  /** Removes a member, or takes an invitation back. @param isBanned no link lets them in again. */
  "group.remove": { params: { group: string; who: Who; isBanned?: boolean }; result: GroupInfo };
  /** The invite link as a text that begins with `kith:g/`; null when there is none, or another device made it. */
  "group.link": { params: { group: string }; result: { text: string | null } };
  /**
   * Turns the invite link on, each time a new one in place of the one of before, or off. Admins only.
   * @param needsApproval an admin lets in each who comes by it.
   */
  "group.setLink": {
    params: { group: string; isOn: boolean; needsApproval?: boolean };
    result: { text: string | null };
  };
  /** Lets in somebody who came by the link and waits; `group.remove` declines. Admins only. */
  "group.letIn": { params: { group: string; who: Who }; result: GroupInfo };
  /** Asks to join by an invite link: `kith:g/…`, or an address that ends in `#g=…`. Asks once more where that was done before. */
  "group.knock": { params: { link: string }; result: GroupKnockInfo };
  /** What was asked by links and has not led into a group yet. */
  "group.knocks": { params: { readonly [never: string]: never }; result: readonly GroupKnockInfo[] };
  /** Gives up asking, and forgets what was answered. @param group as `group` of `group.get`, of a group that was asked. */
  "group.giveUp": { params: { group: string }; result: { isGivenUp: boolean } };
  "group.setRole": { params: { group: string; who: Who; role: GroupRole }; result: GroupInfo };
  "group.rename": { params: { group: string; name: string }; result: GroupInfo };
  /** Messages said from now on vanish `afterMs` (30 s to 4 weeks) after they were sent or read; without it they stay. */
  "group.setTimer": { params: { group: string; afterMs?: number }; result: GroupInfo };
  /** Shows a picture for the group, or none any more. @param picture as in account.setPicture. Admins only. */
  "group.setPicture": { params: { group: string; picture?: string }; result: GroupInfo };
  /** The picture of a group, in base64; null when there is none, or it has not come yet. */
  "group.picture": {
    params: { group: string };
    result: { picture: { readonly mediaType: PictureType; readonly data: string } | null };
  };
  /** @param id as in message.send. @param replyTo the id of a message of the same group. */
  "group.send": { params: { group: string; text: string; id?: string; replyTo?: string }; result: GroupMessageInfo };
  /** Oldest first; `before` is the id of a line, `limit` at most 500. */
  "group.messages": {
    params: { group: string; before?: string; limit?: number };
    result: readonly GroupMessageInfo[];
  };
  /** An own text, for a day. @param editId as `id` in message.send. */
  "group.edit": { params: { group: string; id: string; text: string; editId?: string }; result: GroupMessageInfo };
  /** For everyone: own messages only, a request that the members' apps honour; else only on this device. */
  "group.delete": {
    params: { group: string; id: string; author?: string; isForEveryone: boolean };
    result: { deleted: boolean };
  };
  /** One a person; without an emoji the own reaction is taken back. @param author who said the message; else the newest of this id. */
  "group.react": {
    params: { group: string; id: string; author?: string; emoji?: string };
    result: GroupMessageInfo;
  };
  /** One line; null when it is not here. @param author who said it; else an own message, or the newest of this id. */
  "group.message": {
    params: { group: string; id: string; author?: string };
    result: { message: GroupMessageInfo | null };
  };
  /** Keeps what is being written, as `chat.saveDraft`. */
  "group.saveDraft": { params: { group: string; text: string; replyTo?: string }; result: { saved: boolean } };
  /** Tells each author that their messages were read, where read receipts are on. */
  "group.markRead": { params: { group: string }; result: { unread: number } };
}
