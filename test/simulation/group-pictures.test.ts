/** The picture of a group: all members see it, who comes later too, and nobody else. */
import { afterEach, expect, test } from "vitest";
import { exportOf, restoreInto } from "../support/sim-backup.ts";
import { invitedTo, membersOf, starOf, togetherIn } from "../support/sim-group.ts";
import { mailTo, refusals } from "../support/sim-group-attacker.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** What a PNG of so many pixels a side begins with; `filler` makes two of them differ. */
function png(side: number, filler: number): string {
  const bytes = Buffer.alloc(2048, filler);
  bytes.write("\x89PNG\r\n\x1a\n", 0, "latin1");
  bytes.writeUInt32BE(13, 8);
  bytes.write("IHDR", 12, "latin1");
  bytes.writeUInt32BE(side, 16);
  bytes.writeUInt32BE(side, 20);
  bytes.writeUInt32BE(0, 33);
  bytes.write("IDAT", 37, "latin1");
  return bytes.toString("base64");
}

const pictureOf = async (person: SimPerson, group: string) =>
  (await person.call("group.picture", { group })).picture?.data ?? null;

const allSee = (people: readonly SimPerson[], group: string, picture: string | null) =>
  world.until(async () => {
    for (const each of people) if ((await pictureOf(each, group)) !== picture) return false;
    return true;
  });

test("all members see the picture, and the next one, and none when it was taken back", async () => {
  world = await SimWorld.create({ seed: "group-pictures", relays: 1 });
  const { people, host, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  for (const picture of [png(256, 1), png(128, 2)]) {
    const { pictureId } = await host.call("group.setPicture", { group, picture });
    expect(pictureId).toMatch(/^[0-9a-f]{16}$/);
    await allSee(people, group, picture);
  }
  await host.call("group.setPicture", { group });
  await allSee(people, group, null);
  const taken = await host.call("group.get", { group });
  expect([taken.pictureId, taken.hasPicture]).toEqual([undefined, undefined]);
});

test("who joins later is given it, also when who chose it has left; who is only asked sees none", async () => {
  world = await SimWorld.create({ seed: "group-pictures-late", relays: 1 });
  const { host, guests, accounts } = await starOf(world, ["ann", "bob", "eve"]);
  const [bob, eve] = guests as [SimPerson, SimPerson];
  const { group } = await host.call("group.create", { name: "Garden", who: [...accounts] });
  await bob.call("group.join", { group: (await invitedTo(world, bob)).group });
  await world.until(async () => (await host.call("group.get", { group })).members.length === 2);
  const picture = png(256, 3);
  await host.call("group.setPicture", { group, picture });
  await allSee([host, bob], group, picture);
  await invitedTo(world, eve);
  expect(await pictureOf(eve, group)).toBeNull();
  await world.until(async () => (await eve.call("group.get", { group })).hasPicture === true);
  expect((await eve.call("group.get", { group })).pictureId).toBeUndefined();
  await host.call("group.leave", { group });
  await world.until(async () => (await membersOf(eve, group)).join() === accounts[0]);
  host.crash();
  await eve.call("group.join", { group });
  await allSee([bob, eve], group, picture);
  bob.crash();
  await world.settle(bob.restart());
  expect(await pictureOf(bob, group)).toBe(picture);
});

test("only admins choose it, and what is no small picture, or another than was chosen, changes nothing", async () => {
  world = await SimWorld.create({ seed: "group-pictures-bad", relays: 1 });
  const { host, guests, group } = await togetherIn(world, ["ann", "bob"]);
  const [bob] = guests as [SimPerson];
  const [good, other] = [png(256, 4), png(256, 5)];
  for (const bad of ["", "AAAA", png(513, 1), "?"]) {
    await expect(host.call("group.setPicture", { group, picture: bad })).rejects.toMatchObject({
      code: "PICTURE_INVALID",
    });
  }
  await host.call("group.setPicture", { group, picture: good });
  await allSee([host, bob], group, good);
  await expect(bob.call("group.setPicture", { group, picture: other })).rejects.toMatchObject({
    code: "GROUP_REFUSED",
    details: { rule: "not-an-admin" },
  });
  await expect(host.call("group.setPicture", { group, picture: good })).rejects.toMatchObject({
    details: { rule: "no-change" },
  });
  const mail = {
    type: "picture",
    group: group as never,
    picture: new Uint8Array(Buffer.from(other, "base64")),
  } as const;
  await world.settle(mailTo(bob, host, mail));
  await world.until(async () => refusals(host, "other-picture") === 1);
  expect(await pictureOf(host, group)).toBe(good);
});

test("a backup has the picture, also when nobody else is left to give it", async () => {
  world = await SimWorld.create({ seed: "group-pictures-backup", relays: 1 });
  const ann = world.newPerson("ann", {});
  await world.settle(ann.start());
  await world.settle(ann.call("account.create", {}));
  const { group } = await ann.call("group.create", { name: "Garden", who: [] });
  const picture = png(256, 6);
  const { pictureId } = await ann.call("group.setPicture", { group, picture });
  const backup = await exportOf(ann);
  ann.crash();
  const again = world.newPerson("ann-again", {});
  await world.settle(again.start());
  await restoreInto(again, backup);
  expect(await pictureOf(again, group)).toBe(picture);
  expect((await again.call("group.get", { group })).pictureId).toBe(pictureId);
});
