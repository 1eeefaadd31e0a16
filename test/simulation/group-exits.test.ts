/** People who are out of a group and do not know it: everybody sees one group in the end. */
import { afterEach, expect, test } from "vitest";
import { everybodyHas, groupTexts, invitedTo, membersOf, starOf } from "../support/sim-group.ts";
import { logOf } from "../support/sim-group-attacker.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Ann asked Bob, Cem and Dina, and left when Bob and Cem had joined: Bob is the admin since. Nobody but Ann knows Dina. */
async function leftBehind() {
  world = await SimWorld.create({ seed: "group-exits", relays: 1 });
  const { host, guests, accounts } = await starOf(world, ["ann", "bob", "cem", "dina"]);
  const [bob, cem, dina] = guests as [SimPerson, SimPerson, SimPerson];
  const { group } = await host.call("group.create", { name: "Garden", who: [...accounts] });
  for (const guest of [bob, cem]) await guest.call("group.join", { group: (await invitedTo(world, guest)).group });
  await invitedTo(world, dina);
  await world.until(async () => (await membersOf(bob, group)).length === 3);
  await world.until(async () => (await membersOf(cem, group)).length === 3);
  await host.call("group.leave", { group });
  for (const each of guests) await world.until(async () => (await membersOf(each, group)).length === 2);
  return { group, ann: host, bob, cem, dina, dinas: accounts[2] as string };
}

const standing = async (person: SimPerson, group: string) => (await person.call("group.get", { group })).standing;

test("who joins while an admin who knows no way to them removes them hears of it, though who asked them has left and is gone", async () => {
  const { group, ann, bob, cem, dina, dinas } = await leftBehind();
  ann.crash();
  await bob.call("group.remove", { group, who: dinas });
  expect(await standing(dina, group)).toBe("invited");
  await dina.call("group.join", { group });
  expect(await standing(dina, group)).toBe("joined");
  await dina.call("group.send", { group, text: "am I in?" });
  await world.until(async () => (await standing(dina, group)) === "gone");
  await bob.call("group.rename", { group, name: "Orchard" });
  await bob.call("group.send", { group, text: "after it" });
  await everybodyHas(world, [cem], group, ["after it"]);
  for (const each of [bob, cem]) {
    expect(await membersOf(each, group)).toHaveLength(2);
    expect(await groupTexts(each, group)).not.toContain("am I in?");
    expect(await each.call("request.list", {})).toEqual([]);
  }
  await world.advance(3_600_000);
  expect(await membersOf(dina, group)).toEqual(await membersOf(bob, group));
  expect(await groupTexts(dina, group)).not.toContain("after it");
  // Nothing that was done afterwards came along.
  expect((await dina.call("group.get", { group })).name).toBe("Garden");
  expect(logOf(dina, group).operations.length).toBeLessThan(logOf(bob, group).operations.length);
});

test("a guest who is removed by somebody they do not know hears it from who asked them, also when that person has left", async () => {
  const { group, bob, dina, dinas } = await leftBehind();
  await bob.call("group.remove", { group, who: dinas });
  await world.until(async () => (await standing(dina, group)) === "gone");
});
