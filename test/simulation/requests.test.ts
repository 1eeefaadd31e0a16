/** Who may come in: requests of strangers, forged ones, invites, blocking and deleting. */
import { utf8 } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { findNeedles } from "../support/sim-secrets.ts";
import { SimStranger } from "../support/sim-stranger.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function people(seed: string, ...names: readonly string[]): Promise<readonly SimPerson[]> {
  world = await SimWorld.create({ seed, relays: 2 });
  const made: SimPerson[] = [];
  for (const name of names) made.push(await world.addPerson(name, { handle: `${name}_h` }));
  return made;
}

async function accountOf(person: SimPerson): Promise<string> {
  return (await person.call("account.status", {})).account ?? "";
}

/** Everything a person is shown, to see that nothing changed. */
async function shown(person: SimPerson): Promise<unknown> {
  const contacts = await person.call("contact.list", {});
  return {
    contacts,
    requests: await person.call("request.list", {}),
    chats: await person.call("chat.list", {}),
    events: person.events.length,
  };
}

/** Looks somebody up by handle and asks to be let in. */
async function ask(from: SimPerson, to: SimPerson, text?: string): Promise<void> {
  await world.until(
    async () => (await from.call("directory.lookup", { handle: `${to.name}_h` })).candidates.length > 0,
  );
  await from.call("contact.add", { who: `@${to.name}_h`, ...(text === undefined ? {} : { text }) });
}

async function requestsOf(person: SimPerson) {
  return person.call("request.list", {});
}

test("a stranger's texts lie in Requests, unreceipted, until they are accepted; then they are delivered", async () => {
  const [ann, bob] = (await people("accept", "ann", "bob")) as [SimPerson, SimPerson];
  await ask(ann, bob, "may I?");
  const to = await accountOf(bob);
  await world.until(async () => (await requestsOf(bob)).length === 1);
  const [request] = await requestsOf(bob);
  expect(request?.contact.relation).toBe("requesting");
  expect(request?.messages.map(({ text }) => text)).toEqual(["may I?"]);
  await world.advance(120_000);
  expect((await ann.call("message.list", { who: to })).map(({ state }) => state)).toEqual(["waiting"]);
  expect(bob.events.map(({ type }) => type)).not.toContain("message.received");
  await expect(bob.call("message.send", { who: await accountOf(ann), text: "no" })).rejects.toMatchObject({
    code: "NOT_ACCEPTED",
  });

  await bob.call("request.accept", { who: await accountOf(ann) });
  await world.until(async () => (await ann.call("message.list", { who: to }))[0]?.state === "delivered");
  expect((await findContact(ann, to))?.relation).toBe("accepted");
  expect((await findContact(bob, await accountOf(ann)))?.relation).toBe("accepted");
});

test("a request that is asked for while it comes in is listed with what was written", async () => {
  const [ann, bob] = (await people("listed", "ann", "bob")) as [SimPerson, SimPerson];
  const { people: known } = bob.insides.core;
  const setContact = known.setContact.bind(known);
  const lists: ReturnType<typeof requestsOf>[] = [];
  // Somebody looks at the very moment at which the stranger becomes known.
  known.setContact = (row) => {
    const changes = setContact(row);
    if (lists.length === 0) lists.push(bob.messenger.call("request.list", {}));
    return changes;
  };
  await ask(ann, bob, "may I?");
  await world.until(async () => (await requestsOf(bob)).length === 1);
  const [first] = await Promise.all(lists);
  expect(first?.map(({ messages }) => messages.map(({ text }) => text))).toEqual([["may I?"]]);
});

test("the fourth unanswered text is refused where it is written", async () => {
  const [ann, bob] = (await people("limit", "ann", "bob")) as [SimPerson, SimPerson];
  await ask(ann, bob, "one");
  const who = await accountOf(bob);
  await Promise.all([ann.call("message.send", { who, text: "two" }), ann.call("message.send", { who, text: "three" })]);
  const before = await ann.call("message.list", { who });
  await expect(ann.call("message.send", { who, text: "four" })).rejects.toMatchObject({
    code: "REQUEST_LIMIT",
    details: { limit: 3 },
  });
  expect((await ann.call("message.list", { who })).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
});

test("a stranger who ignores the limit is heard three times, and only in text", async () => {
  const [bob] = (await people("spam", "bob")) as [SimPerson];
  const stranger = await SimStranger.create(world);
  const target = await stranger.find((await bob.call("invite.create", {})).text);
  await stranger.request(target, { content: stranger.unknownContent() });
  for (let i = 0; i < 5; i++) {
    // Always the first number: the count of what is kept decides, not what the stranger says.
    await stranger.request(target, { content: stranger.text(`again ${i}`), number: 1 });
    await world.advance(2000);
  }
  const [request] = await requestsOf(bob);
  expect(request?.messages.map(({ text }) => text)).toEqual(["again 0", "again 1", "again 2"]);
});

test("a deleted request leaves nothing to accept", async () => {
  const [ann, bob] = (await people("delete-request", "ann", "bob")) as [SimPerson, SimPerson];
  const before = await shown(bob);
  await ask(ann, bob, "hello?");
  await world.until(async () => (await requestsOf(bob)).length === 1);
  await bob.call("request.delete", { who: await accountOf(ann) });
  const after = (await shown(bob)) as { contacts: unknown; requests: unknown };
  expect(after).toMatchObject({ contacts: (before as typeof after).contacts, requests: [] });
  await expect(bob.call("request.accept", { who: await accountOf(ann) })).rejects.toMatchObject({
    code: "WHO_UNKNOWN",
  });
});

test("nothing of a blocked person comes in, by relay or directly, until they are unblocked", async () => {
  world = await SimWorld.create({ seed: "block", relays: 2 });
  const ann = await world.addPerson("ann", { listens: true });
  const bob = await world.addPerson("bob", { listens: true });
  const { guest, host } = await world.befriend(bob, ann);
  await ann.call("message.send", { who: host, text: "first" });
  await world.until(async () => (await bob.call("message.list", { who: guest })).length === 1);
  await bob.call("contact.block", { who: guest });
  await ann.call("message.send", { who: host, text: "unheard" });
  await world.advance(10 * 60_000);
  expect((await bob.call("message.list", { who: guest })).map(({ text }) => text)).toEqual(["first"]);
  expect((await ann.call("message.list", { who: host })).map(({ state }) => state)).not.toContain("read");
  expect((await ann.call("message.list", { who: host })).at(-1)?.state).not.toBe("delivered");
  await expect(bob.call("message.send", { who: guest, text: "x" })).rejects.toMatchObject({ code: "CONTACT_BLOCKED" });
  expect((await bob.call("contact.unblock", { who: guest })).relation).toBe("accepted");
  await ann.call("message.send", { who: host, text: "back" });
  await world.until(async () => (await bob.call("message.list", { who: guest })).at(-1)?.text === "back");
});

test("nobody learns the address of somebody who asks before they are let in", async () => {
  world = await SimWorld.create({ seed: "address", relays: 2 });
  const ann = await world.addPerson("ann", { listens: true, handle: "ann_h" });
  const bob = await world.addPerson("bob", { handle: "bob_h" });
  const address = [{ name: "ann's address", bytes: utf8(ann.node.address) }];
  await ask(ann, bob);
  await world.until(async () => (await requestsOf(bob)).length === 1);
  await world.advance(60_000);
  expect(findNeedles(await bob.openDisk(), address)).toEqual([]);
  await bob.call("request.accept", { who: await accountOf(ann) });
  await world.until(async () => findNeedles(await bob.openDisk(), address).length > 0);
});

test("two people who ask each other at once are both let in", async () => {
  const [ann, bob] = (await people("both", "ann", "bob")) as [SimPerson, SimPerson];
  for (const [from, to] of [
    [ann, "bob_h"],
    [bob, "ann_h"],
  ] as const) {
    await world.until(async () => (await from.call("directory.lookup", { handle: to })).candidates.length > 0);
  }
  await world.settle(
    Promise.all([
      ann.messenger.call("contact.add", { who: "@bob_h", text: "from ann" }),
      bob.messenger.call("contact.add", { who: "@ann_h", text: "from bob" }),
    ]),
  );
  const [a, b] = [await accountOf(ann), await accountOf(bob)];
  await world.until(async () => {
    const [toBob, toAnn] = [await ann.call("message.list", { who: b }), await bob.call("message.list", { who: a })];
    return [...toBob, ...toAnn].filter(({ state }) => state === "delivered").length === 2;
  });
  expect((await findContact(ann, b))?.relation).toBe("accepted");
  expect((await findContact(bob, a))?.relation).toBe("accepted");
});

test("a forged request changes nothing: garbage under a public chain, also with a valid invite", async () => {
  const [ann, bob] = (await people("forged", "ann", "bob")) as [SimPerson, SimPerson];
  await ask(bob, ann, "I am bob"); // bob awaits ann's answer: a forged one would let her in
  const stranger = await SimStranger.create(world);
  const victim = await stranger.find((await ann.call("invite.create", {})).text);
  const target = await stranger.find((await bob.call("invite.create", {})).text);
  await world.advance(60_000);
  const before = await shown(bob);
  const garbage = new Uint8Array(1500).fill(7);
  for (const showsInvite of [false, true]) {
    expect((await stranger.request(target, { as: victim, message: garbage, showsInvite })).type).toBe("done");
  }
  await world.advance(60_000);
  expect(await shown(bob)).toEqual(before);
});

test("a session message under another identity key than the certified one changes nothing", async () => {
  const [ann, bob] = (await people("identity", "ann", "bob")) as [SimPerson, SimPerson];
  const stranger = await SimStranger.create(world);
  const victim = await stranger.find((await ann.call("invite.create", {})).text);
  const target = await stranger.find((await bob.call("invite.create", {})).text);
  await world.advance(60_000);
  const before = await shown(bob);
  expect((await stranger.request(target, { as: victim, showsInvite: true })).type).toBe("done");
  await world.advance(60_000);
  expect(await shown(bob)).toEqual(before);
});

test("a message bound to somebody else changes nothing, and the same stranger is heard when it is not", async () => {
  const [ann, bob] = (await people("binding", "ann", "bob")) as [SimPerson, SimPerson];
  const stranger = await SimStranger.create(world);
  const other = await stranger.find((await ann.call("invite.create", {})).text);
  const target = await stranger.find((await bob.call("invite.create", {})).text);
  await world.advance(60_000);
  const before = await shown(bob);
  expect((await stranger.request(target, { boundTo: other.invite.account })).type).toBe("done");
  await world.advance(60_000);
  expect(await shown(bob)).toEqual(before);
  expect((await stranger.request(target, { content: stranger.text("genuine") })).type).toBe("done");
  await world.until(async () => (await requestsOf(bob))[0]?.messages[0]?.text === "genuine");
});

test("an invite lets one account in; the next one who uses it has to ask", async () => {
  const [host, first, second] = (await people("invite", "host", "first", "second")) as [
    SimPerson,
    SimPerson,
    SimPerson,
  ];
  const { text } = await host.call("invite.create", {});
  await expect(host.call("invite.join", { invite: text })).rejects.toMatchObject({ code: "INVITE_OWN" });
  await first.call("invite.join", { invite: text });
  const who = await accountOf(host);
  await world.until(async () => (await findContact(first, who))?.relation === "accepted");
  await second.call("invite.join", { invite: text });
  await world.until(async () => (await requestsOf(host)).length === 1);
  expect((await requestsOf(host))[0]?.contact.account).toBe(await accountOf(second));
  expect((await findContact(second, who))?.relation).toBe("requested");
  // The one it let in may use it again: nothing changes.
  expect((await first.call("invite.join", { invite: text })).relation).toBe("accepted");
});

test("an expired or damaged invite is refused and nobody is added", async () => {
  const [host, guest] = (await people("expired", "host", "guest")) as [SimPerson, SimPerson];
  const { text } = await host.call("invite.create", { expiresInMs: 60_000 });
  await world.advance(120_000);
  await expect(guest.call("invite.join", { invite: text })).rejects.toMatchObject({ code: "INVITE_EXPIRED" });
  await expect(guest.call("invite.join", { invite: "kith:i/zzz" })).rejects.toMatchObject({ code: "INVITE_MALFORMED" });
  expect(await guest.call("contact.list", {})).toEqual([]);
});

test("an invite whose relays are gone says which addresses were tried", async () => {
  const [host, guest] = (await people("unreachable", "host", "guest")) as [SimPerson, SimPerson];
  const { text } = await host.call("invite.create", {});
  for (const relay of world.relays) relay.crash();
  await expect(guest.call("invite.join", { invite: text })).rejects.toMatchObject({
    code: "INVITE_UNREACHABLE",
    details: { tried: expect.arrayContaining([world.relays[0]?.ref.addresses[0]]) },
  });
  expect(await guest.call("contact.list", {})).toEqual([]);
});

test("a node that has run for longer than its records live can still be met", async () => {
  world = await SimWorld.create({ seed: "long-run", relays: 2 });
  const ann = await world.addPerson("ann");
  await world.advance(31 * 24 * 3600 * 1000);
  const bob = await world.addPerson("bob");
  const { text } = await ann.call("invite.create", {});
  await bob.call("invite.join", { invite: text });
  const [annAccount, bobAccount] = [await accountOf(ann), await accountOf(bob)];
  await world.until(async () => (await findContact(ann, bobAccount))?.relation === "accepted");
  await world.until(async () => (await findContact(bob, annAccount))?.relation === "accepted");
});
