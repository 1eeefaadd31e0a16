/** Searching in messages, over restarts, deletions and people who come and go. */
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function textsFound(person: SimPerson, text: string, who?: string): Promise<readonly string[]> {
  const { found } = await person.call("message.search", who === undefined ? { text } : { text, who });
  return found.map(({ message }) => message.text);
}

async function friends() {
  world = await SimWorld.create({ seed: "search", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest, host } = await world.befriend(ann, bob);
  return { ann, bob, guest, host };
}

test("both sides find what was said, by the beginning of its words, newest first", async () => {
  const { ann, bob, guest, host } = await friends();
  await ann.call("message.send", { who: guest, text: "Meet at the café" });
  await ann.call("message.send", { who: guest, text: "The cafeteria is closed" });
  await world.until(async () => (await bob.call("message.list", { who: host })).length >= 2);
  for (const person of [ann, bob]) {
    expect(await textsFound(person, "cafe")).toEqual(["The cafeteria is closed", "Meet at the café"]);
    expect(await textsFound(person, "caf meet")).toEqual(["Meet at the café"]);
    expect(await textsFound(person, "afe")).toEqual([]);
  }
});

test("what was said is found after a restart, and a person who was deleted is not", async () => {
  const { ann, guest } = await friends();
  for (let i = 0; i < 300; i++) await ann.call("message.send", { who: guest, text: `number ${i} orchid` });
  await ann.crash();
  await world.settle(ann.restart());
  const page = await ann.call("message.search", { text: "orchid", limit: 200 });
  expect(page.found).toHaveLength(200);
  const beforeMs = page.nextBeforeMs ?? 0;
  expect((await ann.call("message.search", { text: "orchid", limit: 200, beforeMs })).found).toHaveLength(100);
  expect(await textsFound(ann, "orchid 299", guest)).toEqual(["number 299 orchid"]);
  await ann.call("contact.delete", { who: guest });
  expect(await textsFound(ann, "orchid")).toEqual([]);
});
