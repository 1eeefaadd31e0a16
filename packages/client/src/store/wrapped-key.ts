/**
 * The data key of a store, wrapped under a key from the PIN and the device secret.
 * Wrapping key = HKDF(Argon2id(PIN) ‖ device secret), with the device secret alone when there is no PIN; the record
 * binds its own parameters, and a new PIN wraps the same data key anew.
 * @see docs/spec/08-local-secrets.md
 */
import {
  bytes,
  type CryptoSuite,
  concat,
  decodeAs,
  encodeAs,
  equalBytes,
  field,
  optional,
  type RandomBytes,
  record,
  type Shape,
  uint,
  utf8,
} from "@kith/protocol";
import { STORE_LABELS } from "./labels.ts";
import { normalizePin } from "./pin.ts";

/** Cost of Argon2id; `lanes` is its parallelism. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Argon2id version 0x13 (RFC 9106) with a 32-byte result; asynchronous, because it takes 0.2 s or more. */
export type Argon2id = (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>;

/** 64 MiB and three passes: 0.2 s of native code, and more memory than a graphics card has per guess at hand. */
export const DEFAULT_ARGON2_COST: Argon2Cost = Object.freeze({ memoryKiB: 64 * 1024, passes: 3, lanes: 1 });

/** What deriving and wrapping need. */
export interface WrapTools {
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
  readonly argon2id: Argon2id;
}

/** The stored record; without `cost` there is no PIN. */
export interface WrappedKey {
  readonly cost?: Argon2Cost | undefined;
  readonly salt: Uint8Array;
  readonly deviceCheck: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealedKey: Uint8Array;
}

/** Why a data key could not be unwrapped. */
export type UnwrapError = { readonly code: "device-secret-changed" } | { readonly code: "not-authentic" };

const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 24;
const CHECK_BYTES = 16;
const NOTHING = new Uint8Array(0);

/** Bounds keep a damaged record from asking for gigabytes or hours. */
const COST_SHAPE: Shape<Argon2Cost> = record<Argon2Cost>({
  memoryKiB: field(1, uint(1024 * 1024)),
  passes: field(2, uint(16)),
  lanes: field(3, uint(4)),
});

const WRAPPED_KEY_SHAPE: Shape<WrappedKey> = record<WrappedKey>({
  cost: optional(1, COST_SHAPE),
  salt: field(2, bytes(SALT_BYTES)),
  deviceCheck: field(3, bytes(CHECK_BYTES)),
  nonce: field(4, bytes(NONCE_BYTES)),
  sealedKey: field(5, bytes(KEY_BYTES + 16)),
});

const MAX_WRAPPED_KEY_BYTES = 256;

/** The row of a wrapped key. */
export function encodeWrappedKey(wrapped: WrappedKey): Uint8Array {
  return encodeAs(WRAPPED_KEY_SHAPE, wrapped);
}

/** Reads a row; null when it is damaged. */
export function decodeWrappedKey(row: Uint8Array): WrappedKey | null {
  const decoded = decodeAs(WRAPPED_KEY_SHAPE, row, MAX_WRAPPED_KEY_BYTES);
  return decoded.ok ? decoded.value : null;
}

/** Wraps a 32-byte data key; `lock` null means no PIN. */
export async function wrapDataKey(
  tools: WrapTools,
  dataKey: Uint8Array,
  deviceSecret: Uint8Array,
  lock: { readonly pin: string; readonly cost: Argon2Cost } | null,
): Promise<WrappedKey> {
  const salt = tools.random(SALT_BYTES);
  const open = { cost: lock?.cost, salt, deviceCheck: deviceCheck(tools.suite, deviceSecret, salt) };
  const wrappingKey = await deriveWrappingKey(tools, deviceSecret, open, lock?.pin ?? null);
  const nonce = tools.random(NONCE_BYTES);
  const sealedKey = tools.suite.xchachaSeal(wrappingKey, nonce, dataKey, binding(open));
  wrappingKey.fill(0);
  return { ...open, nonce, sealedKey };
}

/** The data key of a record, or the reason why it stays closed. `pin` is ignored where the record has no cost. */
export async function unwrapDataKey(
  tools: WrapTools,
  wrapped: WrappedKey,
  deviceSecret: Uint8Array,
  pin: string | null,
): Promise<Uint8Array | UnwrapError> {
  const { salt } = wrapped;
  if (!equalBytes(deviceCheck(tools.suite, deviceSecret, salt), wrapped.deviceCheck)) {
    return { code: "device-secret-changed" };
  }
  const wrappingKey = await deriveWrappingKey(tools, deviceSecret, wrapped, pin);
  const dataKey = tools.suite.xchachaOpen(wrappingKey, wrapped.nonce, wrapped.sealedKey, binding(wrapped));
  wrappingKey.fill(0);
  return dataKey ?? { code: "not-authentic" };
}

type OpenPart = Pick<WrappedKey, "cost" | "salt" | "deviceCheck">;

async function deriveWrappingKey(
  tools: WrapTools,
  deviceSecret: Uint8Array,
  { cost, salt }: OpenPart,
  pin: string | null,
): Promise<Uint8Array> {
  const stretched = cost === undefined ? NOTHING : await tools.argon2id(utf8(normalizePin(pin ?? "")), salt, cost);
  const secret = concat(stretched, deviceSecret);
  const key = tools.suite.hkdf(secret, salt, utf8(STORE_LABELS.wrap), KEY_BYTES);
  secret.fill(0);
  stretched.fill(0);
  return key;
}

/** Tells a replaced device secret from a wrong PIN; 16 bytes of a one-way function of 32 random ones tell no more. */
function deviceCheck(suite: CryptoSuite, deviceSecret: Uint8Array, salt: Uint8Array): Uint8Array {
  return suite.hkdf(deviceSecret, salt, utf8(STORE_LABELS.deviceCheck), CHECK_BYTES);
}

function binding({ cost, salt, deviceCheck: check }: OpenPart): Uint8Array {
  const numbers = cost === undefined ? "none" : `${cost.memoryKiB},${cost.passes},${cost.lanes}`;
  return concat(utf8(`${STORE_LABELS.wrap}\0${numbers}\0`), salt, check);
}
