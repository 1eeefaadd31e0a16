/** Profiles: told to accepted people only, the newest counts, and they never stand in for a handle. */
import { afterEach, expect, test } from "vitest";
import { madePicture } from "../support/made-picture.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

const HOUR_MS = 3600 * 1000;

let world: SimWorld;

afterEach(() => world.stop());

async function people(seed: string): Promise<{ ann: SimPerson; bob: SimPerson }> {
  world = await SimWorld.create({ seed, relays: 1 });
  return { ann: await world.addPerson("ann"), bob: await world.addPerson("bob") };
}

const nameOf = async (of: SimPerson, who: string) => (await findContact(of, who))?.claimedName;

test("are told when people let each other in, and at each change, without a line in the chat", async () => {
  const { ann, bob } = await people("profile");
  const set = { name: " Ann\u202e Lee ", about: "hills" };
  expect(await ann.call("account.setProfile", set)).toMatchObject({ profile: { name: "Ann Lee", about: "hills" } });
  const { guest, host } = await world.befriend(ann, bob);
  await world.until(async () => (await nameOf(bob, host)) === "Ann Lee");
  expect(await findContact(bob, host)).toMatchObject({ about: "hills", name: expect.stringContaining("kith1") });
  await bob.call("account.setProfile", { name: "Bob" });
  await world.until(async () => (await nameOf(ann, guest)) === "Bob");
  await ann.call("account.setProfile", { about: "lakes" });
  await world.until(async () => (await findContact(bob, host))?.about === "lakes");
  expect(await nameOf(bob, host)).toBeUndefined();
  await world.advance(HOUR_MS);
  expect(await bob.call("message.list", { who: host })).toEqual([]);
  expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 0 }]);
  const { id } = await ann.call("message.send", { who: guest, text: "hello" });
  await world.until(async () => (await bob.call("message.list", { who: host })).some((each) => each.id === id));
  expect((await bob.call("message.list", { who: host }))[0]?.missingBefore).toBeUndefined();
});

test("are not told to people who are not accepted, and are once they are", async () => {
  world = await SimWorld.create({ seed: "profile-request", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann" });
  const bob = await world.addPerson("bob", { handle: "bob" });
  await ann.call("account.setProfile", { name: "Ann Lee" });
  await world.advance(60_000);
  await ann.call("contact.add", { who: "@bob", text: "hi" });
  await world.until(async () => (await bob.call("request.list", {})).length === 1);
  await world.advance(HOUR_MS);
  const [request] = await bob.call("request.list", {});
  expect(request?.contact.claimedName).toBeUndefined();
  const who = request?.contact.account ?? "";
  await bob.call("request.accept", { who });
  await world.until(async () => (await nameOf(bob, who)) === "Ann Lee");
});

test("that change often, with mail out of order and crashes, end as the last one", async () => {
  for (let cutMs = 0; cutMs < 40; cutMs += 8) {
    world = await SimWorld.create({ seed: `profile-crash-${cutMs}`, relays: 2 });
    const ann = await world.addPerson("ann");
    const bob = await world.addPerson("bob");
    const { guest, host } = await world.befriend(ann, bob);
    for (const name of ["A", "B", "C"]) await ann.call("account.setProfile", { name });
    await world.advance(cutMs);
    ann.crash();
    bob.crash();
    await world.settle(ann.restart());
    await world.settle(bob.restart());
    await world.until(async () => (await nameOf(bob, host)) === "C");
    await world.advance(HOUR_MS);
    expect(await nameOf(bob, host)).toBe("C");
    expect((await ann.call("account.status", {})).profile).toEqual({ name: "C" });
    await bob.call("message.send", { who: host, text: "still here" });
    await world.until(async () => (await ann.call("message.list", { who: guest })).length === 1);
    await world.stop();
  }
});

test("that are too long are refused, and change nothing", async () => {
  const { ann } = await people("profile-long");
  await ann.call("account.setProfile", { name: "Ann" });
  for (const given of [{ name: "a".repeat(51) }, { name: "Ann", about: "b".repeat(141) }]) {
    await expect(ann.call("account.setProfile", given)).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
  }
  expect((await ann.call("account.status", {})).profile).toEqual({ name: "Ann" });
});

test("have a picture that accepted people are given once, apart from the words, and that can be taken back", async () => {
  const { ann, bob } = await people("picture");
  const [first, second] = [madePicture(256, 38_000), madePicture(128, 10)];
  expect(await ann.call("account.setPicture", { picture: first })).toMatchObject({ pictureId: "1" });
  const { guest, host } = await world.befriend(ann, bob);
  const shown = async () => (await bob.call("profile.picture", { who: host })).picture?.data;
  await world.until(async () => (await shown()) === first);
  const before = (await findContact(bob, host))?.pictureId;
  await ann.call("account.setProfile", { name: "Ann" });
  await world.until(async () => (await nameOf(bob, host)) === "Ann");
  expect((await findContact(bob, host))?.pictureId).toBe(before);
  await ann.call("account.setPicture", { picture: second });
  await world.until(async () => (await shown()) === second);
  expect((await findContact(bob, host))?.pictureId).not.toBe(before);
  await bob.call("contact.block", { who: host });
  expect((await findContact(bob, host))?.pictureId).toBeUndefined();
  await bob.call("contact.unblock", { who: host });
  bob.crash();
  await world.settle(bob.restart());
  expect(await shown()).toBe(second);
  expect(await ann.call("account.setPicture", {})).not.toHaveProperty("pictureId");
  await world.until(async () => (await shown()) === undefined);
  expect(await nameOf(bob, host)).toBe("Ann");
  expect(await ann.call("profile.picture", {})).toEqual({ picture: null });
  expect(await bob.call("message.list", { who: host })).toEqual([]);
  await ann.call("message.send", { who: guest, text: "hello" });
  await world.until(async () => (await bob.call("message.list", { who: host })).length === 1);
});

test("take no picture that is too large or none, and change nothing then", async () => {
  const { ann } = await people("picture-bad");
  const png = Buffer.from("<svg/>").toString("base64");
  for (const picture of [png, madePicture(513, 9), madePicture(0, 9), madePicture(64, 41_000), "!"]) {
    await expect(ann.call("account.setPicture", { picture })).rejects.toMatchObject({ code: "PICTURE_INVALID" });
  }
  expect((await ann.call("account.status", {})).pictureId).toBeUndefined();
});
