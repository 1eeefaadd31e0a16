/** Invite links of groups: who holds one may ask in, learns nothing before they belong, and always hears how they stand. */
import type { GroupKnockInfo } from "@kith/client";
import {
  type AccountId,
  type GroupId,
  groupInviteToText,
  parseGroupInvite,
  takeOperations,
  toHex,
} from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import { everybodyHas, groupTexts, membersOf, togetherIn } from "../support/sim-group.ts";
import { logOf, mailTo, signAs } from "../support/sim-group-attacker.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { seedsOf } from "../support/sim-seeds.ts";
import { simSuite } from "../support/sim-suite.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Ann has founded a group with Bob, and turned its link on; Zoe knows neither. */
async function cast(needsApproval = false, names: readonly string[] = ["ann", "bob"]) {
  world = await SimWorld.create({ seed: "group-links", relays: 2 });
  const { people, group } = await togetherIn(world, names);
  const zoe = await world.addPerson("zoe");
  const [ann, bob] = people as [SimPerson, SimPerson];
  const link = await turnOn(ann, group, needsApproval);
  return { ann, bob, zoe, people, group, link, zoes: (await zoe.call("account.status", {})).account ?? "" };
}

async function turnOn(person: SimPerson, group: string, needsApproval = false): Promise<string> {
  const { text } = await person.call("group.setLink", { group, isOn: true, needsApproval });
  expect(text).toMatch(/^kith:g\//);
  return text as string;
}

const knockOf = async (person: SimPerson): Promise<GroupKnockInfo | undefined> => {
  return (await person.call("group.knocks", {}))[0];
};

async function stands(person: SimPerson, state: GroupKnockInfo["state"]): Promise<void> {
  await world.until(async () => (await knockOf(person))?.state === state);
}

async function hasJoined(person: SimPerson, group: string): Promise<void> {
  await world.until(async () => {
    return (await person.call("group.list", {})).some((each) => each.group === group && each.standing === "joined");
  });
  expect(await knockOf(person)).toBeUndefined();
}

const waitingOf = async (person: SimPerson, group: string): Promise<readonly string[]> => {
  return (await person.call("group.get", { group })).waiting.map(({ account }) => account);
};

const linesOf = async (person: SimPerson, group: string) => {
  return (await person.call("group.messages", { group, limit: 500 })).flatMap(({ line }) => line ?? []);
};

function cutOff({ node }: SimPerson): void {
  world.hub.partition([world.hub.nodes.filter((each) => each !== node)]);
}

/** Nothing of somebody is to be seen: no request, no contact, nobody at the door. */
async function hasNothingOf(person: SimPerson): Promise<void> {
  expect(await person.call("request.list", {})).toEqual([]);
  expect(JSON.stringify(person.events.filter(({ type }) => type === "request.received"))).toBe("[]");
}

test("who holds the link is in at once, hears everybody and is heard, and makes no contacts", async () => {
  const { ann, bob, zoe, group, link, zoes } = await cast();
  await ann.call("group.send", { group, text: "before zoe" });
  const asked = await zoe.call("group.knock", { link });
  expect(asked).toMatchObject({ group, name: "Garden", needsApproval: false, state: "asking" });
  await hasJoined(zoe, group);
  for (const each of [ann, bob]) await world.until(async () => (await membersOf(each, group)).includes(zoes));
  await ann.call("group.send", { group, text: "welcome" });
  await bob.call("group.send", { group, text: "hello zoe" });
  await zoe.call("group.send", { group, text: "hello all" });
  await everybodyHas(world, [ann, bob, zoe], group, ["welcome", "hello zoe", "hello all"]);
  expect(await groupTexts(zoe, group)).not.toContain("before zoe");
  expect(await zoe.call("contact.list", {})).toEqual([]);
  for (const each of [ann, bob, zoe]) await hasNothingOf(each);
  // Everybody sees how she came, and she what happened from then on.
  expect(await linesOf(bob, group)).toContainEqual(expect.objectContaining({ type: "join", byLink: "joins" }));
  expect(await linesOf(bob, group)).toContainEqual(expect.objectContaining({ type: "link", isOn: true }));
  expect((await linesOf(zoe, group)).map(({ type }) => type)).toEqual(["join"]);
  expect((await bob.call("group.get", { group })).link).toMatchObject({ isHere: false, by: { isOwn: false } });
  expect((await bob.call("group.link", { group })).text).toBeNull();
  expect((await ann.call("group.link", { group })).text).toBe(link);
  expect(await zoe.call("group.knock", { link })).toMatchObject({ state: "joined" });
});

test("with approval nobody learns anything before an admin lets them in, whichever admin that is", async () => {
  const { ann, bob, zoe, group, link, zoes } = await cast(true);
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  for (const each of [ann, bob]) await world.until(async () => (await waitingOf(each, group)).includes(zoes));
  expect(await membersOf(ann, group)).toHaveLength(2);
  await ann.call("group.rename", { group, name: "Orchard" });
  await world.advance(600_000);
  expect(await zoe.call("group.list", {})).toEqual([]);
  expect(zoe.groups.logOf(group as GroupId)).toBeUndefined();
  await expect(bob.call("group.letIn", { group, who: zoes })).rejects.toMatchObject({ code: "GROUP_REFUSED" });
  const bobs = (await bob.call("account.status", {})).account ?? "";
  await ann.call("group.setRole", { group, who: bobs, role: "admin" });
  await world.until(async () => (await bob.call("group.get", { group })).role === "admin");
  await bob.call("group.letIn", { group, who: zoes });
  await hasJoined(zoe, group);
  expect((await zoe.call("group.get", { group })).name).toBe("Orchard");
  await zoe.call("group.send", { group, text: "thank you" });
  await everybodyHas(world, [ann, bob], group, ["thank you"]);
  expect(await linesOf(ann, group)).toContainEqual(expect.objectContaining({ type: "join", byLink: "asks" }));
  expect(await linesOf(ann, group)).toContainEqual(expect.objectContaining({ type: "add", wasWaiting: true }));
  for (const each of [ann, bob, zoe]) await hasNothingOf(each);
});

test("who is let in while the device that made the link is gone hears it from the admin who did", async () => {
  const { ann, bob, zoe, group, link, zoes } = await cast(true);
  const bobs = (await bob.call("account.status", {})).account ?? "";
  await ann.call("group.setRole", { group, who: bobs, role: "admin" });
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  await world.until(async () => (await waitingOf(bob, group)).includes(zoes));
  await world.until(async () => (await bob.call("group.get", { group })).role === "admin");
  ann.crash();
  await bob.call("group.letIn", { group, who: zoes });
  await hasJoined(zoe, group);
  await zoe.call("group.send", { group, text: "only bob is here" });
  await everybodyHas(world, [bob], group, ["only bob is here"]);
  await hasNothingOf(zoe);
});

test("who is declined is told so, and nothing else; they may ask again unless they are banned", async () => {
  const { ann, zoe, group, link, zoes } = await cast(true);
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  await ann.call("group.remove", { group, who: zoes });
  await stands(zoe, "declined");
  expect(zoe.groups.logOf(group as GroupId)).toBeUndefined();
  expect(await linesOf(ann, group)).toContainEqual(expect.objectContaining({ type: "remove", wasWaiting: true }));
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  await ann.call("group.remove", { group, who: zoes, isBanned: true });
  await stands(zoe, "banned");
  await zoe.call("group.knock", { link });
  await stands(zoe, "banned");
  await world.advance(600_000);
  expect(zoe.groups.logOf(group as GroupId)).toBeUndefined();
  expect(await zoe.call("group.giveUp", { group: "Garden" })).toEqual({ isGivenUp: true });
  expect(await zoe.call("group.knocks", {})).toEqual([]);
});

test("who gives up waiting is at the door no more, for any admin", async () => {
  const { ann, bob, zoe, group, link, zoes } = await cast(true);
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  await world.until(async () => (await waitingOf(bob, group)).includes(zoes));
  await zoe.call("group.giveUp", { group });
  for (const each of [ann, bob]) await world.until(async () => (await waitingOf(each, group)).length === 0);
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  await ann.call("group.letIn", { group, who: zoes });
  await hasJoined(zoe, group);
});

test("a link that is off or replaced lets nobody in, and whoever waits by it goes on waiting", async () => {
  const { ann, zoe, group, link, zoes } = await cast(true);
  const yan = await world.addPerson("yan");
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  const next = await turnOn(ann, group);
  expect(next).not.toBe(link);
  await yan.call("group.knock", { link });
  await stands(yan, "off");
  expect(yan.groups.logOf(group as GroupId)).toBeUndefined();
  await ann.call("group.setLink", { group, isOn: false });
  expect((await ann.call("group.get", { group })).link).toBeUndefined();
  await yan.call("group.knock", { link: next });
  await stands(yan, "off");
  expect(await waitingOf(ann, group)).toEqual([zoes]);
  await ann.call("group.letIn", { group, who: zoes });
  await hasJoined(zoe, group);
  for (const each of [ann, zoe, yan]) await hasNothingOf(each);
});

test("a link that another admin turns off without having heard of a join takes that back", async () => {
  const { ann, bob, zoe, group, link, zoes } = await cast(true);
  const bobs = (await bob.call("account.status", {})).account ?? "";
  await ann.call("group.setRole", { group, who: bobs, role: "admin" });
  await world.until(async () => (await bob.call("group.get", { group })).role === "admin");
  cutOff(bob);
  await zoe.call("group.knock", { link });
  await stands(zoe, "waiting");
  await bob.call("group.setLink", { group, isOn: false });
  world.hub.heal();
  await stands(zoe, "off");
  expect(zoe.groups.logOf(group as GroupId)).toBeUndefined();
  for (const each of [ann, bob]) await world.until(async () => (await waitingOf(each, group)).length === 0);
  expect(await membersOf(bob, group)).not.toContain(zoes);
});

test("what is asked of a device that is off waits for it, over restarts of both", async () => {
  const { ann, bob, zoe, group, link, zoes } = await cast();
  ann.crash();
  await zoe.call("group.knock", { link });
  await world.advance(3_600_000);
  expect(await knockOf(zoe)).toMatchObject({ state: "asking", host: { isOwn: false } });
  zoe.crash();
  await world.settle(zoe.restart());
  await world.advance(60_000);
  expect(await knockOf(zoe)).toMatchObject({ state: "asking", name: "Garden" });
  await world.settle(ann.restart());
  await hasJoined(zoe, group);
  await world.until(async () => (await membersOf(bob, group)).includes(zoes));
});

test("a device whose box cannot be reached is looked for again", async () => {
  const { zoe, group, link } = await cast();
  cutOff(zoe);
  await zoe.call("group.knock", { link });
  await world.advance(120_000);
  expect((await knockOf(zoe))?.state).toBe("asking");
  zoe.crash();
  await world.settle(zoe.restart());
  world.hub.heal();
  await hasJoined(zoe, group);
});

test.each([1, 3, 6, 10, 15, 25, 40, 70])("a crash of both after %i steps of time loses nothing", async (steps) => {
  const { ann, bob, zoe, group, link, zoes } = await cast();
  await zoe.call("group.knock", { link });
  for (let i = 0; i < steps; i++) await world.advance(7);
  zoe.crash();
  ann.crash();
  await world.settle(ann.restart());
  await world.settle(zoe.restart());
  await hasJoined(zoe, group);
  await world.until(async () => (await membersOf(bob, group)).includes(zoes));
  for (const each of [ann, bob, zoe]) await hasNothingOf(each);
});

test("a stranger with another secret learns nothing and leaves nothing", async () => {
  const { ann, zoe, group, link } = await cast();
  const other = await world.addPerson("other");
  const elsewhere = await other.call("group.create", { name: "Trap", who: [] });
  const trap = await turnOn(other, elsewhere.group);
  const [right, wrong] = [parseGroupInvite(link), parseGroupInvite(trap)];
  if (!right.ok || !wrong.ok) throw new TypeError("both are links");
  const before = ann.insides.core.people.contacts().length;
  const { secret } = wrong.value;
  await zoe.call("group.knock", { link: groupInviteToText({ ...right.value, secret }) });
  await world.advance(3_600_000);
  expect((await knockOf(zoe))?.state).toBe("asking");
  expect(ann.insides.core.people.contacts()).toHaveLength(before);
  await hasNothingOf(ann);
  expect(zoe.groups.logOf(group as GroupId)).toBeUndefined();
  await zoe.call("group.knock", { link });
  await hasJoined(zoe, group);
});

test("a group that is full says so", async () => {
  const { ann, bob, zoe, group, link } = await cast();
  // Thirty who are asked and never answer take the places.
  let log = logOf(ann, group);
  const operations: Uint8Array[] = [];
  for (let i = 0; i < 30; i++) {
    const account = toHex(simSuite.sha256(Uint8Array.of(i))) as AccountId;
    const add = await signAs(ann, log, { type: "add", account, role: "member" });
    const taken = await takeOperations(simSuite, { group: group as GroupId, log }, [add]);
    log = taken.log ?? log;
    operations.push(add);
  }
  await world.settle(mailTo(bob, ann, { type: "operations", group: group as GroupId, operations }));
  await world.until(async () => (await ann.call("group.get", { group })).guests.length === 30);
  await zoe.call("group.knock", { link });
  await stands(zoe, "full");
  expect(await membersOf(bob, group)).toHaveLength(2);
  expect(zoe.groups.logOf(group as GroupId)).toBeUndefined();
});

test("texts that are no links are refused, and so is one's own", async () => {
  const { ann, zoe, link } = await cast();
  await expect(zoe.call("group.knock", { link: "kith:g/AAAA" })).rejects.toMatchObject({
    code: "GROUP_LINK_MALFORMED",
  });
  await ann.call("group.leave", { group: "Garden" });
  await expect(ann.call("group.knock", { link })).rejects.toMatchObject({ code: "INVITE_OWN" });
  await zoe.call("group.knock", { link });
  await stands(zoe, "off");
});

for (const seed of seedsOf(0.5)) {
  test(`whoever comes by the link is in or told why not, whatever fails, in the life of seed ${seed}`, async () => {
    world = await SimWorld.create({ seed: `link-life/${seed}`, relays: 2 });
    const { people, group } = await togetherIn(world, ["ann", "bob"]);
    const [ann, bob] = people as [SimPerson, SimPerson];
    const bobs = (await bob.call("account.status", {})).account ?? "";
    await ann.call("group.setRole", { group, who: bobs, role: "admin" });
    const random = world.random.fork("life");
    const link = await turnOn(ann, group, random.below(2) === 0);
    const guests = [await world.addPerson("zoe"), await world.addPerson("yan")];
    world.hub.setFaults({ requestLoss: 0.1, answerLoss: 0.1, duplication: 0.1, maxDelayMs: 400 });
    for (const guest of guests) await guest.call("group.knock", { link });
    const all = [ann, bob, ...guests];
    for (let step = 0; step < 12; step++) {
      await world.advance(random.below(4000));
      const person = all[random.below(all.length)] as SimPerson;
      const deed = random.below(4);
      if (deed === 0) {
        person.crash();
        await world.advance(random.below(3000));
        await world.settle(person.restart());
      } else if (deed === 1) {
        const admin = random.below(2) === 0 ? ann : bob;
        for (const who of await waitingOf(admin, group)) await admin.call("group.letIn", { group, who }).catch(refused);
      } else if (deed === 2) await ann.call("group.rename", { group, name: `Garden ${step}` });
      else if (step === 6) await bob.call("group.setLink", { group, isOn: false }).catch(refused);
    }
    world.hub.setFaults({ requestLoss: 0, answerLoss: 0, duplication: 0, maxDelayMs: 1 });
    await world.advance(600_000);
    await world.until(async () => {
      for (const who of await waitingOf(ann, group)) await ann.call("group.letIn", { group, who }).catch(refused);
      const knocks = await Promise.all(guests.map(knockOf));
      return knocks.every((knock) => knock === undefined || !["asking", "waiting"].includes(knock.state));
    });
    await world.advance(600_000);
    const members = await membersOf(ann, group);
    expect(await membersOf(bob, group)).toEqual(members);
    for (const guest of guests) {
      const account = (await guest.call("account.status", {})).account ?? "";
      const own = (await guest.call("group.list", {})).find((each) => each.group === group);
      expect(own?.standing === "joined", guest.name).toBe(members.includes(account));
      if (own?.standing === "joined") expect(await membersOf(guest, group)).toEqual(members);
      await hasNothingOf(guest);
    }
    for (const each of [ann, bob]) await hasNothingOf(each);
    expect(world.errors).toEqual([]);
  });
}

/** What another admin has done meanwhile is no failure. */
function refused(error: unknown): void {
  expect(error).toMatchObject({ code: "GROUP_REFUSED" });
}
