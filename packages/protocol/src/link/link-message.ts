/** What two devices of one person say to each other while one is linked. @see docs/spec/01-identity.md (Linking) */
import { type DeviceOffer, possessionShape } from "../account/device.ts";
import {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
  union,
} from "../codec/schema.ts";
import { X_WING_CIPHERTEXT_BYTES } from "../crypto/hpke.ts";
import { type AccountId, accountId, deviceId, type RelayRef, relayRef } from "../ids.ts";
import {
  MAX_CARD_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_CLAIM_BYTES,
  MAX_DEVICE_NAME_BYTES,
  MAX_DEVICES,
  MAX_ENTRY_BYTES,
} from "../limits.ts";
import { type DeviceKind, deviceKindShape } from "../message/sync.ts";
import type { Result } from "../result.ts";

/** Bytes of an X-Wing public key. */
const SHARE_BYTES = 1216;

/** Relays that are handed over. */
const MAX_GIVEN_RELAYS = 8;

/** Why a side ended a link. */
export type LinkAbort = "cancelled" | "mismatch" | "expired" | "refused";

/** A message as it travels; `sealed` opens with the keys of the handshake. */
export type LinkMessage =
  /** New to old: a share, and a promise of the nonce to come. */
  | { readonly type: "hello"; readonly share: Uint8Array; readonly commitment: Uint8Array }
  /** Old to new. */
  | { readonly type: "answer"; readonly ciphertext: Uint8Array; readonly nonce: Uint8Array }
  /** New to old: the promised nonce. */
  | { readonly type: "open"; readonly nonce: Uint8Array }
  | { readonly type: "sealed"; readonly step: number; readonly box: Uint8Array }
  | { readonly type: "abort"; readonly reason: LinkAbort };

/** What is said sealed. */
export type LinkWord =
  /** Old to new, with the answer: whose device it is to be. */
  | { readonly type: "account"; readonly account: AccountId; readonly handle?: string | undefined }
  /** New to old, with the nonce. */
  | { readonly type: "name"; readonly name: string; readonly kind: DeviceKind }
  /** New to old, once the person said there that the words are the same. */
  | ({ readonly type: "offer" } & DeviceOffer)
  /** Old to new, once the person said so there too: everything but what comes in sessions. */
  | ({ readonly type: "grant" } & LinkGrant)
  /** New to old: the grant is on disk. */
  | { readonly type: "stored" }
  /** Old to new: the chain lists the new device. */
  | { readonly type: "done" };

/** What makes the new device one of the account. */
export interface LinkGrant {
  /** The chain with the new device in it. */
  readonly chain: readonly Uint8Array[];
  readonly claim?: Uint8Array | undefined;
  readonly relays: readonly RelayRef[];
  /** The cards of the devices that there are. */
  readonly cards: readonly Uint8Array[];
  readonly withHistory: boolean;
}

/** One message of a link, in bytes: what an envelope holds. */
const MAX_LINK_BYTES: number = 60 * 1024;

const abortReason: Shape<LinkAbort> = oneOf<LinkAbort>({ cancelled: 0, mismatch: 1, expired: 2, refused: 3 });

type Body<T extends { readonly type: string }, K extends T["type"]> = Omit<Extract<T, { readonly type: K }>, "type">;

const messageShape: Shape<LinkMessage> = union<LinkMessage>({
  hello: [
    1,
    record<Body<LinkMessage, "hello">>({ share: field(1, bytes(SHARE_BYTES)), commitment: field(2, bytes(32)) }),
  ],
  answer: [
    2,
    record<Body<LinkMessage, "answer">>({
      ciphertext: field(1, bytes(X_WING_CIPHERTEXT_BYTES)),
      nonce: field(2, bytes(32)),
    }),
  ],
  open: [3, record<Body<LinkMessage, "open">>({ nonce: field(1, bytes(32)) })],
  sealed: [
    4,
    record<Body<LinkMessage, "sealed">>({ step: field(1, uint(255)), box: field(2, bytes(16, MAX_LINK_BYTES)) }),
  ],
  abort: [5, record<Body<LinkMessage, "abort">>({ reason: field(1, abortReason) })],
});

const wordShape: Shape<LinkWord> = union<LinkWord>({
  account: [1, record<Body<LinkWord, "account">>({ account: field(1, accountId), handle: optional(2, text(15)) })],
  name: [
    2,
    record<Body<LinkWord, "name">>({ name: field(1, text(MAX_DEVICE_NAME_BYTES)), kind: field(2, deviceKindShape) }),
  ],
  offer: [
    3,
    record<Body<LinkWord, "offer">>({
      deviceId: field(1, deviceId),
      identityKey: field(2, bytes(32)),
      possession: field(3, possessionShape),
    }),
  ],
  grant: [
    4,
    record<Body<LinkWord, "grant">>({
      chain: field(1, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)),
      claim: optional(2, bytes(1, MAX_CLAIM_BYTES)),
      relays: field(3, list(relayRef, MAX_GIVEN_RELAYS)),
      cards: field(4, list(bytes(1, MAX_CARD_BYTES), MAX_DEVICES)),
      withHistory: field(5, bool),
    }),
  ],
  stored: [5, record<object>({})],
  done: [6, record<object>({})],
});

/** Encodes a message. @throws RangeError when a bound is broken. */
export function encodeLinkMessage(message: LinkMessage): Uint8Array {
  return encodeAs(messageShape, message);
}

/** Reads a message. */
export function decodeLinkMessage(encoded: Uint8Array): Result<LinkMessage, DecodeError> {
  return decodeAs(messageShape, encoded, MAX_LINK_BYTES + 64);
}

/** Encodes a word. @throws RangeError when a bound is broken. */
export function encodeLinkWord(word: LinkWord): Uint8Array {
  return encodeAs(wordShape, word);
}

/** Reads a word. */
export function decodeLinkWord(encoded: Uint8Array): Result<LinkWord, DecodeError> {
  return decodeAs(wordShape, encoded, MAX_LINK_BYTES);
}
