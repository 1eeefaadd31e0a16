/** Files in messages as interfaces see them. Plain JSON like all of `client.ts`. */
import type { Message } from "../message/message-info.ts";
import type { Who } from "../people/contact-info.ts";

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
   * elsewhere: another own device sent it, and it can be asked for there ·
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
   * offline: both must be online at once · own-offline: nobody who can be reached has it, another own device is not online · damaged-there: so too, what a relay had does not verify · paused-there, busy: on the sender's device · gone: not offered any more ·
   * changed: the sender's file is another now · damaged: what came does not verify · disk: this device has no room.
   */
  readonly reason?:
    | "offline"
    | "own-offline"
    | "damaged-there"
    | "paused-there"
    | "busy"
    | "gone"
    | "changed"
    | "damaged"
    | "disk";
  /** An own file that another own device sent and that was asked for here: its states are those of a received one. */
  readonly isCopy?: true;
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

/** A message that has a file. `who` is the other side of the chat; with a `group` who said it there: yourself for an own one. */
export interface FileParams {
  readonly who: Who;
  readonly group?: string;
  readonly id: string;
}

/** Parameters and results of the methods about files in messages. */
export interface FileMethods {
  /** Messages that offer a file, newest first, those whose bytes move or wait before all others; at most `limit`. */
  "file.list": { params: { who?: Who; group?: string; limit?: number }; result: readonly Message[] };
  /** Fetches a received file, or goes on after a pause, a cancel or a failure; an own paused one is offered again. */
  "file.accept": { params: FileParams; result: Message };
  /** Stops for now; what is here stays. An own file is not handed over meanwhile. */
  "file.pause": { params: FileParams; result: Message };
  /** Gives up and deletes what is here; an own file is not offered any more. */
  "file.cancel": { params: FileParams; result: Message };
  /**
   * Begins to take a file whose bytes come in pieces. @param preview a JPEG in base64, at most 40 KiB and 640 × 640 px.
   * @param who or @param group says where it goes: exactly one of them.
   * @param voice makes it a voice message: at most an hour, at most 64 bars. @param isOnce it is to be seen once, not in groups.
   * @returns the id of the message to be, with which the pieces come.
   */
  "file.begin": {
    params: {
      who?: Who;
      group?: string;
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
  "file.read": { params: FileParams & { readonly unit: number }; result: { data: string; unitCount: number } };
  /** The small picture that came with a file, a JPEG in base64; null when there is none. */
  "file.preview": { params: FileParams; result: { jpeg: string | null } };
}
