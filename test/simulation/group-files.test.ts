/** Files in groups: what was decided outlives a restart, and they go with their messages. How bytes travel is tested over real connections. */
import type { FileInfo, GroupMessageInfo } from "@kith/client";
import { afterEach, expect, test } from "vitest";
import { messageOf, togetherIn } from "../support/sim-group.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function garden() {
  world = await SimWorld.create({ seed: "group-files", relays: 2 });
  const { people, accounts, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  const [ann, bob, eve] = people as [SimPerson, SimPerson, SimPerson];
  return { ann, bob, eve, accounts, group };
}

const BYTES = Buffer.from("a file for everybody ".repeat(50));

async function sendFile(person: SimPerson, group: string, id?: string): Promise<string> {
  const given = id === undefined ? {} : { id };
  const begun = await person.call("file.begin", { group, name: "a.txt", sizeBytes: BYTES.length, ...given });
  await person.call("file.append", { id: begun.id, offset: 0, data: BYTES.toString("base64") });
  return (await person.call("file.finish", { id: begun.id })).id;
}

const fileOf = async (person: SimPerson, group: string, id: string): Promise<FileInfo | undefined> =>
  (await messageOf(person, group, id))?.file;

const named = ({ author, group, id }: GroupMessageInfo) => ({ who: author.account, group, id });

/** Asks for a file; nobody can hand it over here: relays of a simulation take no blobs. */
async function want(person: SimPerson, group: string, id: string): Promise<void> {
  await world.until(async () => (await fileOf(person, group, id)) !== undefined);
  const { file } = await person.call("file.accept", named((await messageOf(person, group, id)) as GroupMessageInfo));
  expect(file?.state).toBe("waiting");
}

test("a file of a group is offered to each member, listed once, and what was decided outlives a restart", async () => {
  const { ann, bob, eve, group } = await garden();
  const id = await sendFile(ann, group);
  await want(bob, group, id);
  await world.until(async () => (await fileOf(eve, group, id))?.state === "offered");
  expect((await bob.call("file.list", {})).map((each) => each.id)).toEqual([id]);
  expect((await bob.call("file.list", { group })).map((each) => each.id)).toEqual([id]);
  const name = named((await messageOf(ann, group, id)) as GroupMessageInfo);
  await expect(bob.call("file.read", { ...name, unit: 0 })).rejects.toMatchObject({ code: "FILE_NOT_HERE" });
  for (const person of [ann, bob]) {
    person.crash();
    await person.restart();
  }
  expect(await fileOf(bob, group, id)).toMatchObject({ state: "waiting", name: "a.txt" });
  expect(await fileOf(ann, group, id)).toMatchObject({ state: "offered" });
  const { data } = await ann.call("file.read", { ...name, unit: 0 });
  expect(Buffer.from(data, "base64")).toEqual(BYTES);
});

test("what a group takes is counted beside chats, and only what nobody has to fetch any more goes", async () => {
  const { ann, bob, group } = await garden();
  const id = await sendFile(ann, group);
  await want(bob, group, id);
  const ofGroup = async (person: SimPerson) => (await person.call("storage.list", {})).groups;
  const named = { group, name: "Garden" };
  expect(await ofGroup(ann)).toEqual([{ group: named, files: 1, fileBytes: BYTES.length }]);
  expect(await ofGroup(bob)).toEqual([{ group: named, files: 0, fileBytes: 0 }]);
  expect((await ann.call("storage.list", {})).chats.every(({ files }) => files === 0)).toBe(true);
  const lines = (await ann.call("group.messages", { group, limit: 500 })).length;
  const measured = await ann.call("storage.measure", { group });
  expect(measured).toMatchObject({ messages: lines, previewBytes: 0 });
  expect(measured).not.toHaveProperty("next");
  expect(await ann.call("storage.removeFiles", { group })).toEqual({ files: 0, bytes: 0, isDone: true });
  await expect(ann.call("storage.measure", {})).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  await expect(ann.call("storage.removeFiles", { group: "nowhere" })).rejects.toMatchObject({ code: "GROUP_UNKNOWN" });
});

test("that a message of a group was played is noted on this device, once, over a restart, and told to nobody", async () => {
  const { ann, bob, eve, group } = await garden();
  const id = await sendFile(ann, group);
  for (const each of [bob, eve]) await world.until(async () => (await fileOf(each, group, id)) !== undefined);
  const name = named((await messageOf(bob, group, id)) as GroupMessageInfo);
  expect(await bob.call("message.markPlayed", name)).toMatchObject({ id, isPlayed: true });
  expect(await bob.call("message.markPlayed", name)).toMatchObject({ id, isPlayed: true });
  bob.crash();
  await bob.restart();
  await world.advance(60_000);
  expect((await messageOf(bob, group, id))?.isPlayed).toBe(true);
  expect((await messageOf(ann, group, id))?.isPlayed).toBeUndefined();
  expect((await messageOf(eve, group, id))?.isPlayed).toBeUndefined();
  const own = await ann.call("message.markPlayed", named((await messageOf(ann, group, id)) as GroupMessageInfo));
  expect(own.isPlayed).toBeUndefined();
  const unknown = { ...name, id: "0".repeat(32) };
  await expect(bob.call("message.markPlayed", unknown)).rejects.toMatchObject({ code: "MESSAGE_UNKNOWN" });
});

test("the same id again sends nothing more, and an own file can be paused, offered again and given up", async () => {
  const { ann, bob, group } = await garden();
  const id = await sendFile(ann, group);
  const name = named((await messageOf(ann, group, id)) as GroupMessageInfo);
  expect((await ann.call("file.pause", name)).file?.state).toBe("paused");
  expect((await ann.call("file.accept", name)).file?.state).toBe("offered");
  expect((await ann.call("file.cancel", name)).file?.state).toBe("cancelled");
  await world.until(async () => (await fileOf(bob, group, id)) !== undefined);
  await expect(ann.call("file.begin", { name: "a", sizeBytes: 1 })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  const { account } = await ann.call("account.status", {});
  const both = { who: account ?? "", group, name: "a", sizeBytes: 1 };
  await expect(ann.call("file.begin", both)).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  const once = ann.call("file.begin", { group, name: "a", sizeBytes: 1, isOnce: true });
  await expect(once).rejects.toMatchObject({ code: "PARAMS_INVALID", details: { rule: "isOnce" } });
  await expect(bob.call("file.accept", { ...name, id: "00".repeat(16) })).rejects.toMatchObject({
    code: "MESSAGE_UNKNOWN",
  });
});

test("a file goes with its message, on both sides: deleted for everyone, or vanished", async () => {
  const { ann, bob, group } = await garden();
  const deleted = await sendFile(ann, group);
  await want(bob, group, deleted);
  await ann.call("group.delete", { group, id: deleted, isForEveryone: true });
  await world.until(async () => (await messageOf(bob, group, deleted))?.isDeleted === true);
  await world.until(async () => (await bob.call("file.list", {})).length === 0);

  await ann.call("group.setTimer", { group, afterMs: 60_000 });
  await world.until(async () => (await bob.call("group.get", { group })).vanishAfterMs === 60_000);
  const vanishing = await sendFile(ann, group);
  await want(bob, group, vanishing);
  await bob.call("group.markRead", { group });
  await world.until(async () => (await messageOf(bob, group, vanishing)) === undefined);
  await world.until(async () => (await messageOf(ann, group, vanishing)) === undefined);
  for (const person of [ann, bob]) expect(await person.call("file.list", {})).toEqual([]);
});
