/**
 * The authenticator of the ML-KEM Braid: a key that runs along with the epochs and proves that header and ciphertext of
 * an epoch come from the other side.
 * @see docs/spec/03-session.md (ML-KEM Braid, authenticator)
 */
import { concat, equalBytes, uint64ToBytes, utf8 } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";

/** Bytes of each MAC. */
export const BRAID_MAC_BYTES = 32;

const UPDATE = utf8("Signal_PQCKA_V1_MLKEM768:Authenticator Update");
const HEADER = utf8("Signal_PQCKA_V1_MLKEM768:ekheader");
const CIPHERTEXT = utf8("Signal_PQCKA_V1_MLKEM768:ciphertext");
const ZEROS = new Uint8Array(32);

/** 32 bytes each. */
export interface Authenticator {
  readonly rootKey: Uint8Array;
  readonly macKey: Uint8Array;
}

/** The authenticator of the first epoch. */
export function startAuthenticator(suite: CryptoSuite, secret: Uint8Array): Authenticator {
  return updateAuthenticator(suite, { rootKey: ZEROS, macKey: ZEROS }, 1, secret);
}

/** The authenticator after the secret of an epoch. */
export function updateAuthenticator(
  suite: CryptoSuite,
  { rootKey }: Authenticator,
  epoch: number,
  secret: Uint8Array,
): Authenticator {
  const okm = suite.hkdf(concat(rootKey, secret), ZEROS, concat(UPDATE, uint64ToBytes(epoch)), 64);
  return { rootKey: okm.slice(0, 32), macKey: okm.slice(32) };
}

/** The MAC of an epoch's header or of its whole ciphertext. */
export function braidMac(
  suite: CryptoSuite,
  { macKey }: Authenticator,
  what: "header" | "ciphertext",
  epoch: number,
  bytes: Uint8Array,
): Uint8Array {
  return suite.hmacSha256(macKey, concat(what === "header" ? HEADER : CIPHERTEXT, uint64ToBytes(epoch), bytes));
}

/** Splits the MAC off `macced`; the bytes before it when it is right, else null. */
export function openBraidMac(
  suite: CryptoSuite,
  authenticator: Authenticator,
  what: "header" | "ciphertext",
  epoch: number,
  { before, macced }: { readonly before: Uint8Array; readonly macced: Uint8Array },
): Uint8Array | null {
  const bytes = macced.slice(0, -BRAID_MAC_BYTES);
  const mac = braidMac(suite, authenticator, what, epoch, concat(before, bytes));
  return equalBytes(mac, macced.subarray(-BRAID_MAC_BYTES)) ? bytes : null;
}
