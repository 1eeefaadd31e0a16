/** Backups: what comes back on another device, that nobody's keys are used twice, and that a bad file restores nothing. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exportOf, PASSPHRASE, PIECE_BYTES, restoreInto } from "../support/sim-backup.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function startEmpty(name: string): Promise<SimPerson> {
  const person = world.newPerson(name, {});
  await world.settle(person.start());
  return person;
}

const textsOf = async (person: SimPerson, who: string) =>
  (await person.call("message.list", { who, limit: 500 })).map(({ text }) => text);

describe("a backup", () => {
  let ann: SimPerson;
  let bob: SimPerson;
  let names: { readonly guest: string; readonly host: string };

  beforeEach(async () => {
    world = await SimWorld.create({ seed: "backup", relays: 1 });
    ann = await world.addPerson("ann", { handle: "ann" });
    bob = await world.addPerson("bob");
    names = await world.befriend(ann, bob);
    await ann.call("message.send", { who: names.guest, text: "before the backup" });
    await bob.call("message.send", { who: names.host, text: "and the answer" });
    await world.until(async () => (await textsOf(ann, names.guest)).length === 2);
    await world.until(async () => (await textsOf(bob, names.host)).length === 2);
  });

  test("brings account, contacts, trust, settings and messages back, and both sides talk on in new sessions", async () => {
    await ann.call("contact.rename", { who: names.guest, name: "Robert" });
    await ann.call("contact.verify", { who: names.guest, isVerified: true });
    await ann.call("chat.set", { who: names.guest, isPinned: true });
    await ann.call("account.setReadReceipts", { isOn: false });
    const picture = Buffer.from("ffd8ffe000040102ffc000110800400040030101", "hex").toString("base64");
    for (const one of [ann, bob]) await one.call("account.setPicture", { picture });
    const pictures = [{}, { who: names.guest }] as const;
    await world.until(async () => (await ann.call("profile.picture", pictures[1])).picture !== null);
    const backup = await exportOf(ann);
    expect(backup.includes(Buffer.from("before the backup"))).toBe(false);
    const [before] = await ann.call("chat.list", {});
    await ann.call("message.send", { who: names.guest, text: "after the backup" });
    await world.until(async () => (await textsOf(bob, names.host)).length === 3);
    await ann.stop();
    // Waits at the relay, sealed for a session that nobody has any more.
    await bob.call("message.send", { who: names.host, text: "while she was away" });

    const again = await startEmpty("again");
    const status = await restoreInto(again, backup);
    expect(status).toMatchObject({ state: "ready", account: names.host, hasPin: false, hasReadReceipts: false });
    expect(status.handle?.written).toBe("ann");
    for (const of of pictures) expect((await again.call("profile.picture", of)).picture?.data).toBe(picture);
    const [chat] = await again.call("chat.list", {});
    expect(chat).toMatchObject({ isPinned: true, contact: { ...before?.contact } });
    expect((await textsOf(again, names.guest)).slice(0, 2)).toEqual(["before the backup", "and the answer"]);
    const lost = async () => (await textsOf(again, names.guest)).includes("while she was away");
    await world.until(lost, 4 * 3600 * 1000);
    await again.call("message.send", { who: names.guest, text: "from the new device" });
    await world.until(async () => (await textsOf(bob, names.host)).includes("from the new device"), 4 * 3600 * 1000);
    await bob.call("message.send", { who: names.host, text: "welcome back" });
    await world.until(async () => (await textsOf(again, names.guest)).includes("welcome back"), 4 * 3600 * 1000);
    const found = await again.call("message.search", { text: "answer" });
    expect(found.found.map(({ message }) => message.text)).toEqual(["and the answer"]);
  });

  test("holds no session, nothing that waits to be sent, no words and nothing that vanishes", async () => {
    await bob.stop();
    await ann.call("message.send", { who: names.guest, text: "it waits" });
    await ann.call("chat.setTimer", { who: names.guest, afterMs: 3600 * 1000 });
    await ann.call("message.send", { who: names.guest, text: "it vanishes" });
    const backup = await exportOf(ann);
    await ann.stop();
    const again = await startEmpty("again");
    await restoreInto(again, backup);
    expect((await again.call("account.words", {})).words).toBe(null);
    const messages = await again.call("message.list", { who: names.guest });
    expect(messages.map(({ text }) => text)).not.toContain("it vanishes");
    const rows = await again.openDisk();
    const kept = [...rows.snapshot().keys()].map((name) => name.split("/")[0]);
    expect(kept.filter((table) => table === "due")).toEqual([]);
  });

  test.each([
    ["another passphrase", (file: Buffer) => file, "seven green river", "BACKUP_PASSPHRASE"],
    ["a file that is none", () => Buffer.alloc(4096, 7), PASSPHRASE, "BACKUP_INVALID"],
    ["an empty file", () => Buffer.alloc(0), PASSPHRASE, "BACKUP_INVALID"],
    ["only its beginning", (file: Buffer) => file.subarray(0, 40), PASSPHRASE, "BACKUP_INVALID"],
    ["a newer version", (file: Buffer) => changed(file, 8, 2), PASSPHRASE, "BACKUP_NEWER"],
    ["a cost without bounds", (file: Buffer) => changed(file, 12, 255), PASSPHRASE, "BACKUP_INVALID"],
    ["a file that was cut off", (file: Buffer) => file.subarray(0, file.length - 100), PASSPHRASE, "BACKUP_DAMAGED"],
    ["a file cut at the end of its check", (file: Buffer) => file.subarray(0, 48), PASSPHRASE, "BACKUP_DAMAGED"],
    ["a changed byte", (file: Buffer) => changed(file, file.length - 500, 1), PASSPHRASE, "BACKUP_DAMAGED"],
    [
      "more than there was",
      (file: Buffer) => Buffer.concat([file, Buffer.alloc(70_000)]),
      PASSPHRASE,
      "BACKUP_DAMAGED",
    ],
  ] as const)("%s is refused with its code, and nothing of it stays", async (_, change, passphrase, code) => {
    const backup = change(await exportOf(ann));
    const again = await startEmpty("again");
    await expect(restoreInto(again, backup, passphrase)).rejects.toMatchObject({ code });
    expect(await again.call("account.status", {})).toEqual({ state: "none" });
    const names = [...again.disk.snapshot().keys()].filter((name) => !name.startsWith("meta/"));
    expect(names).toEqual([]);
    await again.call("account.create", {});
    expect(await again.call("chat.list", {})).toEqual([]);
  });

  test("that is cut off by a crash leaves nothing to a new account", async () => {
    const many = Array.from({ length: 400 }, (_, at) => `message ${at} ${"x".repeat(400)}`);
    for (const text of many) await ann.call("message.send", { who: names.guest, text });
    const backup = await exportOf(ann);
    const again = await startEmpty("again");
    const { id } = await again.call("backup.restore", { passphrase: PASSPHRASE });
    await again.call("backup.append", { id, data: backup.toString("base64", 0, PIECE_BYTES) });
    await again.call("backup.append", { id, data: backup.toString("base64", PIECE_BYTES, 2 * PIECE_BYTES) });
    expect([...again.disk.snapshot().keys()].some((name) => name.startsWith("contact/"))).toBe(true);
    again.crash();
    await again.restart();
    expect(await again.call("account.status", {})).toEqual({ state: "none" });
    await again.call("account.create", {});
    expect(await again.call("chat.list", {})).toEqual([]);
    expect([...again.disk.snapshot().keys()].some((name) => name.startsWith("contact/"))).toBe(false);
    await expect(again.call("backup.append", { id, data: "" })).rejects.toMatchObject({ code: "BACKUP_GONE" });
  });

  test("that is given up leaves nothing, and neither does a backup that is", async () => {
    const { id: exported } = await ann.call("backup.export", { passphrase: PASSPHRASE });
    expect(await ann.call("backup.cancel", { id: exported })).toEqual({ cancelled: true });
    await expect(ann.call("backup.next", { id: exported })).rejects.toMatchObject({ code: "BACKUP_GONE" });
    expect(await ann.call("backup.cancel", { id: exported })).toEqual({ cancelled: false });

    const many = Array.from({ length: 400 }, (_, at) => `message ${at} ${"x".repeat(400)}`);
    for (const text of many) await ann.call("message.send", { who: names.guest, text });
    const backup = await exportOf(ann);
    const again = await startEmpty("again");
    const { id } = await again.call("backup.restore", { passphrase: PASSPHRASE });
    await again.call("backup.append", { id, data: backup.toString("base64", 0, PIECE_BYTES) });
    await again.call("backup.append", { id, data: backup.toString("base64", PIECE_BYTES, 2 * PIECE_BYTES) });
    const rows = () => [...again.disk.snapshot().keys()].filter((name) => !name.startsWith("meta/"));
    expect(rows().length).toBeGreaterThan(0);
    expect(await again.call("backup.cancel", { id })).toEqual({ cancelled: true });
    expect(rows()).toEqual([]);
    await expect(again.call("backup.append", { id, data: "" })).rejects.toMatchObject({ code: "BACKUP_GONE" });
    expect((await restoreInto(again, backup)).state).toBe("ready");
    expect(await again.call("backup.cancel", { id })).toEqual({ cancelled: false });
    expect((await again.call("account.status", {})).state).toBe("ready");
  });

  test("needs a passphrase, an open account, and an empty device to go to", async () => {
    await expect(ann.call("backup.export", { passphrase: "1234" })).rejects.toMatchObject({ code: "PASSPHRASE_SHORT" });
    await expect(ann.call("backup.restore", { passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: "ACCOUNT_EXISTS",
    });
    const again = await startEmpty("again");
    await expect(again.call("backup.export", { passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: "ACCOUNT_NONE",
    });
    await expect(ann.call("backup.next", { id: "0".repeat(32) })).rejects.toMatchObject({ code: "BACKUP_GONE" });
  });
});

function changed(file: Buffer, at: number, by: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = ((copy[at] ?? 0) + by) & 0xff;
  return copy;
}
