/** This device's own account as interfaces see it. Plain JSON like all of `client.ts`. */
import type { PictureType } from "@kith/protocol";
import type { NoParams } from "../no-params.ts";
import type { Who } from "../people/contact-info.ts";

/** This device's own account. */
export interface AccountStatus {
  /** none: nobody lives here yet · locked: needs the PIN · ready. */
  readonly state: "none" | "locked" | "ready";
  /** `kith1…` */
  readonly account?: string;
  /** `contested`: `kith1…` of another account whose claim of it this account says is not the owner's; the newest. */
  readonly handle?: { readonly written: string; readonly publication: Publication; readonly contested?: string };
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

/** Parameters and results of the methods about this device's own account. */
export interface AccountMethods {
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
  /** Gives the handle up. Directory nodes may show the last claim until it expires, at most 30 days. @throws HANDLE_NONE, CHAIN_FULL. */
  "account.releaseHandle": { params: NoParams; result: AccountStatus };
  /**
   * Says in the account's chain that the claim of the handle by another account, `kith1…`, is not the owner's.
   * @throws HANDLE_NONE, ACCOUNT_INVALID, WHO_SELF, CHAIN_FULL.
   */
  "account.contestHandle": { params: { account: string }; result: AccountStatus };
  /** @throws HANDLE_INVALID, CHAIN_FULL. */
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
}
