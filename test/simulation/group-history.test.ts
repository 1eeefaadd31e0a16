/** What late joiners get of before: nothing, unless whoever asks them chooses so; and nobody is told lies by it unseen. */
import { type ContentId, textContent } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import { everybodyHas, groupTexts, invitedTo, membersOf, saidTo, starOf } from "../support/sim-group.ts";
import { logOf, mailTo, refusals } from "../support/sim-group-attacker.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Ann and Bob have talked; Eve is not in the group yet. */
async function talked() {
  world = await SimWorld.create({ seed: "group-history", relays: 1 });
  const { host, guests, accounts } = await starOf(world, ["ann", "bob", "eve"]);
  const [bob, eve] = guests as [SimPerson, SimPerson];
  const [bobName = "", eveName = ""] = accounts;
  const { group } = await host.call("group.create", { name: "Garden", who: [bobName] });
  await bob.call("group.join", { group: (await invitedTo(world, bob)).group });
  await world.until(async () => (await membersOf(host, group)).length === 2);
  for (const [index, each] of [host, bob, host, bob].entries()) {
    await each.call("group.send", { group, text: `old ${index}` });
    await everybodyHas(world, [host, bob], group, [`old ${index}`]);
  }
  return { group, ann: host, bob, eve, bobName, eveName };
}

async function join(eve: SimPerson, others: readonly SimPerson[], group: string): Promise<void> {
  await eve.call("group.join", { group: (await invitedTo(world, eve)).group });
  for (const each of [eve, ...others]) await world.until(async () => (await membersOf(each, group)).length === 3);
  await others[0]?.call("group.send", { group, text: "welcome" });
  await everybodyHas(world, [eve, ...others], group, ["welcome"]);
}

test("who comes late has nothing of before", async () => {
  const { group, ann, bob, eve, eveName } = await talked();
  await ann.call("group.add", { group, who: eveName });
  await join(eve, [ann, bob], group);
  await world.advance(60_000);
  expect(await groupTexts(eve, group)).toEqual(["welcome"]);
});

test("an admin passes the newest lines on to somebody they ask, and each says by whom it came", async () => {
  const { group, ann, bob, eve, eveName, bobName } = await talked();
  await ann.call("group.add", { group, who: eveName, hasHistory: true });
  await join(eve, [ann, bob], group);
  await everybodyHas(world, [eve], group, ["old 0", "old 3"]);
  expect(await groupTexts(eve, group)).toEqual(["old 0", "old 1", "old 2", "old 3", "welcome"]);
  const lines = await saidTo(eve, group);
  const told = lines.filter(({ toldBy }) => toldBy !== undefined);
  expect(told).toHaveLength(4);
  const { found } = await eve.call("message.search", { text: "old", group });
  expect(found.map(({ message }) => message.text)).toEqual(["old 3", "old 2", "old 1", "old 0"]);
  for (const { toldBy } of told) expect(toldBy?.account).not.toBe(bobName);
  expect((await eve.call("group.get", { group })).unread).toBe(1);
  // Whoever is removed and asked again without it gets nothing more.
  await ann.call("group.remove", { group, who: eveName });
  await world.until(async () => (await eve.call("group.get", { group })).standing === "gone");
  await ann.call("group.send", { group, text: "between" });
  await ann.call("group.add", { group, who: eveName });
  await world.until(async () => (await eve.call("group.get", { group })).standing === "invited");
  await eve.call("group.join", { group });
  await world.until(async () => (await membersOf(bob, group)).length === 3);
  await world.advance(60_000);
  expect(await groupTexts(eve, group)).not.toContain("between");
});

test("lines of before are taken from who asked us alone, never as our own, and give way to what their author says", async () => {
  const { group, ann, bob, eve, eveName } = await talked();
  await ann.call("group.add", { group, who: eveName });
  await join(eve, [ann, bob], group);
  const { id } = logOf(ann, group).operations[0]?.read ?? { id: "" };
  expect(id).not.toBe("");
  const said = (digits: string, text: string) => {
    return textContent({ id: digits.repeat(16) as ContentId, sentAtMs: world.clock.nowMs() }, text);
  };
  const copy = (author: SimPerson, digits: string, text: string) => {
    return { author: author.insides.core.account.id, content: said(digits, text), orderMs: world.clock.nowMs() };
  };
  const mail = (copies: readonly ReturnType<typeof copy>[]) => {
    return { type: "copies", group: logOf(ann, group).group, copies } as const;
  };
  await world.settle(mailTo(bob, eve, mail([copy(ann, "01", "forged by bob")])));
  await world.settle(mailTo(ann, eve, mail([copy(eve, "02", "forged as eve")])));
  await world.until(async () => refusals(eve, "not-ours") === 2);
  await world.settle(mailTo(ann, eve, mail([copy(bob, "03", "forged by ann")])));
  await everybodyHas(world, [eve], group, ["forged by ann"]);
  await bob.call("group.send", { group, text: "said by bob", id: "03".repeat(16) });
  await everybodyHas(world, [eve], group, ["said by bob"]);
  const lines = await saidTo(eve, group);
  expect(lines.map(({ text }) => text).sort()).toEqual(["said by bob", "welcome"]);
  expect(lines.every(({ toldBy }) => toldBy === undefined)).toBe(true);
});
