/**
 * One entry of a sigchain: its fields, its bytes, its hash and its signature; not whether its chain allows it.
 * @see docs/spec/01-identity.md
 */
import { fromHex, toHex } from "../bytes.ts";
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  mapped,
  record,
  type Shape,
  uint,
} from "../codec/schema.ts";
import { decodeSigned, encodeSigned, type Signed, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId, type DeviceId } from "../ids.ts";
import { MAX_ENTRY_BYTES } from "../limits.ts";
import { ok, type Result } from "../result.ts";
import type { DeviceKeys } from "./device.ts";
import type { RootKey } from "./root-key.ts";

/** The version every entry carries. */
export const ENTRY_VERSION = 1;

/** Numbers of the entry kinds. */
export const ENTRY_KINDS = {
  create: 0,
  deviceAdd: 1,
  deviceRevoke: 2,
  handleClaim: 3,
  handleRelease: 4,
  contest: 5,
  recover: 6,
} as const;

/** The signed fields of an entry. `body` is canonical CBOR whose shape `kind` decides. */
export interface ChainEntry {
  readonly v: number;
  readonly account: AccountId;
  readonly epoch: number;
  readonly seq: number;
  /** Hash of the entry before this one; 32 zero bytes in `create`. */
  readonly prev: Uint8Array;
  /** When the signer says it signed, in ms since 1970; 0 in `create`, which must be the same each time it is made. */
  readonly at: number;
  readonly kind: number;
  readonly body: Uint8Array;
  /** Hex of the key that signed: the account's own for the root, otherwise a device's. */
  readonly signer: string;
}

/** An entry as it travels, with what was read from it. */
export interface ReadEntry {
  readonly entry: ChainEntry;
  readonly signed: Signed;
  readonly encoded: Uint8Array;
  /** SHA-256 over domain and body: signing the same body again makes no other entry. */
  readonly hash: Uint8Array;
}

/** Who signs an entry. */
export type ChainSigner =
  | { readonly type: "root"; readonly root: RootKey }
  | { readonly type: "device"; readonly device: DeviceKeys };

/** A body is what is left of an entry beside some 260 bytes of fields and signature. */
export const MAX_BODY_BYTES = 640;

/** 2^32 - 1: epochs count hours, seqs entries. */
const MAX_COUNTER = 0xffff_ffff;

const key32: Shape<string> = mapped(bytes(32), toHex, fromHex);

const entryShape: Shape<ChainEntry> = record<ChainEntry>({
  v: field(1, uint(255)),
  account: field(2, accountId),
  epoch: field(3, uint(MAX_COUNTER)),
  seq: field(4, uint(MAX_COUNTER)),
  prev: field(5, bytes(32)),
  at: field(6, uint()),
  kind: field(7, uint(255)),
  body: field(8, bytes(0, MAX_BODY_BYTES)),
  signer: field(9, key32),
});

/** Reads one entry of at most 1,024 bytes; verifies no signature. */
export function readEntry(suite: CryptoSuite, encoded: Uint8Array): Result<ReadEntry, DecodeError> {
  const signed = decodeSigned(encoded, MAX_ENTRY_BYTES);
  if (!signed.ok) return signed;
  const entry = decodeAs(entryShape, signed.value.body, MAX_ENTRY_BYTES);
  if (!entry.ok) return entry;
  const hash = suite.sha256(signedBytes(DOMAINS.chainEntry, signed.value.body));
  return ok({ entry: entry.value, signed: signed.value, encoded, hash });
}

/** The key id under which a signer appears in entries. */
export function signerId(signer: ChainSigner): string {
  return signer.type === "root" ? signer.root.accountId : signer.device.deviceId;
}

/** Signs an entry. Root signatures use no randomness, so that `create` comes out the same each time. */
export async function signEntry(suite: CryptoSuite, entry: ChainEntry, signer: ChainSigner): Promise<ReadEntry> {
  const body = encodeAs(entryShape, entry);
  const message = signedBytes(DOMAINS.chainEntry, body);
  const signature =
    signer.type === "root"
      ? await suite.schnorrSign(signer.root.privateKey, message, new Uint8Array(32))
      : await suite.ed25519Sign(signer.device.signingSeed, message);
  const signed = { body, signature };
  return { entry, signed, encoded: encodeSigned(signed), hash: suite.sha256(message) };
}

/** Whether an entry carries its signer's signature: BIP-340 for the root, Ed25519 for a device. */
export async function verifyEntrySignature(suite: CryptoSuite, read: ReadEntry): Promise<boolean> {
  const { entry, signed } = read;
  const message = signedBytes(DOMAINS.chainEntry, signed.body);
  const key = fromHex(entry.signer);
  if (isRootSigned(entry)) return suite.schnorrVerify(key, message, signed.signature);
  return suite.ed25519Verify(key, message, signed.signature);
}

/** Whether the root key signed an entry. */
export function isRootSigned(entry: ChainEntry): boolean {
  return entry.signer === (entry.account as string);
}

/** The device id of a signer that is not the root. */
export function signerDevice(entry: ChainEntry): DeviceId | null {
  return isRootSigned(entry) ? null : (entry.signer as DeviceId);
}
