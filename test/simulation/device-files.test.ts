/** Files on the devices of one account: what one of them sent or fetched is fetched by the others, from whichever has it. */
import type { FileInfo } from "@kith/client";
import { afterEach, expect, test } from "vitest";
import { link, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { seedsOf } from "../support/sim-seeds.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

const BYTES = Buffer.from("seen on every device ".repeat(200));

interface Place {
  readonly of: SimPerson;
  readonly who: string;
}

/** Ann with three devices, and bob, all of whom can be reached directly. */
async function cast(seed: string) {
  world = await SimWorld.create({ seed, relays: 2 });
  const ann = await world.addPerson("ann", { listens: true });
  const bob = await world.addPerson("bob", { listens: true });
  const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
  const others = [await newDevice(world, "tab", { listens: true }), await newDevice(world, "desk", { listens: true })];
  for (const device of others) {
    await link(world, ann, device);
    await world.until(async () => (await findContact(device, toBob))?.relation === "accepted");
  }
  await world.until(async () => (await findContact(bob, toAnn))?.devices === 3);
  await world.advance(60_000);
  const [tab, desk] = others as [SimPerson, SimPerson];
  return { ann, tab, desk, bob, toBob, toAnn };
}

async function sendFile({ of, who }: Place, more: { isOnce?: boolean } = {}): Promise<string> {
  const { id } = await of.call("file.begin", { who, name: "a.txt", sizeBytes: BYTES.length, ...more });
  await of.call("file.append", { id, offset: 0, data: BYTES.toString("base64") });
  return (await of.call("file.finish", { id })).id;
}

const fileOf = async ({ of, who }: Place, id: string): Promise<FileInfo | undefined> =>
  (await of.call("message.list", { who, limit: 100 })).find((each) => each.id === id)?.file;

/** Waits until a file stands so. */
const standsSo = (at: Place, id: string, wanted: Partial<FileInfo>): Promise<number> =>
  world.until(async () => {
    const file = (await fileOf(at, id)) ?? {};
    return Object.entries(wanted).every(([key, value]) => (file as Record<string, unknown>)[key] === value);
  });

async function fetchFile(at: Place, id: string): Promise<void> {
  await at.of.call("file.accept", { who: at.who, id });
  await standsSo(at, id, { state: "complete" });
  const { data } = await at.of.call("file.read", { who: at.who, id, unit: 0 });
  expect(Buffer.from(data, "base64")).toEqual(BYTES);
}

test("what one device sent comes to the others, also from one that fetched it, and the other side is asked for nothing", async () => {
  const { ann, tab, desk, bob, toBob, toAnn } = await cast("device-files");
  const id = await sendFile({ of: ann, who: toBob });
  for (const of of [tab, desk]) await standsSo({ of, who: toBob }, id, { state: "elsewhere" });
  await fetchFile({ of: tab, who: toBob }, id);
  expect(await fileOf({ of: tab, who: toBob }, id)).toMatchObject({ isCopy: true });
  expect(await fileOf({ of: ann, who: toBob }, id)).toMatchObject({ state: "offered" }); // nobody whom it is for has it
  ann.crash();
  await fetchFile({ of: desk, who: toBob }, id);
  await ann.restart();
  await fetchFile({ of: bob, who: toAnn }, id);
  await standsSo({ of: ann, who: toBob }, id, { state: "complete" });
});

test("what one device fetched comes to the others while its sender is away", async () => {
  const { ann, tab, bob, toBob, toAnn } = await cast("device-files-heard");
  const id = await sendFile({ of: bob, who: toAnn });
  await standsSo({ of: tab, who: toBob }, id, { state: "offered" });
  await standsSo({ of: ann, who: toBob }, id, { state: "offered" });
  await fetchFile({ of: ann, who: toBob }, id);
  bob.crash();
  await fetchFile({ of: tab, who: toBob }, id);
});

test("it waits until the device that has it is online, over a restart, and goes when its message is deleted", async () => {
  const { ann, tab, desk, toBob } = await cast("device-files-away");
  const at = { of: tab, who: toBob };
  const id = await sendFile({ of: ann, who: toBob });
  await standsSo(at, id, { state: "elsewhere" });
  ann.crash();
  desk.crash();
  await expect(tab.call("file.pause", { who: toBob, id })).rejects.toMatchObject({ code: "FILE_NOT_HERE" });
  await tab.call("file.accept", { who: toBob, id });
  await standsSo(at, id, { state: "waiting", reason: "own-offline", isCopy: true });
  tab.crash();
  await tab.restart();
  await standsSo(at, id, { state: "waiting", reason: "own-offline", isCopy: true });
  await tab.call("file.pause", { who: toBob, id });
  await standsSo(at, id, { state: "paused" });
  await ann.restart();
  await fetchFile(at, id);
  await ann.call("message.delete", { who: toBob, id, isForEveryone: true });
  await world.until(async () => (await tab.call("file.list", {})).length === 0);
  await expect(tab.call("file.read", { who: toBob, id, unit: 0 })).rejects.toMatchObject({ code: "MESSAGE_NOT_FILE" });
});

test("what was given up by the device that has it is gone for the others, and what is seen once stays where it was sent", async () => {
  const { ann, tab, desk, toBob } = await cast("device-files-gone");
  // Where a device can be reached is told with what it says.
  await desk.call("message.send", { who: toBob, text: "from the desk" });
  await world.until(async () => (await tab.call("message.list", { who: toBob, limit: 10 })).length > 0);
  const id = await sendFile({ of: ann, who: toBob });
  await standsSo({ of: tab, who: toBob }, id, { state: "elsewhere" });
  await ann.call("file.cancel", { who: toBob, id });
  await tab.call("file.accept", { who: toBob, id });
  await standsSo({ of: tab, who: toBob }, id, { state: "failed", reason: "gone" });
  const once = await sendFile({ of: ann, who: toBob }, { isOnce: true });
  await world.until(async () =>
    (await tab.call("message.list", { who: toBob, limit: 10 })).some((each) => each.id === once),
  );
  await expect(tab.call("file.accept", { who: toBob, id: once })).rejects.toMatchObject({ code: "MESSAGE_NOT_FILE" });
});

test.each(seedsOf(10))("every device has every file at the end, whichever is off meanwhile: seed %s", async (seed) => {
  const { ann, tab, desk, bob, toBob, toAnn } = await cast(`device-files/${seed}`);
  const random = world.random.fork("files");
  const devices = [ann, tab, desk];
  const places: readonly Place[] = [...devices.map((of) => ({ of, who: toBob })), { of: bob, who: toAnn }];
  const ids: string[] = [];
  for (let step = 0; step < 20; step++) {
    const place = random.pick(places);
    const { of, who } = place;
    if (!of.isRunning) await of.restart();
    else if (random.chance(0.2)) of.crash();
    else if (random.chance(0.4)) ids.push(await sendFile(place));
    else if (ids.length > 0) {
      const id = random.pick(ids);
      const state = (await fileOf(place, id))?.state;
      if (state === "elsewhere" || (state === "offered" && !(await isOwn(place, id)))) {
        await of.call("file.accept", { who, id });
      }
    }
    await world.advance(random.below(60_000));
  }
  for (const { of } of places) if (!of.isRunning) await of.restart();
  for (const place of places) {
    for (const id of ids) {
      await world.until(async () => (await fileOf(place, id)) !== undefined);
      const isSource = (await isOwn(place, id)) && (await fileOf(place, id))?.state === "offered";
      if (!isSource) await fetchFile(place, id);
    }
  }
});

async function isOwn({ of, who }: Place, id: string): Promise<boolean> {
  return (await of.call("message.list", { who, limit: 100 })).find((each) => each.id === id)?.isOwn === true;
}
