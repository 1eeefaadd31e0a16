/** Under which keys a record belongs. */
import { accountKey, type CryptoSuite, handleKey, type NetId, SALTS, xidKey } from "@kith/protocol";
import type { HeldClaim } from "./directory-row.ts";

/** All keys of a record, those of the handle first. */
export function keysOfRecord(
  suite: CryptoSuite,
  netId: NetId,
  { handle, xid, account }: Pick<HeldClaim, "handle" | "xid" | "account">,
): readonly Uint8Array[] {
  const places = SALTS.map((salt) => ({ netId, salt }));
  return [
    ...places.map((place) => handleKey(suite, place, handle)),
    ...places.map((place) => accountKey(suite, place, account)),
    ...(xid === undefined ? [] : places.map((place) => xidKey(suite, place, xid))),
  ];
}
