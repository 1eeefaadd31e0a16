/**
 * Contact requests: the first mail between two devices, sealed to the recipient's box key with HPKE (X-Wing), so that
 * the relay of the box learns neither who asks nor what. Every request has one size.
 * @see docs/spec/06-messages.md (Requests)
 */
import { bytesToUint32, concat, fromHex, uint32ToBytes, utf8 } from "../bytes.ts";
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  optional,
  record,
  type Shape,
} from "../codec/schema.ts";
import { type HpkeContext, type HpkeError, openFrom, sealTo, X_WING_CIPHERTEXT_BYTES } from "../crypto/hpke.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import { type AccountId, accountId, type BoxId, type DeviceId, deviceId, type RelayId } from "../ids.ts";
import { MAX_CARD_BYTES, MAX_CLAIM_BYTES, MAX_ENTRY_BYTES, REQUEST_BYTES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { padMessage, unpadMessage } from "./envelope.ts";
import { type QueueDescriptor, queueDescriptor } from "./queue.ts";

/** What a request says once opened. Nothing in it is believed before the chain entries and session have verified. */
export interface ContactRequest {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The chain entries that certify this device. */
  readonly entries: readonly Uint8Array[];
  readonly claim?: Uint8Array | undefined;
  /** Where the sender's own box is, for its full chain. */
  readonly card?: Uint8Array | undefined;
  /** How to answer this device. */
  readonly queue: QueueDescriptor;
  /** The v4 message, a prekey message until the session is answered. */
  readonly message: Uint8Array;
  /** Shows that the sender holds an invite's secret; 32 bytes. */
  readonly personToken?: Uint8Array | undefined;
}

/** Where a request goes, and the key it is sealed to. */
export interface BoxAddress {
  readonly relay: RelayId;
  readonly box: BoxId;
  readonly keyId: number;
}

/** Why a request does not open. */
export type RequestError = DecodeError | HpkeError | { readonly code: "request-size" };

const KEY_ID_BYTES = 4;
const TAG_BYTES = 16;
const PADDED_BYTES: number = REQUEST_BYTES - KEY_ID_BYTES - X_WING_CIPHERTEXT_BYTES - TAG_BYTES;

const contactRequest: Shape<ContactRequest> = record<ContactRequest>({
  account: field(1, accountId),
  device: field(2, deviceId),
  entries: field(3, list(bytes(1, MAX_ENTRY_BYTES), 8, 1)),
  claim: optional(4, bytes(1, MAX_CLAIM_BYTES)),
  card: optional(5, bytes(1, MAX_CARD_BYTES)),
  queue: field(6, queueDescriptor),
  message: field(7, bytes(1, PADDED_BYTES)),
  personToken: optional(8, bytes(32)),
});

function hpkeContext(suite: CryptoSuite, to: BoxAddress): HpkeContext {
  const info = concat(utf8(LABELS.request), utf8(to.relay), fromHex(to.box), uint32ToBytes(to.keyId));
  return { suite, info, ad: new Uint8Array(0) };
}

/** Seals a request to a box key (X-Wing, 1,216 bytes); the result always has `REQUEST_BYTES`. */
export async function sealRequest(
  suite: CryptoSuite,
  to: BoxAddress & { readonly publicKey: Uint8Array },
  request: ContactRequest,
  random: RandomBytes,
): Promise<Result<Uint8Array, RequestError>> {
  if (request.message.length > PADDED_BYTES) return err({ code: "request-size" });
  const encoded = encodeAs(contactRequest, request);
  if (encoded.length + 4 > PADDED_BYTES) return err({ code: "request-size" });
  const sealed = await sealTo(hpkeContext(suite, to), to.publicKey, padMessage(encoded, PADDED_BYTES), random);
  return sealed.ok ? ok(concat(uint32ToBytes(to.keyId), sealed.value)) : sealed;
}

/** The id of the box key that a sealed request names; null for bytes of another length than a request has. */
export function requestKeyId(sealed: Uint8Array): number | null {
  return sealed.length === REQUEST_BYTES ? bytesToUint32(sealed) : null;
}

/**
 * Opens a request with the 32-byte seed of the box key it names. Another length is `request-size`, another key id than
 * that of `at` is `hpke-bad-key`.
 */
export async function openRequest(
  suite: CryptoSuite,
  at: BoxAddress,
  seed: Uint8Array,
  sealed: Uint8Array,
): Promise<Result<ContactRequest, RequestError>> {
  const keyId = requestKeyId(sealed);
  if (keyId === null) return err({ code: "request-size" });
  if (keyId !== at.keyId) return err({ code: "hpke-bad-key" });
  const padded = await openFrom(hpkeContext(suite, at), seed, sealed.subarray(KEY_ID_BYTES));
  if (!padded.ok) return padded;
  const encoded = unpadMessage(padded.value);
  return encoded === null ? err({ code: "request-size" }) : decodeAs(contactRequest, encoded, PADDED_BYTES);
}
