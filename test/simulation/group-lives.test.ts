/**
 * What holds in every life of a group, whatever fails: run over many seeds, with `SIM_MEMBERS=n` of so many people.
 */
import type { GroupInfo, GroupMessageInfo } from "@kith/client";
import { expect, test } from "vitest";
import { commonPart, saidTo } from "../support/sim-group.ts";
import { liveAsGroup } from "../support/sim-group-life.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { seedsOf } from "../support/sim-seeds.ts";

/** Two of three of the lives of the network as a whole: each has at least four people. */
const MEMBERS = Number(process.env.SIM_MEMBERS ?? "4");
const seeds = seedsOf(1.5);

function seen({ name, members, guests, isForked }: GroupInfo): unknown {
  return {
    name,
    isForked,
    members: members.map(({ account, role }) => `${account} ${role}`).sort(),
    guests: guests.map(({ account }) => account).sort(),
  };
}

async function messagesOf(person: SimPerson, group: string): Promise<readonly GroupMessageInfo[]> {
  const lines = await person.call("group.messages", { group, limit: 500 });
  return lines.filter(({ line }) => line === undefined);
}

for (const seed of seeds) {
  test(`all members see one group, and all that is said in the end, in the life of seed ${seed}`, async () => {
    const { world, group, accounts, said } = await liveAsGroup(seed, MEMBERS);
    const groups = new Map<SimPerson, GroupInfo>();
    for (const person of world.people) {
      const own = (await person.call("group.list", {})).find((each) => each.group === group);
      if (own !== undefined) groups.set(person, own);
    }
    const joined = [...groups].filter(([, { standing }]) => standing === "joined");
    const [first, ...others] = joined;
    for (const [person, info] of others) expect(seen(info), person.name).toEqual(seen(first?.[1] as GroupInfo));
    const members = first?.[1].members.map(({ account }) => account) ?? [];
    expect(joined.map(([person]) => accounts.get(person)).sort()).toEqual([...members].sort());
    // What was said after everything healed reaches everybody who belongs to the group, once, and nobody else.
    const last = said.slice(said.length - joined.length).map(({ text }) => text);
    for (const person of groups.keys()) {
      const messages = await messagesOf(person, group);
      expect(new Set(messages.map(({ id }) => id)).size, person.name).toBe(messages.length);
      const texts = messages.map(({ text }) => text);
      const isMember = members.includes(accounts.get(person) ?? "");
      if (isMember) expect(texts, person.name).toEqual(expect.arrayContaining(last));
      else
        expect(
          texts.filter((text) => last.includes(text)),
          person.name,
        ).toEqual([]);
    }
    expect(world.errors).toEqual([]);
    await world.stop();
  });
}

for (const seed of seeds) {
  test(`all members see one conversation, whatever was edited, deleted and answered with emoji, in the life of seed ${seed}`, async () => {
    const { world, group, said } = await liveAsGroup(`talk/${seed}`, MEMBERS, true);
    const [first, ...others] = world.people as [SimPerson, ...SimPerson[]];
    const expected = (await saidTo(first, group)).map(commonPart);
    expect(expected).toHaveLength(said.length);
    for (const person of others) expect((await saidTo(person, group)).map(commonPart), person.name).toEqual(expected);
    expect(world.errors).toEqual([]);
    await world.stop();
  });
}
