/**
 * Signal's sender key messages as bytes: a version byte and a strict protobuf, then in messages to the group a 64-byte
 * XEdDSA signature. Owns the layout only. Bytes from outside never make it throw.
 * @see docs/spec/03-session.md (Sender keys)
 */
import { concat } from "../bytes.ts";
import { MAX_SESSION_MESSAGE_BYTES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { type ProtobufField, readProtobuf, writeProtobuf } from "./protobuf.ts";
import { prefixX25519, stripX25519, type WireError } from "./wire.ts";

/** Version 3, of a sender that speaks at most version 3. */
const VERSION_BYTE = 0x33;

/** Bytes of a distribution id: a UUID. */
export const DISTRIBUTION_ID_BYTES = 16;
const SIGNATURE_BYTES = 64;
const KEY_BYTES = 33;

/** The last iteration a message may carry, so that the next one still has 32 bits. */
const MAX_ITERATION = 0xffff_fffe;

/** What a sender gives to each member inside their session: from where on its messages can be read. */
export interface SenderKeyDistribution {
  /** 16 bytes: one for each group and sender. */
  readonly distributionId: Uint8Array;
  readonly chainId: number;
  /** Number of the first message that can be read. */
  readonly iteration: number;
  readonly chainKey: Uint8Array;
  /** X25519 form of the key that signs the messages, 32 bytes. */
  readonly signingKey: Uint8Array;
}

/** A message to a group. */
export interface SenderKeyMessage {
  readonly distributionId: Uint8Array;
  readonly chainId: number;
  readonly iteration: number;
  readonly ciphertext: Uint8Array;
}

/** A message to a group with what its signature covers. */
export interface ReceivedSenderKeyMessage extends SenderKeyMessage {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const exactly = (bytes: number) => ({ minBytes: bytes, maxBytes: bytes });

const HEAD_FIELDS: readonly ProtobufField[] = [
  { number: 1, kind: exactly(DISTRIBUTION_ID_BYTES) },
  { number: 2, kind: "uint32" },
  { number: 3, kind: "uint32" },
];

const DISTRIBUTION_FIELDS: readonly ProtobufField[] = [
  ...HEAD_FIELDS,
  { number: 4, kind: exactly(32) },
  { number: 5, kind: exactly(KEY_BYTES) },
];

const MESSAGE_FIELDS: readonly ProtobufField[] = [
  ...HEAD_FIELDS,
  { number: 4, kind: { minBytes: 16, maxBytes: MAX_SESSION_MESSAGE_BYTES } },
];

/** The bytes of a SenderKeyDistributionMessage; they hold the chain key. */
export function encodeSenderKeyDistribution(distribution: SenderKeyDistribution): Uint8Array {
  const { distributionId, chainId, iteration, chainKey, signingKey } = distribution;
  const values = [distributionId, chainId, iteration, chainKey, prefixX25519(signingKey)];
  return concat(Uint8Array.of(VERSION_BYTE), writeProtobuf(DISTRIBUTION_FIELDS, values));
}

/** Parses a SenderKeyDistributionMessage; the result shares no memory with `bytes`. */
export function decodeSenderKeyDistribution(bytes: Uint8Array): Result<SenderKeyDistribution, WireError> {
  const values = readFields(bytes, DISTRIBUTION_FIELDS);
  if (!values.ok) return values;
  const [distributionId, chainId, iteration, chainKey, key] = values.value as [
    Uint8Array,
    number,
    number,
    Uint8Array,
    Uint8Array,
  ];
  const signingKey = stripX25519(key);
  if (signingKey === null || iteration > MAX_ITERATION) return err({ code: "malformed" });
  return ok({
    distributionId: new Uint8Array(distributionId),
    chainId,
    iteration,
    chainKey: new Uint8Array(chainKey),
    signingKey: new Uint8Array(signingKey),
  });
}

/** The bytes of a SenderKeyMessage that its signature covers; the signature is appended to them. */
export function encodeSenderKeyMessage({
  distributionId,
  chainId,
  iteration,
  ciphertext,
}: SenderKeyMessage): Uint8Array {
  const values = [distributionId, chainId, iteration, ciphertext];
  return concat(Uint8Array.of(VERSION_BYTE), writeProtobuf(MESSAGE_FIELDS, values));
}

/** Parses a SenderKeyMessage. Byte strings are views into `bytes`. */
export function decodeSenderKeyMessage(bytes: Uint8Array): Result<ReceivedSenderKeyMessage, WireError> {
  if (bytes.length < 1 + SIGNATURE_BYTES || bytes.length > MAX_SESSION_MESSAGE_BYTES) return err({ code: "malformed" });
  const signed = bytes.subarray(0, -SIGNATURE_BYTES);
  const values = readFields(signed, MESSAGE_FIELDS);
  if (!values.ok) return values;
  const [distributionId, chainId, iteration, ciphertext] = values.value as [Uint8Array, number, number, Uint8Array];
  if (iteration > MAX_ITERATION || ciphertext.length % 16 !== 0) return err({ code: "malformed" });
  const signature = bytes.subarray(signed.length);
  return ok({ distributionId, chainId, iteration, ciphertext, signed, signature });
}

function readFields(
  bytes: Uint8Array,
  fields: readonly ProtobufField[],
): Result<readonly (number | Uint8Array | undefined)[], WireError> {
  if (bytes.length === 0) return err({ code: "malformed" });
  if (bytes[0] !== VERSION_BYTE) return err({ code: "unknown-version" });
  const values = readProtobuf(bytes.subarray(1), fields);
  return values === null ? err({ code: "malformed" }) : ok(values);
}
