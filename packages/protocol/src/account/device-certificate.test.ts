import { beforeAll, expect, test } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import type { DeviceId } from "../ids.ts";
import { MAX_CERTIFYING_BYTES } from "../limits.ts";
import type { ChainSigner } from "./chain-entry.ts";
import { type ChainState, deviceOf } from "./chain-state.ts";
import type { DeviceKeys } from "./device.ts";
import { certifyingEntries, verifyCertificate } from "./device-certificate.ts";
import {
  ALICE_WORDS,
  BOB_WORDS,
  fixedDevice,
  type Person,
  personOf,
  rootOf,
  withDevice,
  withFlippedBit,
} from "./fixtures.ts";

let alice: Person;
let chain: ChainState;
let devices: readonly DeviceKeys[];

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  devices = [alice.device, ...(await Promise.all([11, 13, 15].map(fixedDevice)))];
  chain = alice.chain;
  for (const [index, device] of devices.slice(1).entries()) {
    const signer: ChainSigner = { type: "device", device: devices[index] as DeviceKeys };
    chain = await withDevice(chain, signer, device);
  }
});

const idOf = (index: number) => (devices[index] as DeviceKeys).deviceId;
const entriesOf = (index: number) => certifyingEntries(chain, idOf(index)) ?? [];
const check = (index: number, entries: readonly Uint8Array[]) =>
  verifyCertificate(nobleSuite, chain.account, idOf(index), entries);

test("one root-signed entry certifies the first device", async () => {
  expect(entriesOf(0)).toEqual([chain.entries[1]]);
  expect(await check(0, entriesOf(0))).toEqual({ ok: true, value: deviceOf(chain, idOf(0)) });
});

test("the deepest grant is certified in four entries of at most 2 KiB", async () => {
  const entries = entriesOf(3);
  expect(entries).toHaveLength(4);
  expect(entries.reduce((sum, entry) => sum + entry.length, 0)).toBeLessThanOrEqual(MAX_CERTIFYING_BYTES);
  expect(await check(3, entries)).toEqual({ ok: true, value: deviceOf(chain, idOf(3)) });
});

test("a device that is not in the chain has no entries", async () => {
  expect(certifyingEntries(chain, "ab".repeat(32) as DeviceId)).toBeNull();
});

test("each missing, exchanged or foreign part is refused with its code", async () => {
  const [first, next] = entriesOf(1) as [Uint8Array, Uint8Array];
  const bob = await personOf(BOB_WORDS, 3, "bob");
  const refused = async (index: number, entries: readonly Uint8Array[]) => {
    const result = await check(index, entries);
    return result.ok ? undefined : result.error.code;
  };
  expect(await refused(1, [])).toBe("other-device");
  expect(await refused(1, [first])).toBe("other-device");
  expect(await refused(1, [next])).toBe("signer-not-allowed");
  expect(await refused(1, [next, first])).toBe("signer-not-allowed");
  expect(await refused(0, [chain.entries[0] as Uint8Array, first])).toBe("unsupported-kind");
  expect(await refused(0, [bob.chain.entries[1] as Uint8Array])).toBe("other-account");
  expect(await refused(0, [first.slice(1)])).toBe("malformed-entry");
  expect(await refused(3, [...entriesOf(3), first])).toBe("certificate-too-large");
  expect(await refused(0, [withFlippedBit(first, first.length - 1)])).toBe("bad-signature");
});

test("a device added without the grant certifies no other", async () => {
  const root = rootOf(ALICE_WORDS);
  const plain = await withDevice(alice.chain, { type: "root", root }, await fixedDevice(21), false);
  const granted = await withDevice(alice.chain, { type: "root", root }, await fixedDevice(21), true);
  const child = await withDevice(granted, { type: "device", device: await fixedDevice(21) }, await fixedDevice(23));
  const entries = [plain.entries.at(-1) as Uint8Array, child.entries.at(-1) as Uint8Array];
  const result = await verifyCertificate(nobleSuite, root.accountId, (await fixedDevice(23)).deviceId, entries);
  expect(result).toEqual({ ok: false, error: { code: "signer-not-allowed", index: 1 } });
});
