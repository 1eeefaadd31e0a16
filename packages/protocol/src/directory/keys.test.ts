import { expect, test } from "vitest";
import account from "../account/account.vectors.json" with { type: "json" };
import type { Handle } from "../account/handle.ts";
import type { Xid } from "../account/numeric-id.ts";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId } from "../ids.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { NET_ID } from "./fixtures.ts";
import { accountKey, handleKey, SALTS, xidKey } from "./keys.ts";
import { parseNetId } from "./net-id.ts";

const handle = vectors.handle as Handle;

test("the keys of each kind and salt are the vector's", () => {
  const keysOf = (keyAt: (place: { netId: typeof NET_ID; salt: (typeof SALTS)[number] }) => Uint8Array) =>
    SALTS.map((salt) => toHex(keyAt({ netId: NET_ID, salt })));
  expect(keysOf((place) => handleKey(nobleSuite, place, handle))).toEqual(vectors.keys.handle);
  expect(keysOf((place) => xidKey(nobleSuite, place, vectors.xid as Xid))).toEqual(vectors.keys.xid);
  expect(keysOf((place) => accountKey(nobleSuite, place, account.account as AccountId))).toEqual(vectors.keys.account);
});

test("the hashed bytes are label, network, salt and handle", () => {
  const bytes = `${toHex(Uint8Array.from("kith/handle/1\0kith-test", (c) => c.charCodeAt(0)))}02${"616c6963655f31"}`;
  expect(toHex(nobleSuite.sha256(fromHex(bytes)))).toBe(vectors.keys.handle[2]);
});

test("another network has other keys", () => {
  const netId = parseNetId("kith-other");
  if (netId === null) throw new Error("the name is good");
  expect(toHex(handleKey(nobleSuite, { netId, salt: 0 }, handle))).not.toBe(vectors.keys.handle[0]);
});

test.each(["", "Kith", "kith test", "kith\u0000", "a".repeat(33)])("%j names no network", (name) => {
  expect(parseNetId(name)).toBeNull();
});
