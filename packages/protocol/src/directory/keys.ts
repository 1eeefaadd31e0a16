/**
 * Where the directory keeps what: 32-byte keys of the DHT.
 * Handles are guessable, so the keys hide nothing from those who answer.
 */

import type { Handle } from "../account/handle.ts";
import type { Xid } from "../account/numeric-id.ts";
import { concat, fromHex, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { AccountId } from "../ids.ts";
import type { NetId } from "./net-id.ts";

/** Which of the four independent places of one name: all are written, salt 0 is read first. */
export type Salt = 0 | 1 | 2 | 3;

/** All salts, in reading order. */
export const SALTS: readonly Salt[] = Object.freeze([0, 1, 2, 3] as const);

/** One place of one network. */
export interface Place {
  readonly netId: NetId;
  readonly salt: Salt;
}

/** The key of a handle's claims. */
export function handleKey(suite: CryptoSuite, place: Place, handle: Handle): Uint8Array {
  return directoryKey(suite, LABELS.directoryHandle, place, utf8(handle));
}

/** The key of the claims that name an X account by its numeric id. */
export function xidKey(suite: CryptoSuite, place: Place, xid: Xid): Uint8Array {
  return directoryKey(suite, LABELS.directoryXid, place, utf8(xid));
}

/** The key of an account's own record. */
export function accountKey(suite: CryptoSuite, place: Place, account: AccountId): Uint8Array {
  return directoryKey(suite, LABELS.directoryAccount, place, fromHex(account));
}

/** A network id never contains the bytes 0 to 3, so the salt byte ends it without a length. */
function directoryKey(suite: CryptoSuite, label: string, { netId, salt }: Place, name: Uint8Array): Uint8Array {
  return suite.sha256(concat(utf8(label), utf8(netId), Uint8Array.of(salt), name));
}
