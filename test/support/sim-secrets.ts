/** What nobody but its owner may find: searched for in the bytes of disks. */
import { cryptoSuite } from "@kith/client";
import type { MemoryStore } from "@kith/client/testing";
import { concat, fromHex, toHex, utf8 } from "@kith/protocol";
import { LocalAccount } from "../../packages/client/src/account/local-account.ts";
import { createSealedStore } from "../../packages/client/src/store/sealed-store.ts";
import type { SimPerson } from "./sim-person.ts";

/** A name for a report, and its bytes. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The account id and device id of a person, as text and as bytes. */
export async function identityNeedles(person: SimPerson): Promise<readonly Needle[]> {
  const key = await person.openKey();
  const sealed = createSealedStore(person.disk, {
    key,
    suite: cryptoSuite,
    random: (length) => new Uint8Array(length),
  });
  const account = await LocalAccount.load(sealed, cryptoSuite, Number.MAX_SAFE_INTEGER);
  if (account === null) throw new TypeError(`${person.name} has no account`);
  const { account: shown = "" } = await person.call("account.status", {});
  return [
    { name: `${person.name}'s account text`, bytes: utf8(shown) },
    ...[account.id, account.device.deviceId].flatMap((id, index) => [
      { name: `${person.name}'s ${index === 0 ? "account" : "device"} id as text`, bytes: utf8(id) },
      { name: `${person.name}'s ${index === 0 ? "account" : "device"} id`, bytes: fromHex(id) },
    ]),
  ];
}

/** Names of the needles that a disk shows, in keys or values. */
export function findNeedles(disk: MemoryStore, needles: readonly Needle[]): readonly string[] {
  const parts = [...disk.snapshot()].flatMap(([key, value]) => [utf8(key), value, new Uint8Array(1)]);
  const haystack = Buffer.from(concat(...parts));
  return needles.filter(({ bytes }) => haystack.includes(Buffer.from(bytes))).map(({ name }) => name);
}

/** A disk as one text of hex digits, to see that nothing changed. */
export function fingerprint(disk: MemoryStore): string {
  const parts = [...disk.snapshot()].flatMap(([key, value]) => [utf8(key), value]);
  return toHex(cryptoSuite.sha256(concat(...parts)));
}
