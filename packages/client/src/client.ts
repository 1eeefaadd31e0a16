/**
 * What the faces of Kith see: one table of methods and one resumable stream of events. The engine in this process and
 * the proxy over JSON-RPC both implement `Client`; web app, terminal, bots and tests know nothing else.
 * Everything here is plain JSON: ids are texts, times are Unix ms.
 */
import type {
  CallMedia,
  DeliveryState,
  DeviceKind,
  FailReason,
  PictureType,
  PostState,
  TrustEvent,
  TrustState,
} from "@kith/protocol";
import type { CallInfo, CallMessage, CallWays } from "./call/call-info.ts";
import type { GroupMethods } from "./group/group-info.ts";

/** A person as an interface names them: `@handle`, `kith1…`, or a name given on this device. */
export type Who = string;

/** This device's own account. */
export interface AccountStatus {
  /** none: nobody lives here yet · locked: needs the PIN · ready. */
  readonly state: "none" | "locked" | "ready";
  /** `kith1…` */
  readonly account?: string;
  readonly handle?: { readonly written: string; readonly publication: Publication };
  readonly hasPin?: boolean;
  /** False until the person has shown that the 24 words are written down. */
  readonly areWordsConfirmed?: boolean;
  /** Whether others learn what was read here, and this account what they read. */
  readonly hasReadReceipts?: boolean;
  /** Whether others learn that this account is writing to them, and it of them. */
  readonly hasTypingIndicators?: boolean;
  /** Whether nobody but relays learns the network address of this device; a chat can do so for one person. */
  readonly isAddressHidden?: boolean;
  /** What this account tells accepted people of itself. */
  readonly profile?: { readonly name?: string; readonly about?: string };
  /** Set while this account has a picture: another one has another id. */
  readonly pictureId?: string;
  /** Another device took this one out of the account: nothing is sent or received any more. */
  readonly isRevoked?: boolean;
  /** Chats that begin from now on begin with this timer, in ms; absent: messages stay. */
  readonly newChatTimerMs?: number;
  /** How it locks by itself; only where there is a PIN. */
  readonly lock?: LockSettings;
  /** Absent where none is kept at all. */
  readonly contactBackup?: ContactBackupStatus;
}

/** The sealed copy of contacts that the words of the account find again. */
export interface ContactBackupStatus {
  readonly isOn: boolean;
  /** The words have to be given once before it can be kept: this device does not know them. */
  readonly needsWords?: true;
  /** When it was put on relays last, Unix ms. */
  readonly keptAtMs?: number;
  /** People who found no room in it. */
  readonly left?: number;
}

/** What locks an account with a PIN by itself, and what becomes of it after wrong PINs. */
export interface LockSettings {
  /** Locks after this long without use, in ms; absent: never. */
  readonly idleMs?: number;
  /** Pages lock when nobody sees them any more. */
  readonly whenHidden?: boolean;
  /** Everything on this device is erased after this many wrong PINs in a row; absent: never. */
  readonly eraseAfterTries?: number;
}

/** How far the world can find a handle: `weak` = published with fewer receipts than wanted. */
export type Publication = "waiting" | "publishing" | "weak" | "published";

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

/** The message that a reply answers, as this device knows it. */
export interface Quote {
  readonly id: string;
  readonly isOwn: boolean;
  /**
   * checked: the hash fits this device's copy · forged: it does not, so the original was something else ·
   * deleted: by its author · missing: not here, so nothing could be checked.
   */
  readonly state: "checked" | "forged" | "deleted" | "missing";
  /** The beginning of the original, only when checked. */
  readonly text?: string;
  /** The length of a checked original that is a voice message, in ms. */
  readonly voiceMs?: number;
}

/** A reaction of one side. */
export interface Reaction {
  readonly emoji: string;
  readonly isOwn: boolean;
}

/** What a voice message says of itself. */
export interface VoiceInfo {
  readonly durationMs: number;
  readonly waveform: readonly number[];
}

/** A file that a message offers. */
export interface FileInfo {
  /** Safe to show and to write on every system; empty when `unusable`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** `type/subtype` as the sender says; it decides nothing about how bytes are opened. */
  readonly mediaType: string;
  readonly hasPreview: boolean;
  /** Set for a voice message, as its sender says: its length, and up to 64 bars of how loud it is, 0 to 255. */
  readonly voice?: VoiceInfo;
  /**
   * offered: nobody asked for it yet · waiting: wanted, but its bytes do not come now; `reason` says why once that is known ·
   * moving: bytes are under way · paused, cancelled: on this device · complete: all of it is there, or handed over ·
   * elsewhere: another own device sent it and has it ·
   * removed: it was here and was taken away to make room; a received one can be fetched again while the sender has it ·
   * failed: `reason` says why · unusable: what describes it breaks the rules, nothing of it can be fetched.
   */
  readonly state:
    | "offered"
    | "waiting"
    | "moving"
    | "paused"
    | "complete"
    | "cancelled"
    | "removed"
    | "elsewhere"
    | "failed"
    | "unusable";
  /**
   * offline: both must be online at once · damaged-there: so too, what a relay had does not verify · paused-there, busy: on the sender's device · gone: not offered any more ·
   * changed: the sender's file is another now · damaged: what came does not verify · disk: this device has no room.
   */
  readonly reason?: "offline" | "damaged-there" | "paused-there" | "busy" | "gone" | "changed" | "damaged" | "disk";
  /** Bytes of the file that are here and verified, or handed over. */
  readonly doneBytes: number;
  /** Of an own file that waits to be fetched, once it was tried to leave it sealed at a relay. */
  readonly parked?: {
    /** going: on its way · there: a relay has all of it, it can be fetched while this device is away · none: both must be online. */
    readonly state: "going" | "there" | "none";
    readonly doneBytes: number;
    /** How many relays have all of it. */
    readonly relays: number;
    /** no-relay: none was known when it was sent · too-large, full: for the relays · unreachable: none of them answers. */
    readonly reason?: "no-relay" | "too-large" | "full" | "unreachable";
  };
}

/** One message as shown. */
export interface Message {
  readonly id: string;
  /** The chat: the other side's `kith1…`. */
  readonly chat: string;
  readonly isOwn: boolean;
  readonly text: string;
  readonly file?: FileInfo;
  /** This line says that the other side has a device more, or one less. */
  readonly device?: "added" | "removed";
  /**
   * Set when it is to be seen once. unopened: `message.open` gives what is in it, once; `file`, where there is one, has no name ·
   * opened: it was seen and is gone · sent: an own one. `what` it is, while something is in it.
   */
  readonly once?: {
    readonly state: "unopened" | "opened" | "sent";
    readonly what?: "text" | "image" | "voice" | "file";
  };
  /** This line enters a call. */
  readonly call?: CallMessage;
  /** Set when this version cannot show the content. */
  readonly isUnsupported?: boolean;
  readonly isForwarded?: boolean;
  readonly replyTo?: Quote;
  readonly editedAtMs?: number;
  /** Its author deleted it for everyone; the text is gone. */
  readonly isDeleted?: boolean;
  readonly reactions?: readonly Reaction[];
  /** This line says that messages vanish from now on, or no longer when `afterMs` is absent. */
  readonly timer?: { readonly afterMs?: number };
  /** It vanishes `afterMs` after it was sent or read: at `atMs`, once that is known. */
  readonly vanish?: { readonly afterMs: number; readonly atMs?: number };
  /** A voice message of the other side that was played on this device; nobody is told. */
  readonly isPlayed?: boolean;
  /** How far our last edit or deletion of it got; the other side may still see what was there before. */
  readonly change?: { readonly kind: "edit" | "delete"; readonly state: DeliveryState };
  readonly sentAtMs: number;
  readonly receivedAtMs?: number;
  /** Own messages: the truth, least advanced device first. */
  readonly state: DeliveryState;
  readonly reason?: FailReason;
  /** Relays that gave receipts and whether a device took it directly; own messages only. */
  readonly heldBy?: { readonly relays: number; readonly isDirect: boolean };
  /** Received messages missing just before this one. */
  readonly missingBefore?: number;
}

/** What was in a message to be seen once. */
export interface Opened {
  readonly message: Message;
  readonly text?: string;
  readonly file?: {
    readonly name: string;
    readonly sizeBytes: number;
    readonly mediaType: string;
    readonly voice?: VoiceInfo;
  };
}

/** A conversation in the list. */
export interface Chat {
  readonly contact: Contact;
  readonly last?: Message;
  readonly unread: number;
  readonly isPinned?: boolean;
  /** Put away until something arrives; while it is muted also then. */
  readonly isArchived?: boolean;
  /** Set while nothing of it should draw attention; `MUTED_FOREVER_MS` has no end. */
  readonly mutedUntilMs?: number;
  readonly isMarkedUnread?: boolean;
  /** This person does not learn the network address of this device. */
  readonly isAddressHidden?: boolean;
  /** The other side is writing just now. */
  readonly isTyping?: boolean;
  /** What was being written; `replyTo` is the id of the message that it answers. */
  readonly draft?: { readonly text: string; readonly replyTo?: string };
}

/** A time to mute until that never comes, Unix ms: the last that a `Date` can hold. */
export const MUTED_FOREVER_MS = 8_640_000_000_000_000;

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
  readonly isWeak: boolean;
  readonly candidates: readonly Candidate[];
}

/** A message that a search found. */
export interface FoundMessage {
  readonly contact: Contact;
  readonly message: Message;
  /** Where the words stand in the text, in UTF-16 units, end not included. */
  readonly matches: readonly { readonly start: number; readonly end: number }[];
}

/** The answer to a search; `isComplete` is false while older messages are still being made searchable. */
export interface SearchResult {
  readonly found: readonly FoundMessage[];
  readonly isComplete: boolean;
  /** There may be more: ask again with this as `beforeMs`. */
  readonly nextBeforeMs?: number;
}

/** A relay this device uses. */
export interface RelayStatus {
  readonly relay: string;
  readonly addresses: readonly string[];
  readonly source: "own" | "added" | "invite" | "nearby" | "seed";
  readonly state: "connected" | "connecting" | "unreachable" | "unused";
  /** Keeps the request box. */
  readonly isBox: boolean;
  /** Chosen to keep messages for us. */
  readonly isQueue: boolean;
  /** How often it lost what it had promised to keep. */
  readonly brokenPromises: number;
}

/** What the files of one chat take on this device. */
export interface ChatStorage {
  readonly contact: Contact;
  /** Files of which something is in the vault. */
  readonly files: number;
  readonly fileBytes: number;
}

/** A device of this account. */
export interface OwnDevice {
  /** 64 hex digits. */
  readonly device: string;
  /** As the person named it; empty while no device has said. */
  readonly name: string;
  readonly kind: DeviceKind;
  readonly isThis: boolean;
  readonly addedAtMs: number;
  /** When something of it came last, to this device. */
  readonly lastSeenMs?: number;
  /** Messages of before that were copied to it so far, while this goes on. */
  readonly copied?: number;
}

/** Somebody who asks to be let in. */
export interface ContactRequestInfo {
  readonly contact: Contact;
  /** What they wrote; texts and nothing else. */
  readonly messages: readonly Message[];
  /** How many groups they ask into; each is shown among the groups once they are let in. */
  readonly groups: number;
}

/** A link under way, or the last one of this run. */
export interface LinkStatus {
  /** old: this device is linked already · new: it is to become one of the account. */
  readonly side: "old" | "new";
  /**
   * waiting: nobody has used the code · connecting: the two talk · compare: the person is to compare the words ·
   * confirmed: here, not on the other device yet, or what is needed moves · done · failed: nothing was changed.
   */
  readonly stage: "waiting" | "connecting" | "compare" | "confirmed" | "done" | "failed";
  /** Another one with each change. */
  readonly version: number;
  /** `kith:l/…`, on the old device. */
  readonly code?: string;
  readonly expiresAtMs?: number;
  readonly words?: readonly string[];
  /** The new device, seen from the old one. */
  readonly device?: { readonly name: string; readonly kind: DeviceKind };
  /** The account, seen from the new device: `kith1…`, and its handle. */
  readonly account?: string;
  readonly handle?: string;
  /**
   * cancelled: by the person · mismatch: the words were not the same · expired: it took too long, or the code was used
   * before · refused: what the other side said does not hold · unreachable: no relay of the code answers.
   */
  readonly reason?: "cancelled" | "mismatch" | "expired" | "refused" | "unreachable";
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

/** Whose X archive it is, as the archive says. */
export interface ArchiveHead {
  readonly owner: { readonly accountId: string; readonly handle: string; readonly name?: string };
  readonly madeAtMs?: number;
  readonly formerHandles: readonly { readonly handle: string; readonly untilMs?: number }[];
}

/** A list of people in an X archive. */
export type ArchiveList = "following" | "followers" | "blocked" | "muted";

/** One thing from an X archive. Messages come before the thread that they are of; threads count from 0. */
export type ArchiveRecord =
  | { readonly type: "person"; readonly id: string; readonly handle?: string; readonly lists: readonly ArchiveList[] }
  | {
      readonly type: "thread";
      readonly thread: number;
      readonly isGroup: boolean;
      readonly name?: string;
      readonly people: readonly string[];
    }
  | {
      readonly type: "message";
      readonly thread: number;
      readonly senderId: string;
      readonly text: string;
      readonly atMs: number;
      /** Pictures and films that stay in the archive. */
      readonly media: number;
    };

/** An imported X archive: what its file said, unsigned, a proof of nothing. */
export interface ArchiveInfo extends ArchiveHead {
  readonly importedAtMs: number;
  readonly counts: { readonly [L in ArchiveList | "named" | "threads" | "messages"]: number };
}

/** Somebody in an X archive; the handle is the one of the newest post that names them. */
export interface ArchivePerson {
  readonly id: string;
  readonly handle?: string;
}

/** A conversation of an X archive, to be read only. */
export interface ArchiveThread {
  readonly thread: number;
  readonly isGroup: boolean;
  readonly name?: string;
  readonly people: readonly ArchivePerson[];
  readonly messages: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** A message of an X archive. */
export interface ArchiveMessageView {
  readonly sender: ArchivePerson;
  readonly isOwn: boolean;
  readonly text: string;
  readonly atMs: number;
  readonly media: number;
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

interface NoParams {
  readonly [never: string]: never;
}

/** Parameters and results of every engine method. */
export interface Methods extends GroupMethods {
  "account.status": { params: NoParams; result: AccountStatus };
  /** Makes an account; `words` are shown again by account.words until confirmed. */
  "account.create": { params: { handle?: string; pin?: string }; result: { account: string } };
  /**
   * Makes the account of 24 words anew on this device, where nobody lives yet: none of its devices of before goes on, and
   * contacts have to decide. The old chain is asked for at relays: those of the network, `relay` (a multiaddr) and those
   * of `invite`. @param isAlone goes on although nobody could be asked.
   */
  "account.recover": {
    params: { words: string; relay?: string; invite?: string; isAlone?: boolean };
    /** `contacts`: people whom a contact backup brought back. */
    result: { status: AccountStatus; isChainFound: boolean; asked: number; contacts: number };
  };
  /** Keeps a contact backup or takes it away. @param words needed once, where `needsWords` says so. */
  "account.setContactBackup": { params: { isOn: boolean; words?: string }; result: AccountStatus };
  "account.words": { params: NoParams; result: { words: readonly string[] | null } };
  /** @param checks at least three words by 1-based position. */
  "account.confirmWords": {
    params: { checks: { position: number; word: string }[] };
    result: AccountStatus;
  };
  /** The line to post on X, and the post that was named. @throws HANDLE_NONE. */
  "account.proof": { params: NoParams; result: { statement: string; post?: string } };
  /** Names the post that proves the handle, in a new claim; without one none is named. @throws POST_INVALID. */
  "account.setProof": { params: { post?: string }; result: AccountStatus };
  /** Gives the handle up. Directory nodes may show the last claim until it expires, at most 30 days. @throws HANDLE_NONE. */
  "account.releaseHandle": { params: NoParams; result: AccountStatus };
  "account.claimHandle": { params: { handle: string }; result: AccountStatus };
  "account.unlock": { params: { pin: string }; result: AccountStatus };
  "account.lock": { params: NoParams; result: AccountStatus };
  "account.setPin": { params: { oldPin?: string; newPin?: string }; result: AccountStatus };
  /** Changes what is given; `idleMs` (30 s to a day) and `eraseAfterTries` (5 to 100) of 0 mean never. */
  "account.setLock": {
    params: { idleMs?: number; whenHidden?: boolean; eraseAfterTries?: number };
    result: AccountStatus;
  };
  /** Says that somebody uses the account now, who calls nothing else. */
  "account.present": { params: NoParams; result: { isOpen: boolean } };
  /**
   * Erases the account, its messages, files and keys from this device, locked or not. Nothing brings them back from
   * here. Every later call rejects. @param confirm says "erase".
   */
  "account.erase": { params: { confirm: "erase" }; result: { isErased: boolean } };
  /** Turns read receipts on or off, both ways. Delivery is always told: sending depends on it. */
  "account.setReadReceipts": { params: { isOn: boolean }; result: AccountStatus };
  /**
   * Hides the network address of this device from everybody but relays, or no longer: messages and files go through
   * relays, and so do calls, which need one that offers TURN. What people were told before they know.
   */
  "account.setAddressHidden": { params: { isOn: boolean }; result: AccountStatus };
  /** Turns typing indicators on or off, both ways. */
  "account.setTypingIndicators": { params: { isOn: boolean }; result: AccountStatus };
  /** Says anew what this account calls itself, at most 50 and 140 characters; what is left out is taken back. */
  "account.setProfile": { params: { name?: string; about?: string }; result: AccountStatus };
  /**
   * Sets the picture that accepted people are shown, or takes it back. @param picture a JPEG, PNG or WebP of one frame, at
   * most 40 KiB and 512 px a side, in base64; it is sent as it is, with whatever stands in it beside the pixels.
   */
  "account.setPicture": { params: { picture?: string }; result: AccountStatus };
  /** The picture of a contact, or the own one, in base64; null when there is none. */
  "profile.picture": {
    params: { who?: Who };
    result: { picture: { readonly mediaType: PictureType; readonly data: string } | null };
  };
  /** Sets or ends the timer with which chats begin from now on, unless the other side has said one first. */
  "account.setNewChatTimer": { params: { afterMs?: number }; result: AccountStatus };
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
  "contact.block": { params: { who: Who }; result: Contact };
  "contact.unblock": { params: { who: Who }; result: Contact };
  /** Forgets the person, the chat and its keys on this device. */
  "contact.delete": { params: { who: Who }; result: { deleted: boolean } };
  "request.list": { params: NoParams; result: readonly ContactRequestInfo[] };
  "request.accept": { params: { who: Who }; result: Contact };
  "request.delete": { params: { who: Who }; result: { deleted: boolean } };
  /** Pinned ones first, then by their last message; archived ones are among them. */
  "chat.list": { params: NoParams; result: readonly Chat[] };
  /** Changes what is given; `mutedUntilMs` 0 ends the muting. On this device only. */
  "chat.set": {
    params: {
      who: Who;
      isPinned?: boolean;
      isArchived?: boolean;
      mutedUntilMs?: number;
      isMarkedUnread?: boolean;
      isAddressHidden?: boolean;
    };
    result: Chat;
  };
  /**
   * Says that something is being written, to be repeated while it goes on, or that it stopped. Goes straight to devices
   * that can be reached or nowhere. @returns whether one of them took it.
   */
  "chat.setTyping": { params: { who: Who; isTyping: boolean }; result: { isTold: boolean } };
  /** Keeps what is being written, sealed like messages; an empty text that answers nothing is forgotten. */
  "chat.saveDraft": { params: { who: Who; text: string; replyTo?: string }; result: { saved: boolean } };
  /** Oldest first; `before` is a message id, `limit` at most 500. */
  "message.list": { params: { who: Who; before?: string; limit?: number }; result: readonly Message[] };
  /** @param id 32 hex digits made by the caller; repeating a send with the same id changes nothing. */
  /** `replyTo` is the id of a message of the same chat. */
  "message.send": {
    params: { who: Who; text: string; id?: string; replyTo?: string; isOnce?: boolean };
    result: Message;
  };
  /**
   * Opens a received message to be seen once, whose file, where it has one, is complete here. What was in it is gone from
   * this device, keys and all, before the answer; only the bytes of a file can be read with `file.read` until
   * `message.close`, for ten minutes, or until the process ends. The sender learns of it where read receipts are on.
   */
  "message.open": { params: { who: Who; id: string }; result: Opened };
  /** Ends the reading of a file that was opened. */
  "message.close": { params: { who: Who; id: string }; result: { closed: boolean } };
  /** Sends the text of a message to somebody else, marked as forwarded; whose it was is not said. */
  "message.forward": { params: { who: Who; id: string; to: Who; newId?: string }; result: Message };
  /** Own texts, for a day; the old words are kept by nobody. @param editId as `id` in message.send. */
  "message.edit": { params: { who: Who; id: string; text: string; editId?: string }; result: Message };
  /** For everyone: own messages only, a request that the other side's app honours; else only on this device. */
  "message.delete": { params: { who: Who; id: string; isForEveryone: boolean }; result: { deleted: boolean } };
  /** One a person; without an emoji the own reaction is taken back. */
  "message.react": { params: { who: Who; id: string; emoji?: string }; result: Message };
  /** Messages said from now on vanish `afterMs` (30 s to 4 weeks) after they were sent or read; without it they stay. */
  "chat.setTimer": { params: { who: Who; afterMs?: number }; result: { isChanged: boolean; message?: Message } };
  /** Marks everything received up to now as read and tells the sender. */
  "message.markRead": { params: { who: Who }; result: { unread: number } };
  /** Notes on this device that a received voice message was played. */
  "message.markPlayed": { params: { who: Who; id: string }; result: Message };
  /**
   * Messages that have every word of `text`, each as the beginning of one of theirs; newest first, at most `limit`
   * (up to 200). @param beforeMs goes on where an answer with `nextBeforeMs` ended.
   */
  "message.search": {
    params: { text: string; who?: Who; beforeMs?: number; limit?: number };
    result: SearchResult;
  };
  /** Messages that offer a file, newest first, those whose bytes move or wait before all others; at most `limit`. */
  "file.list": { params: { who?: Who; limit?: number }; result: readonly Message[] };
  /** Fetches a received file, or goes on after a pause, a cancel or a failure; an own paused one is offered again. */
  "file.accept": { params: { who: Who; id: string }; result: Message };
  /** Stops for now; what is here stays. An own file is not handed over meanwhile. */
  "file.pause": { params: { who: Who; id: string }; result: Message };
  /** Gives up and deletes what is here; an own file is not offered any more. */
  "file.cancel": { params: { who: Who; id: string }; result: Message };
  /**
   * Begins to take a file whose bytes come in pieces. @param preview a JPEG in base64, at most 40 KiB and 640 × 640 px.
   * @param voice makes it a voice message: at most an hour, at most 64 bars. @param isOnce it is to be seen once.
   * @returns the id of the message to be, with which the pieces come.
   */
  "file.begin": {
    params: {
      who: Who;
      name: string;
      sizeBytes: number;
      mediaType?: string;
      preview?: string;
      voice?: { durationMs: number; waveform: number[] };
      isOnce?: boolean;
      id?: string;
    };
    result: { id: string };
  };
  /** The next piece, at most 128 KiB in base64; pieces may be under way one after the other. */
  "file.append": { params: { id: string; offset: number; data: string }; result: { doneBytes: number } };
  /** Sends the file once all of it is here. */
  "file.finish": { params: { id: string }; result: Message };
  /** Gives a file up that was begun. */
  "file.discard": { params: { id: string }; result: { discarded: boolean } };
  /** One MiB of a file that is complete here, verified, in base64. @param unit counts from 0. */
  "file.read": { params: { who: Who; id: string; unit: number }; result: { data: string; unitCount: number } };
  /** The small picture that came with a file, a JPEG in base64; null when there is none. */
  "file.preview": { params: { who: Who; id: string }; result: { jpeg: string | null } };
  /** The call under way or the last one of this run, if any. Each change of it comes as `call.changed`. */
  "call.get": { params: NoParams; result: { call: CallInfo | null } };
  /**
   * Calls an accepted person. @param sdp an offer of one audio and one video section that nothing was gathered for.
   * Whoever calls this, or accepts, has the media and must `call.report` at least every 20 s.
   */
  "call.start": { params: { who: Who; isVideo: boolean; sdp: string; media: CallMedia }; result: CallInfo };
  /** Answers a call that rings here. @param candidates of the first gathering, at most 16. */
  "call.accept": { params: { id: string; sdp: string; candidates: string[]; media: CallMedia }; result: CallInfo };
  /** How a call with an accepted person may look for a way. Ask once the call is answered: relays are asked for it. */
  "call.ways": { params: { who: Who }; result: CallWays };
  "call.decline": { params: { id: string }; result: CallInfo };
  /** Hangs up, or gives up calling. @param reason `hang-up` when left out. */
  "call.end": { params: { id: string; reason?: "hang-up" | "no-path" | "lost" | "mismatch" }; result: CallInfo };
  /** Tells the other side more candidates, at most 16, and what is sent from now on. */
  "call.tell": { params: { id: string; candidates?: string[]; media?: CallMedia }; result: CallInfo };
  /** A new round of ICE: the caller's offer, or the callee's answer to one. */
  "call.restart": { params: { id: string; sdp: string }; result: CallInfo };
  /** Says that whoever has the media is there, and whether they flow. */
  "call.report": { params: { id: string; isUp?: boolean }; result: CallInfo };
  /**
   * Begins a backup of the open account under a passphrase of 8 characters or more; `backup.next` hands out its bytes
   * in base64, one piece after the other, until `isEnd`. A new one ends the last one.
   */
  "backup.export": { params: { passphrase: string }; result: { id: string } };
  "backup.next": { params: { id: string }; result: { data: string; isEnd: boolean } };
  /**
   * Begins to make an account from a backup where nobody lives yet; its bytes come in order, at most 128 KiB in base64
   * at a time. Until `backup.finish` has answered there is no account; after a failure nothing of the backup is left.
   */
  "backup.restore": { params: { passphrase: string }; result: { id: string } };
  "backup.append": { params: { id: string; data: string }; result: { doneBytes: number } };
  "backup.finish": { params: { id: string }; result: AccountStatus };
  /** Gives up the backup or the restore of this id; what was restored so far is removed again. */
  "backup.cancel": { params: { id: string }; result: { cancelled: boolean } };
  /** Every chat with what its files take in this device's vault, and what the index of the search takes for all. */
  "storage.list": { params: NoParams; result: { chats: readonly ChatStorage[]; searchBytes: number } };
  /**
   * What messages of a chat take, about: at most 2,000 at a time, so that no call takes long; go on with `next` as
   * `after` until there is none. Pictures that come with files are counted apart.
   */
  "storage.measure": {
    params: { who: Who; after?: string };
    result: { messages: number; messageBytes: number; previewBytes: number; next?: string };
  };
  /**
   * Takes bytes of files away from this device, of one chat or all; the messages stay. At most 100 a call: again until
   * `isDone`. Left alone: what is coming, what others still have to fetch, and files sent by their path.
   */
  "storage.removeFiles": {
    params: { who?: Who; olderThanMs?: number };
    result: { files: number; bytes: number; isDone: boolean };
  };
  /** Forgets all messages and files of a chat on this device; the person stays. */
  "storage.clearChat": { params: { who: Who }; result: { messages: number } };
  /** The devices of this account, the oldest first. */
  "device.list": { params: NoParams; result: readonly OwnDevice[] };
  /** Names a device of this account; only its devices know the name. */
  "device.rename": { params: { device: string; name: string }; result: readonly OwnDevice[] };
  /** Takes a device out of the account, for good: its sessions end here at once, and elsewhere when they learn of it. */
  "device.revoke": { params: { device: string }; result: readonly OwnDevice[] };
  /**
   * Makes a code for one new device, good for ten minutes; a code made before is good no more.
   * @param name what this device is to be called, as long as it has no name.
   */
  "link.begin": { params: { name?: string; kind?: DeviceKind }; result: LinkStatus };
  /** Uses a code, where nobody lives yet. @param name what this device is to be called. */
  "link.join": { params: { code: string; name: string; kind: DeviceKind }; result: LinkStatus };
  /** The link as it is once it is another than `version`, or after 25 s; null when there was none in this run. */
  "link.get": { params: { version?: number }; result: LinkStatus | null };
  /** Whether the words are the same on both devices. @param withHistory copies messages of before; the old device decides. */
  "link.confirm": { params: { isSame: boolean; withHistory?: boolean }; result: LinkStatus };
  "link.cancel": { params: NoParams; result: LinkStatus | null };
  /** The X archive that was imported, if any. */
  "archive.get": { params: NoParams; result: { archive: ArchiveInfo | null } };
  /** Begins to take an X archive in; nothing of it counts before `archive.finish`. A new one ends the last one. */
  "archive.begin": { params: ArchiveHead; result: { id: string } };
  /** The next records, at most 500 a call. */
  "archive.append": { params: { id: string; records: ArchiveRecord[] }; result: { records: number } };
  "archive.finish": { params: { id: string }; result: ArchiveInfo };
  /** Gives the import of this id up; what was taken in is removed. */
  "archive.cancel": { params: { id: string }; result: { cancelled: boolean } };
  /** People of one list, those with a handle first, at most 200 a call; go on with `next` as `after`. */
  "archive.people": {
    params: { list: ArchiveList; after?: string };
    result: { people: readonly ArchivePerson[]; next?: string };
  };
  /** Conversations, at most 200 a call; go on with `next` as `after`. */
  "archive.threads": {
    params: { after?: number };
    result: { threads: readonly ArchiveThread[]; next?: number };
  };
  /** Messages of a conversation, oldest first, at most 100 before `before`; older ones with `next` as `before`. */
  "archive.messages": {
    params: { thread: number; before?: string };
    result: { messages: readonly ArchiveMessageView[]; next?: string };
  };
  /** Removes the imported archive from this device. */
  "archive.remove": { params: NoParams; result: { removed: boolean } };
  "relay.list": { params: NoParams; result: readonly RelayStatus[] };
  /** @param address a multiaddr that ends in /p2p/PEERID. */
  "relay.add": { params: { address: string }; result: RelayStatus };
  "relay.remove": { params: { relay: string }; result: { removed: boolean } };
}

/** The name of an engine method. */
export type MethodName = keyof Methods;

/** What happened, with a growing number: a reader that stops resumes after the last number it handled. */
export type ClientEvent = { readonly seq: number; readonly atMs: number } & (
  | { readonly type: "message.received"; readonly message: Message }
  | { readonly type: "message.changed"; readonly message: Message }
  /** Forgotten on this device. */
  | {
      readonly type: "message.removed";
      readonly removed: { readonly chat: string; readonly isOwn: boolean; readonly id: string };
    }
  | { readonly type: "request.received"; readonly contact: Contact }
  /** All messages of a chat were forgotten on this device. */
  | { readonly type: "chat.cleared"; readonly account: string }
  /** Something was set for a chat. */
  | { readonly type: "chat.changed"; readonly account: string }
  /** Something about a call with this person: ask `call.get`. */
  | { readonly type: "call.changed"; readonly account: string }
  /** Kept nowhere: seen by readers of this moment only, and has the number of the event before it. */
  | { readonly type: "chat.typing"; readonly account: string; readonly isTyping: boolean }
  | { readonly type: "contact.changed"; readonly contact: Contact }
  | { readonly type: "contact.deleted"; readonly account: string }
  | { readonly type: "account.changed"; readonly status: AccountStatus }
  /** A group, or what is known of it: ask `group.get`. */
  | { readonly type: "group.changed"; readonly group: string }
  /** A line of a group is new, another than before, or gone: ask `group.messages`. `isNew` when somebody else said it just now. */
  | {
      readonly type: "group.message";
      readonly group: string;
      readonly author: string;
      readonly id: string;
      readonly isNew?: true;
    }
);

/** Methods and events of one account's engine, wherever it runs. */
export interface Client {
  /** @throws MessengerError with a documented code. */
  call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]>;
  /** Events after number `after` (0 = from the oldest kept, -1 = only new ones), then live ones, until aborted. */
  events(after: number, signal: AbortSignal): AsyncIterable<ClientEvent>;
}
