/** Directory receipts: a node says, under the key of its PeerId, that it holds a claim and until when. */

import { equalBytes } from "../bytes.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, record, type Shape, uint } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type RelayId, relayId } from "../ids.ts";
import { MAX_DIRECTORY_RECEIPT_BYTES } from "../limits.ts";
import { relayPublicKey } from "../relay/relay-record.ts";
import { err, ok, type Result } from "../result.ts";

/** What a receipt is about. */
export interface ReceiptSubject {
  /** The 32-byte directory key. */
  readonly key: Uint8Array;
  /** 32 bytes: `HandleClaim.hash`. */
  readonly claimHash: Uint8Array;
  readonly node: RelayId;
}

/** What a receipt says. Times in ms since 1970 by the node's clock. */
export interface DirectoryReceipt extends ReceiptSubject {
  readonly firstSeenMs: number;
  readonly storedUntilMs: number;
}

/** Why bytes are not the receipt that was asked for. */
export type ReceiptError =
  | { readonly code: "malformed-receipt"; readonly cause: DecodeError["code"] }
  | { readonly code: "other-subject" }
  | { readonly code: "bad-signature" };

const receiptShape: Shape<DirectoryReceipt> = record<DirectoryReceipt>({
  key: field(1, bytes(32)),
  claimHash: field(2, bytes(32)),
  node: field(3, relayId),
  firstSeenMs: field(4, uint()),
  storedUntilMs: field(5, uint()),
});

/** Signs a receipt with the 32-byte Ed25519 seed of the node's PeerId. */
export async function signReceipt(
  suite: CryptoSuite,
  seed: Uint8Array,
  receipt: DirectoryReceipt,
): Promise<Uint8Array> {
  const body = encodeAs(receiptShape, receipt);
  return encodeSigned({ body, signature: await suite.ed25519Sign(seed, signedBytes(DOMAINS.directoryReceipt, body)) });
}

/** Checks a receipt against what was put where, and its signature against the key inside the PeerId. */
export async function checkReceipt(
  suite: CryptoSuite,
  encoded: Uint8Array,
  expected: ReceiptSubject,
): Promise<Result<DirectoryReceipt, ReceiptError>> {
  const signed = decodeSigned(encoded, MAX_DIRECTORY_RECEIPT_BYTES);
  if (!signed.ok) return err({ code: "malformed-receipt", cause: signed.error.code });
  const receipt = decodeAs(receiptShape, signed.value.body, MAX_DIRECTORY_RECEIPT_BYTES);
  if (!receipt.ok) return err({ code: "malformed-receipt", cause: receipt.error.code });
  const { key, claimHash, node } = receipt.value;
  const isSame = equalBytes(key, expected.key) && equalBytes(claimHash, expected.claimHash) && node === expected.node;
  if (!isSame) return err({ code: "other-subject" });
  const publicKey = relayPublicKey(node);
  const message = signedBytes(DOMAINS.directoryReceipt, signed.value.body);
  const isGood = publicKey !== null && (await suite.ed25519Verify(publicKey, message, signed.value.signature));
  return isGood ? ok(receipt.value) : err({ code: "bad-signature" });
}
