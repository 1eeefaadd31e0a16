/**
 * Signal's v4 session messages as bytes: a version byte, a strict protobuf, and for plain messages an 8-byte MAC.
 * Owns the layout only; nothing here knows keys or sessions. Bytes from outside never make it throw.
 * @see docs/spec/03-session.md (wire format)
 */
import { concat } from "../bytes.ts";
import { MAX_PQ_RATCHET_BYTES, MAX_SESSION_MESSAGE_BYTES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { type ProtobufField, readProtobuf, writeProtobuf } from "./protobuf.ts";

/** Version 4, of a sender that speaks at most version 4. */
const VERSION_BYTE = 0x44;

/** The HMAC is cut to this many bytes; the envelope's 16-byte tag stands in front of it. */
export const MAC_BYTES = 8;

/** Type prefixes of public keys and KEM ciphertexts on the wire. */
const X25519_TYPE = 0x05;
const KYBER1024_TYPE = 0x08;
const KEY_BYTES = 32;
const KEM_BYTES = 1568;

/** The last counter a message may carry, so that the next one still has 32 bits. */
const MAX_COUNTER = 0xffff_fffe;

/** A parsed SignalMessage; keys without their type prefix. */
export interface SignalMessage {
  readonly ratchetKey: Uint8Array;
  readonly counter: number;
  readonly previousCounter: number;
  readonly ciphertext: Uint8Array;
  /** Field 5: the part of the post-quantum ratchet, unparsed; absent in suite 1. */
  readonly pqRatchet?: Uint8Array;
}

/** A SignalMessage with what its MAC covers and the MAC itself. */
export interface ReceivedSignalMessage extends SignalMessage {
  readonly macced: Uint8Array;
  readonly mac: Uint8Array;
}

/** A parsed PreKeySignalMessage; keys and ciphertext without their type prefix, `message` unparsed. */
export interface PrekeyMessage {
  readonly oneTimeId?: number;
  readonly baseKey: Uint8Array;
  readonly identityKey: Uint8Array;
  readonly message: Uint8Array;
  readonly registrationId: number;
  readonly signedId: number;
  readonly kemId: number;
  readonly kemCiphertext: Uint8Array;
}

/** Why bytes are not a v4 message. */
export type WireError = { readonly code: "malformed" } | { readonly code: "unknown-version" };

/** Either kind of message; the first field's tag tells them apart. */
export type ReceivedMessage =
  | { readonly kind: "message"; readonly message: ReceivedSignalMessage }
  | { readonly kind: "prekey"; readonly prekey: PrekeyMessage; readonly message: ReceivedSignalMessage };

/** What a message tells without any state. */
export type MessageInspection =
  | { readonly kind: "message" }
  | { readonly kind: "prekey"; readonly baseKey: Uint8Array; readonly identityKey: Uint8Array };

const key = { minBytes: KEY_BYTES + 1, maxBytes: KEY_BYTES + 1 };

const MESSAGE_FIELDS: readonly ProtobufField[] = [
  { number: 1, kind: key },
  { number: 2, kind: "uint32" },
  { number: 3, kind: "uint32" },
  { number: 4, kind: { minBytes: 16, maxBytes: MAX_SESSION_MESSAGE_BYTES } },
  { number: 5, kind: { minBytes: 1, maxBytes: MAX_PQ_RATCHET_BYTES }, isOptional: true },
  // Addresses: other implementations may send them; the MAC covers them, Kith binds both sides in the plaintext.
  { number: 6, kind: { minBytes: 0, maxBytes: 256 }, isOptional: true },
];

const PREKEY_FIELDS: readonly ProtobufField[] = [
  { number: 1, kind: "uint32", isOptional: true },
  { number: 2, kind: key },
  { number: 3, kind: key },
  { number: 4, kind: { minBytes: 1, maxBytes: MAX_SESSION_MESSAGE_BYTES } },
  { number: 5, kind: "uint32" },
  { number: 6, kind: "uint32" },
  { number: 7, kind: "uint32" },
  { number: 8, kind: { minBytes: KEM_BYTES + 1, maxBytes: KEM_BYTES + 1 } },
];

/** An X25519 public key as it stands in messages and under signatures: 33 bytes. */
export function prefixX25519(publicKey: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(X25519_TYPE), publicKey);
}

/** A KEM public key or ciphertext as it stands in messages and under signatures: 1,569 bytes. */
export function prefixKem(bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(KYBER1024_TYPE), bytes);
}

/** The bytes of a SignalMessage that its MAC covers; the MAC is appended to them. */
export function encodeSignalMessage(message: SignalMessage): Uint8Array {
  const { ratchetKey, counter, previousCounter, ciphertext, pqRatchet } = message;
  const values = [prefixX25519(ratchetKey), counter, previousCounter, ciphertext, pqRatchet, undefined];
  return concat(Uint8Array.of(VERSION_BYTE), writeProtobuf(MESSAGE_FIELDS, values));
}

/** The bytes of a PreKeySignalMessage. */
export function encodePrekeyMessage(prekey: PrekeyMessage): Uint8Array {
  const values = [
    prekey.oneTimeId,
    prefixX25519(prekey.baseKey),
    prefixX25519(prekey.identityKey),
    prekey.message,
    prekey.registrationId,
    prekey.signedId,
    prekey.kemId,
    prefixKem(prekey.kemCiphertext),
  ];
  return concat(Uint8Array.of(VERSION_BYTE), writeProtobuf(PREKEY_FIELDS, values));
}

/** Parses either kind of message. Byte strings are views into `bytes`. */
export function decodeReceivedMessage(bytes: Uint8Array): Result<ReceivedMessage, WireError> {
  if (bytes.length < 2 || bytes.length > MAX_SESSION_MESSAGE_BYTES) return err({ code: "malformed" });
  if (bytes[0] !== VERSION_BYTE) return err({ code: "unknown-version" });
  // A SignalMessage starts with field 1 as bytes; in a PreKeySignalMessage field 1 is a number or absent.
  if (bytes[1] === 0x0a) {
    const message = decodeSignalMessage(bytes);
    return message.ok ? ok({ kind: "message", message: message.value }) : message;
  }
  const prekey = decodePrekeyMessage(bytes);
  if (prekey === null) return err({ code: "malformed" });
  const message = decodeSignalMessage(prekey.message);
  return message.ok ? ok({ kind: "prekey", prekey, message: message.value }) : message;
}

/** Tells the kind of a message and, for a prekey message, whose it claims to be. Proves nothing. */
export function inspectMessage(bytes: Uint8Array): Result<MessageInspection, WireError> {
  const received = decodeReceivedMessage(bytes);
  if (!received.ok) return received;
  if (received.value.kind === "message") return ok({ kind: "message" });
  const { baseKey, identityKey } = received.value.prekey;
  return ok({ kind: "prekey", baseKey: new Uint8Array(baseKey), identityKey: new Uint8Array(identityKey) });
}

function decodeSignalMessage(bytes: Uint8Array): Result<ReceivedSignalMessage, WireError> {
  if (bytes.length < 1 + MAC_BYTES) return err({ code: "malformed" });
  if (bytes[0] !== VERSION_BYTE) return err({ code: "unknown-version" });
  const macced = bytes.subarray(0, bytes.length - MAC_BYTES);
  const values = readProtobuf(macced.subarray(1), MESSAGE_FIELDS);
  if (values === null) return err({ code: "malformed" });
  const ratchetKey = stripX25519(values[0] as Uint8Array);
  const counter = values[1] as number;
  const ciphertext = values[3] as Uint8Array;
  const pqRatchet = values[4] as Uint8Array | undefined;
  if (ratchetKey === null || counter > MAX_COUNTER || ciphertext.length % 16 !== 0) return err({ code: "malformed" });
  return ok({
    ratchetKey,
    counter,
    previousCounter: values[2] as number,
    ciphertext,
    ...(pqRatchet === undefined ? {} : { pqRatchet }),
    macced,
    mac: bytes.subarray(macced.length),
  });
}

function decodePrekeyMessage(bytes: Uint8Array): PrekeyMessage | null {
  const values = readProtobuf(bytes.subarray(1), PREKEY_FIELDS);
  if (values === null) return null;
  const oneTimeId = values[0] as number | undefined;
  const baseKey = stripX25519(values[1] as Uint8Array);
  const identityKey = stripX25519(values[2] as Uint8Array);
  const kem = values[7] as Uint8Array;
  if (baseKey === null || identityKey === null || kem[0] !== KYBER1024_TYPE) return null;
  return {
    ...(oneTimeId === undefined ? {} : { oneTimeId }),
    baseKey,
    identityKey,
    message: values[3] as Uint8Array,
    registrationId: values[4] as number,
    signedId: values[5] as number,
    kemId: values[6] as number,
    kemCiphertext: kem.subarray(1),
  };
}

/** The key behind its type prefix; null for another type or a second spelling of a key (top bit, or not below p). */
export function stripX25519(prefixed: Uint8Array): Uint8Array | null {
  if (prefixed[0] !== X25519_TYPE) return null;
  const bare = prefixed.subarray(1);
  const top = bare[31] as number;
  if (top > 0x7f) return null;
  const isAtLeastP = top === 0x7f && (bare[0] as number) >= 0xed && bare.subarray(1, 31).every((byte) => byte === 0xff);
  return isAtLeastP ? null : bare;
}
