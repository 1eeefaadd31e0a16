/** People as interfaces see them: contacts, requests, invites, and what a look-up finds. Plain JSON like all of `client.ts`. */
import type { PostState, TrustEvent, TrustState } from "@kith/protocol";
import type { Message } from "../message/message-info.ts";
import type { NoParams } from "../no-params.ts";

/** A person as an interface names them: `@handle`, `kith1…`, or a name given on this device. */
export type Who = string;

/** Someone this account knows. */
export interface Contact {
  /** `kith1…` */
  readonly account: string;
  /** The name to show: the given name, else @handle, else a short account text. */
  readonly name: string;
  readonly handle?: string;
  /** The handle they had before they took this one or none. */
  readonly formerHandle?: string;
  /** What they call themselves, a claim without evidence: shown beside `name`, never in its place. */
  readonly claimedName?: string;
  /** Set while they have a picture, which `profile.picture` gives: another one has another id. */
  readonly pictureId?: string;
  /** What they say of themselves in one line. */
  readonly about?: string;
  /** How sure Kith is that the handle is theirs; the interface shows words for it. */
  readonly trust: TrustState;
  readonly isByInvite: boolean;
  /** requested: we asked, no answer yet · requesting: they asked, we have not answered · member: shares only a group. */
  readonly relation: "accepted" | "requested" | "requesting" | "blocked" | "member";
  readonly devices: number;
  /** Set while the post-quantum ratchet stands still: the other side answers but never lets it move on. */
  readonly isClassicalOnly?: boolean;
  /** What is said from now on vanishes this long after it was sent or read, in ms. */
  readonly vanishAfterMs?: number;
}

/** One account that claims a handle, with what is known about it. */
export interface Candidate {
  readonly account: string;
  readonly handle: string;
  readonly trust: TrustState;
  readonly claimedAtMs: number;
  readonly isContact: boolean;
}

/** The answer to a look-up; `asked` 0 means that there was nobody to ask, never that the handle does not exist. */
export interface LookupResult {
  readonly handle: string;
  readonly asked: number;
  /** Too few answered to be sure. */
  readonly isWeak: boolean;
  /** Somebody seems to stand between the relays and this handle: claims may be kept back. */
  readonly isSuspect: boolean;
  readonly candidates: readonly Candidate[];
}

/** Somebody who asks to be let in. */
export interface ContactRequestInfo {
  readonly contact: Contact;
  /** What they wrote; texts and nothing else. */
  readonly messages: readonly Message[];
  /** How many groups they ask into; each is shown among the groups once they are let in. */
  readonly groups: number;
}

/** What is said of a person, and the recorded steps to it, oldest first. */
export interface TrustHistory {
  readonly contact: Contact;
  /** When the event behind the state was recorded, Unix ms. */
  readonly sinceMs?: number;
  /** Sending waits for a decision. */
  readonly isSendingBlocked: boolean;
  /** Other accounts that claim the handle, `kith1…`. */
  readonly rivals: readonly string[];
  /** The newest contest of the person: this other account's claim of that handle is not theirs, they say. */
  readonly contest?: { readonly handle: string; readonly account: string; readonly atMs: number };
  readonly steps: readonly TrustHistoryStep[];
}

/** Something that was seen, and the state after it. */
export interface TrustHistoryStep {
  readonly type: TrustEvent["type"];
  readonly atMs: number;
  readonly state: TrustState;
  /** The other account of the step, `kith1…`. */
  readonly other?: string;
  /** The handle before, or the post on X. */
  readonly from?: string;
  readonly postId?: string;
  /** Of witnesses: relays that say the same, those that answered, and since when (Unix ms) all that agree have seen it. */
  readonly witnesses?: { readonly agreed: number; readonly asked: number; readonly sinceMs: number };
}

/** What to look for on X, to see that a handle's owner names the account. */
export interface PostToCheck {
  readonly handle: string;
  /** What the post must say, and nothing else. */
  readonly statement: string;
  /** The number of the post that the person named. */
  readonly post?: string;
  readonly postedAtMs?: number;
  /** Whether this device can ask X itself; otherwise the text is pasted. */
  readonly canFetch: boolean;
}

/** What came of a check; `no-post`: the person has named none. */
export type PostCheck = PostState | "no-post";

/** Parameters and results of the methods about people. */
export interface ContactMethods {
  "invite.create": { params: { expiresInMs?: number }; result: { text: string; expiresAtMs: number } };
  "invite.join": { params: { invite: string; text?: string }; result: Contact };
  "directory.lookup": { params: { handle: string }; result: LookupResult };
  /** Sends a request (the text is optional). Ambiguous handles are refused with HANDLE_CONFLICT. */
  "contact.add": { params: { who: Who; text?: string; name?: string }; result: Contact };
  "contact.list": { params: NoParams; result: readonly Contact[] };
  "contact.get": { params: { who: Who }; result: Contact & { safetyNumber: string } };
  "contact.rename": { params: { who: Who; name: string }; result: Contact };
  "contact.verify": { params: { who: Who; isVerified: boolean }; result: Contact };
  /** Goes on with a person after a change: their new devices are believed from now on. */
  "contact.acceptChange": { params: { who: Who }; result: Contact };
  /** The post that proves a person's handle, as far as they named one. Nothing is asked of X. @throws HANDLE_NONE. */
  "contact.post": { params: { who: Who }; result: PostToCheck };
  /**
   * Checks the post: with `text`, what the person copied from it; without, by asking X, which sees the address of this
   * device. @param post a link or number, instead of the one that was named. @throws POST_INVALID.
   */
  "contact.checkPost": {
    params: { who: Who; post?: string; text?: string };
    result: { state: PostCheck; contact: Contact };
  };
  /** Why a person is shown as they are. */
  "contact.trust": { params: { who: Who }; result: TrustHistory };
  /**
   * Looks the person up again and asks one's own relays what they have seen of them. `asked` answered, `agreed` have seen
   * the same chain before and no other; two make a witnessed claim. @throws RELAY_NONE when nobody can be asked.
   */
  "contact.askWitnesses": { params: { who: Who }; result: TrustHistory & { asked: number; agreed: number } };
  /**
   * Introduces a contact to another one, in a message: the account as it is known here, and the handle where it was proven
   * here. @param who is introduced. @param to whom. @param id as in message.send.
   * @throws NOT_ACCEPTED and as message.send for either, WHO_SELF for one person twice, HANDLE_NONE for somebody whom nobody
   * could find.
   */
  "contact.introduce": { params: { who: Who; to: Who; id?: string }; result: Message };
  "contact.block": { params: { who: Who }; result: Contact };
  "contact.unblock": { params: { who: Who }; result: Contact };
  /** Forgets the person, the chat and its keys on this device. */
  "contact.delete": { params: { who: Who }; result: { deleted: boolean } };
  "request.list": { params: NoParams; result: readonly ContactRequestInfo[] };
  "request.accept": { params: { who: Who }; result: Contact };
  "request.delete": { params: { who: Who }; result: { deleted: boolean } };
}
