/** Groups in backups: who restores one is in the group with its history, and goes on with a new chain. */
import { afterEach, expect, test } from "vitest";
import { exportOf, restoreInto } from "../support/sim-backup.ts";
import { everybodyHas, groupTexts, membersOf, togetherIn } from "../support/sim-group.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

test("a restored device has the group with its history, hears what it missed, and seals with a new chain", async () => {
  world = await SimWorld.create({ seed: "group-backup", relays: 2 });
  const { people, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  const [ann, bob, eve] = people as [SimPerson, SimPerson, SimPerson];
  for (const person of people) await person.call("group.send", { group, text: `from ${person.name}` });
  await everybodyHas(world, people, group, ["from ann", "from bob", "from eve"]);
  const before = await bob.call("group.messages", { group, limit: 500 });
  const backup = await exportOf(bob);
  bob.crash();
  await ann.call("group.rename", { group, name: "Orchard" });
  await ann.call("group.send", { group, text: "while bob is away" });
  await eve.call("group.send", { group, text: "from eve, too" });
  await world.advance(60_000);

  const again = world.newPerson("bob-again", {});
  await world.settle(again.start());
  await restoreInto(again, backup);
  again.record();
  expect((await again.call("group.messages", { group, limit: 500 })).map(({ id }) => id)).toEqual(
    expect.arrayContaining(before.map(({ id }) => id)),
  );
  expect(await membersOf(again, group)).toEqual(await membersOf(ann, group));
  await everybodyHas(world, [again], group, ["while bob is away", "from eve, too"]);
  await world.until(async () => (await again.call("group.get", { group })).name === "Orchard");
  await again.call("group.send", { group, text: "bob is back" });
  await ann.call("group.send", { group, text: "welcome back" });
  await everybodyHas(world, [ann, eve, again], group, ["bob is back", "welcome back"]);
  const texts = await groupTexts(again, group);
  expect(new Set(texts).size).toBe(texts.length);
});
