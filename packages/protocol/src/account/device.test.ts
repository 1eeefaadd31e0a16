import { expect, test } from "vitest";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId } from "../ids.ts";
import vectors from "./account.vectors.json" with { type: "json" };
import { createDevice, offerDevice, verifyPossession } from "./device.ts";
import { fixedDevice, repeated } from "./fixtures.ts";

const account = vectors.account as AccountId;
const other = vectors.otherAccount as AccountId;

test("fixed secrets give the vector's device", async () => {
  const device = await fixedDevice(1);
  expect(device.deviceId).toBe(vectors.device.deviceId);
  expect(toHex(device.identityKey)).toBe(vectors.device.identityKey);
});

test("two keys of one new device come from different random bytes", async () => {
  let drawn = 0;
  const device = await createDevice(nobleSuite, (length) => new Uint8Array(length).fill(++drawn));
  expect(device.signingSeed).not.toEqual(device.identityPrivateKey);
});

test("an offer proves possession of both keys to its account and to no other", async () => {
  const offer = await offerDevice(nobleSuite, account, await fixedDevice(1), repeated(7));
  expect(await verifyPossession(nobleSuite, account, offer)).toBe(true);
  expect(await verifyPossession(nobleSuite, other, offer)).toBe(false);
});

test("either key alone does not prove possession", async () => {
  const [mine, theirs] = [await fixedDevice(1), await fixedDevice(3)];
  const offer = await offerDevice(nobleSuite, account, mine, repeated(7));
  const stolenIdentity = { ...mine, identityKey: theirs.identityKey };
  const listedIdentity = await offerDevice(nobleSuite, account, stolenIdentity, repeated(7));
  const stolenSigning = { ...mine, deviceId: theirs.deviceId };
  const listedSigning = await offerDevice(nobleSuite, account, stolenSigning, repeated(7));
  expect(await verifyPossession(nobleSuite, account, offer)).toBe(true);
  expect(await verifyPossession(nobleSuite, account, listedIdentity)).toBe(false);
  expect(await verifyPossession(nobleSuite, account, listedSigning)).toBe(false);
});
