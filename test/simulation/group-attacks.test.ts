/** Members whose programs do not keep to the rules: each attack has its outcome by name, and changes nothing. */
import {
  accountToText,
  type ContentId,
  createSenderChain,
  distributeSenderChain,
  distributionIdOf,
  encodeGroupMessage,
  encryptWithSenderKey,
  type GroupId,
  nextParents,
  takeOperations,
  textContent,
} from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import { everybodyHas, groupTexts, membersOf, togetherIn } from "../support/sim-group.ts";
import { logOf, mailTo, refusals, signAs } from "../support/sim-group-attacker.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { simSuite } from "../support/sim-suite.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

interface Garden {
  readonly group: string;
  readonly id: GroupId;
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  readonly eve: SimPerson;
}

/** Ann founded the group; Eve is hostile. */
async function garden(): Promise<Garden> {
  world = await SimWorld.create({ seed: "group-attacks", relays: 1 });
  const { people, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  const [ann, bob, eve] = people as [SimPerson, SimPerson, SimPerson];
  // Sessions between all of them: what is said goes to everybody.
  for (const each of people) await each.call("group.send", { group, text: `hello from ${each.name}` });
  await everybodyHas(world, people, group, ["hello from ann", "hello from bob", "hello from eve"]);
  return { group, id: group as GroupId, ann, bob, eve };
}

const accountOf = (person: SimPerson) => person.insides.core.account.id;
const nameOf = (person: SimPerson) => accountToText(accountOf(person));

/** Sends operations to somebody and waits until they were refused for a reason. */
async function refused(
  from: SimPerson,
  to: SimPerson,
  group: GroupId,
  operation: Uint8Array,
  reason: string,
): Promise<void> {
  const before = refusals(to, reason);
  const { heads } = logOf(to, group);
  await world.settle(mailTo(from, to, { type: "operations", group, operations: [operation] }));
  await world.until(async () => refusals(to, reason) > before);
  expect(logOf(to, group).heads).toEqual(heads);
}

test("an operation that is signed by another than it names is refused, and changes nothing", async () => {
  const { id, group, ann, bob, eve } = await garden();
  const before = await membersOf(bob, group);
  const removal = { type: "remove", account: accountOf(bob) } as const;
  const forged = await signAs(eve, logOf(eve, id), removal, { author: ann });
  await refused(eve, bob, id, forged, "bad-signature");
  await refused(eve, bob, id, await signAs(eve, logOf(eve, id), removal), "not-an-admin");
  expect(await membersOf(bob, group)).toEqual(before);
  expect((await bob.call("group.get", { group })).standing).toBe("joined");
});

test("what once added somebody adds nobody again: not here after a removal, and in no other group", async () => {
  const { id, group, ann, bob, eve } = await garden();
  const log = logOf(eve, id);
  const own = log.operations
    .map(({ read }) => read)
    .filter(({ operation: { act, author } }) => {
      return author === accountOf(eve) || (act.type === "add" && act.account === accountOf(eve));
    });
  await ann.call("group.remove", { group, who: nameOf(eve) });
  await world.until(async () => (await membersOf(bob, group)).length === 2);
  const { heads } = logOf(bob, id);
  const operations = own.map(({ encoded }) => encoded);
  await world.settle(mailTo(eve, bob, { type: "operations", group: id, operations }));
  const other = await ann.call("group.create", { name: "Other", who: [] });
  const again = await signAs(eve, logOf(eve, id), { type: "join", certificate: [new Uint8Array(8)] });
  await refused(eve, bob, id, again, "bad-certificate");
  expect(logOf(bob, id).heads).toEqual(heads);
  expect(await membersOf(bob, group)).toHaveLength(2);
  const mail = { type: "operations", group: other.group as GroupId, operations } as const;
  await world.settle(mailTo(eve, ann, mail));
  await world.until(async () => refusals(ann, "other-group") >= operations.length);
  expect(await membersOf(ann, other.group)).toHaveLength(1);
});

test("a removed admin does nothing more: neither beside their removal nor after it", async () => {
  const { id, group, ann, bob, eve } = await garden();
  await ann.call("group.setRole", { group, who: nameOf(eve), role: "admin" });
  await world.until(async () => (await eve.call("group.get", { group })).role === "admin");
  const before = logOf(eve, id);
  const late = await signAs(eve, before, { type: "remove", account: accountOf(bob) });
  await ann.call("group.remove", { group, who: nameOf(eve) });
  await world.until(async () => (await membersOf(bob, group)).length === 2);
  await world.settle(mailTo(eve, bob, { type: "operations", group: id, operations: [late] }));
  await world.until(async () => logOf(bob, id).heads.length === 2);
  expect(logOf(bob, id).voided.size).toBe(1);
  expect(await membersOf(bob, group)).toHaveLength(2);
  expect((await bob.call("group.get", { group })).standing).toBe("joined");
  const after = await signAs(eve, logOf(bob, id), { type: "rename", name: "Mine" });
  await refused(eve, bob, id, after, "removed-member");
  expect((await bob.call("group.get", { group })).name).toBe("Garden");
});

test("nobody speaks in another's name: not by their chain, not by their words", async () => {
  const { id, group, bob, ann, eve } = await garden();
  const { random, clock } = eve.insides.core;
  const context = { suite: simSuite, random, nowMs: clock.nowMs() };
  const bobs = distributionIdOf(simSuite, id, bob.insides.core.account.device.deviceId);
  const chain = await createSenderChain(context, bobs);
  await world.settle(mailTo(eve, ann, { type: "key", group: id, distribution: distributeSenderChain(chain) }));
  await world.until(async () => refusals(ann, "bad-key") === 1);
  const content = textContent({ id: "07".repeat(16) as ContentId, sentAtMs: clock.nowMs() }, "I am bob");
  const plaintext = encodeGroupMessage({ group: id, heads: nextParents(logOf(eve, id)), parents: [], content });
  // Sealed as Bob's: it is nothing that Eve's keys open, and waits for a key that never comes.
  const asBob = await encryptWithSenderKey(context, chain, plaintext);
  await world.settle(mailTo(eve, ann, { type: "message", group: id, sealed: asBob.message }));
  // Sealed as Eve's own, with what is not her signature.
  const own = await createSenderChain(
    context,
    distributionIdOf(simSuite, id, eve.insides.core.account.device.deviceId),
  );
  const { message } = await encryptWithSenderKey(context, own, plaintext);
  message[message.length - 1] = (message.at(-1) as number) ^ 1;
  const distribution = distributeSenderChain(own);
  await world.settle(mailTo(eve, ann, { type: "messages", group: id, sealed: [message, message], distribution }));
  await world.until(async () => refusals(ann, "worthless-message") === 2);
  await ann.call("group.send", { group, text: "go on" });
  await everybodyHas(world, [bob, eve], group, ["go on"]);
  expect(await groupTexts(ann, group)).not.toContain("I am bob");
});

test("an admin who fills the log or the group is stopped at its bounds, and can still be removed", async () => {
  const { id, group, ann, bob, eve } = await garden();
  await ann.call("group.setRole", { group, who: nameOf(eve), role: "admin" });
  await world.until(async () => (await eve.call("group.get", { group })).role === "admin");
  let log = logOf(eve, id);
  const strangers = Array.from({ length: 40 }, (_, index) => (index + 1).toString(16).padStart(2, "0").repeat(32));
  const bomb: Uint8Array[] = [];
  for (const account of strangers) {
    const operation = await signAs(eve, log, { type: "add", account: account as never, role: "member" });
    bomb.push(operation);
    const taken = await takeOperations(simSuite, { group: id, log }, [operation]);
    log = taken.log ?? log;
  }
  await world.settle(mailTo(eve, bob, { type: "operations", group: id, operations: bomb }));
  await world.until(async () => refusals(bob, "group-full") > 0);
  const { members, guests } = await bob.call("group.get", { group });
  expect(members.length + guests.length).toBe(32);
  await ann.call("group.remove", { group, who: nameOf(eve) });
  await world.until(async () => (await membersOf(bob, group)).length === 2);
});
