/** One's own account: PIN and words, the handle, events, what is kept on disk and what is gone after deleting. */
import { type CryptoSuite, type Handle, utf8 } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import { lookUpHandle } from "../../packages/client/src/directory/look-up.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findNeedles, fingerprint, identityNeedles } from "../support/sim-secrets.ts";
import { SimStranger } from "../support/sim-stranger.ts";
import { simSuite } from "../support/sim-suite.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

test("a PIN locks and unlocks; wrong ones change nothing and make one wait", async () => {
  world = await SimWorld.create({ seed: "pin", relays: 1 });
  const ann = await world.addPerson("ann", { pin: "1234" });
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  expect(await ann.call("account.lock", {})).toEqual({ state: "locked", hasPin: true });
  await expect(ann.call("message.send", { who: guest, text: "x" })).rejects.toMatchObject({ code: "ACCOUNT_LOCKED" });
  for (let i = 0; i < 2; i++) {
    await expect(ann.call("account.unlock", { pin: "0000" })).rejects.toMatchObject({ code: "WRONG_PIN" });
  }
  await expect(ann.call("account.unlock", { pin: "0000" })).rejects.toMatchObject({
    code: "WRONG_PIN",
    details: { retryAfterMs: 5000 },
  });
  await expect(ann.call("account.unlock", { pin: "1234" })).rejects.toMatchObject({ code: "PIN_TRY_LATER" });
  expect((await ann.call("account.status", {})).state).toBe("locked");
  await world.advance(5000);
  expect((await ann.call("account.unlock", { pin: "1234" })).state).toBe("ready");
  await ann.call("message.send", { who: guest, text: "after the lock" });
  await world.until(async () => (await ann.call("message.list", { who: guest }))[0]?.state === "delivered");
});

test("locks by itself after the chosen time without use, also after a restart, and never without a PIN", async () => {
  world = await SimWorld.create({ seed: "auto-lock", relays: 0 });
  const ann = await world.addPerson("ann", { pin: "1234" });
  const stateOf = async (person: SimPerson) => (await person.call("account.status", {})).state;
  await expect(ann.call("account.setLock", { idleMs: 1000 })).rejects.toMatchObject({ code: "LOCK_INVALID" });
  await expect(ann.call("account.setLock", { eraseAfterTries: 2 })).rejects.toMatchObject({ code: "LOCK_INVALID" });
  expect((await ann.call("account.status", {})).lock).toEqual({});
  expect((await ann.call("account.setLock", { idleMs: 60_000, whenHidden: true })).lock).toEqual({
    idleMs: 60_000,
    whenHidden: true,
  });
  await world.advance(50_000);
  await ann.call("account.present", {});
  await world.advance(50_000);
  expect(await stateOf(ann)).toBe("ready");
  await world.advance(10_000);
  expect(await stateOf(ann)).toBe("locked");
  ann.crash();
  await ann.restart();
  await ann.call("account.unlock", { pin: "1234" });
  await world.advance(60_000);
  expect(await stateOf(ann)).toBe("locked");
  await ann.call("account.unlock", { pin: "1234" });
  await ann.call("account.setPin", { oldPin: "1234" });
  await world.advance(600_000);
  expect(await stateOf(ann)).toBe("ready");
});

test("wrong PINs erase everything once the chosen number is reached, keys first, and nothing answers after that", async () => {
  world = await SimWorld.create({ seed: "erase-pins", relays: 0 });
  const ann = await world.addPerson("ann", { pin: "1234" });
  await ann.call("account.setLock", { eraseAfterTries: 5 });
  await ann.call("account.lock", {});
  for (let tries = 1; tries <= 4; tries++) {
    await expect(ann.call("account.unlock", { pin: "0000" })).rejects.toMatchObject({ code: "WRONG_PIN" });
    await world.advance(60_000);
  }
  expect(ann.erasures).toEqual([]);
  await expect(ann.call("account.unlock", { pin: "0000" })).rejects.toMatchObject({ code: "ERASED" });
  expect(ann.erasures).toEqual(["keys", "rest"]);
  await expect(ann.call("account.unlock", { pin: "1234" })).rejects.toMatchObject({ code: "ERASED" });
});

test("erasing ends the account whether it is open or locked", async () => {
  world = await SimWorld.create({ seed: "erase", relays: 0 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob", { pin: "1234" });
  await bob.call("account.lock", {});
  for (const person of [ann, bob]) {
    expect(await person.call("account.erase", { confirm: "erase" })).toEqual({ isErased: true });
    expect(person.erasures).toEqual(["keys", "rest"]);
    await expect(person.call("account.status", {})).rejects.toMatchObject({ code: "ERASED" });
  }
});

test("two unlocks at once open one account, and its sessions go on", async () => {
  world = await SimWorld.create({ seed: "twice", relays: 1 });
  const ann = await world.addPerson("ann", { pin: "1234" });
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  await ann.call("account.lock", {});
  const unlock = () => ann.messenger.call("account.unlock", { pin: "1234" });
  const states = await world.settle(Promise.all([unlock(), unlock()]));
  expect(states.map(({ state }) => state)).toEqual(["ready", "ready"]);
  for (const text of ["1", "2", "3"]) await ann.call("message.send", { who: guest, text });
  await world.until(async () =>
    (await ann.call("message.list", { who: guest })).every(({ state }) => state === "delivered"),
  );
});

test("a PIN that is too short, or changed without the old one, is refused and the old one holds", async () => {
  world = await SimWorld.create({ seed: "set-pin", relays: 0 });
  const ann = await world.addPerson("ann", { pin: "1234" });
  await expect(ann.call("account.setPin", { oldPin: "1234", newPin: "12" })).rejects.toMatchObject({
    code: "PIN_INVALID",
  });
  await expect(ann.call("account.setPin", { oldPin: "9999", newPin: "5678" })).rejects.toMatchObject({
    code: "WRONG_PIN",
  });
  expect((await ann.call("account.setPin", { oldPin: "1234", newPin: "5678" })).hasPin).toBe(true);
  await ann.call("account.lock", {});
  expect((await ann.call("account.unlock", { pin: "5678" })).state).toBe("ready");
});

test("a second account, or a first one under an impossible handle, is refused and nothing is written", async () => {
  world = await SimWorld.create({ seed: "create", relays: 0 });
  const ann = await world.addPerson("ann");
  const before = fingerprint(ann.disk);
  await expect(ann.call("account.create", {})).rejects.toMatchObject({ code: "ACCOUNT_EXISTS" });
  await expect(ann.call("account.claimHandle", { handle: "no handle!" })).rejects.toMatchObject({
    code: "HANDLE_INVALID",
  });
  expect(fingerprint(ann.disk)).toBe(before);
  const bob = world.newPerson("bob");
  await world.settle(bob.start());
  await expect(bob.call("account.create", { handle: "no handle!" })).rejects.toMatchObject({ code: "HANDLE_INVALID" });
  expect(await bob.call("account.status", {})).toEqual({ state: "none" });
});

test("the words are shown until three of them are confirmed, then they are gone from the disk", async () => {
  world = await SimWorld.create({ seed: "words", relays: 0 });
  const ann = await world.addPerson("ann");
  const words = (await ann.call("account.words", {})).words ?? [];
  expect(words).toHaveLength(24);
  const check = (position: number, word = words[position - 1] ?? "") => ({ position, word });
  for (const checks of [
    [check(1), check(2)],
    [check(1), check(1), check(1)],
    [check(1), check(2), check(3, "wrong")],
  ]) {
    await expect(ann.call("account.confirmWords", { checks })).rejects.toMatchObject({ code: "WORDS_WRONG" });
  }
  expect((await ann.call("account.words", {})).words).toEqual(words);
  const status = await ann.call("account.confirmWords", { checks: [check(3), check(11), check(24)] });
  expect(status.areWordsConfirmed).toBe(true);
  ann.crash();
  await world.settle(ann.restart());
  expect((await ann.call("account.words", {})).words).toBeNull();
  await expect(ann.call("account.confirmWords", { checks: [check(3)] })).rejects.toMatchObject({ code: "WORDS_GONE" });
});

test("a look-up says that there was nobody to ask, or too few", async () => {
  world = await SimWorld.create({ seed: "nobody", relays: 1 });
  const [relay] = world.relays;
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const weak = await ann.call("directory.lookup", { handle: "@nobody_h" });
  expect(weak).toMatchObject({ handle: "nobody_h", asked: 1, isWeak: true, candidates: [] });
  relay?.crash();
  await world.advance(60_000);
  expect(await ann.call("directory.lookup", { handle: "nobody_h" })).toMatchObject({ asked: 0, candidates: [] });
  await expect(ann.call("contact.add", { who: "@nobody_h" })).rejects.toMatchObject({ code: "RELAY_NONE" });
  expect(await ann.call("contact.list", {})).toEqual([]);
});

test("a chain is verified once, however many relays answer and however often one looks", async () => {
  world = await SimWorld.create({ seed: "known-chain", relays: 3 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob");
  await world.until(async () => (await ann.call("account.status", {})).handle?.publication === "published");
  let rootChecks = 0;
  const suite: CryptoSuite = {
    ...simSuite,
    schnorrVerify: (...parts) => {
      rootChecks += 1;
      return simSuite.schnorrVerify(...parts);
    },
  };
  const look = () => world.settle(lookUpHandle({ ...bob.insides.core, suite }, "ann_h" as Handle));
  const first = await look();
  expect(first.people).toHaveLength(1);
  const signedByRoot = 2; // "create" and the first device
  expect(rootChecks).toBe(signedByRoot);
  expect(await look()).toEqual(first);
  expect(rootChecks).toBe(signedByRoot);
});

test("a claimed handle is published and found; two claims of it are a conflict that only an account decides", async () => {
  world = await SimWorld.create({ seed: "conflict", relays: 3 });
  const ann = await world.addPerson("ann", { handle: "same_h" });
  const bob = await world.addPerson("bob");
  await world.until(async () => (await ann.call("account.status", {})).handle?.publication === "published");
  expect((await bob.call("directory.lookup", { handle: "SAME_H" })).candidates).toHaveLength(1);
  const rival = await world.addPerson("rival", { handle: "same_h" });
  await world.until(async () => (await rival.call("account.status", {})).handle?.publication === "published");
  const found = await bob.call("directory.lookup", { handle: "same_h" });
  expect(found.candidates.map(({ trust }) => trust)).toEqual(["CONFLICT", "CONFLICT"]);
  await expect(bob.call("contact.add", { who: "@same_h" })).rejects.toMatchObject({ code: "HANDLE_CONFLICT" });
  expect(await bob.call("contact.list", {})).toEqual([]);
  const { account = "" } = await ann.call("account.status", {});
  expect(await bob.call("contact.add", { who: account })).toMatchObject({ account, relation: "requested" });
});

test("events go on after their number without a loss or a second telling", async () => {
  world = await SimWorld.create({ seed: "events", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  const sends = Array.from({ length: 20 }, (_, i) => ann.messenger.call("message.send", { who: guest, text: `${i}` }));
  await world.settle(Promise.all(sends));
  await world.advance(60_000);
  const all = await collect(ann, 0);
  expect(all.map(({ seq }) => seq)).toEqual(Array.from(all, (_, index) => index + 1));
  expect(ann.events.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq));
  const middle = all[7]?.seq ?? 0;
  expect((await collect(ann, middle)).map(({ seq }) => seq)).toEqual(all.slice(8).map(({ seq }) => seq));
  expect(await collect(ann, -1)).toEqual([]);
});

async function collect(person: SimPerson, after: number) {
  const events: { readonly seq: number }[] = [];
  const reading = new AbortController();
  const done = (async () => {
    for await (const event of person.messenger.events(after, reading.signal)) events.push(event);
  })();
  await world.advance(1);
  reading.abort();
  await done;
  return events;
}

test("after a contact is deleted nothing of the person is left in any row", async () => {
  world = await SimWorld.create({ seed: "delete", relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob", { handle: "bob_h" });
  const { guest, host } = await world.befriend(ann, bob);
  await ann.call("message.send", { who: guest, text: "from ann to be forgotten" });
  await bob.call("message.send", { who: host, text: "from bob to be forgotten" });
  await world.until(async () => (await ann.call("message.list", { who: guest })).length === 2);
  for (const relay of world.relays) relay.crash();
  await ann.call("message.send", { who: guest, text: "never sent, to be forgotten" });
  const needles = [...(await identityNeedles(bob)), { name: "a text", bytes: utf8("to be forgotten") }];
  expect(findNeedles(await ann.openDisk(), needles)).not.toEqual([]);

  expect(await ann.call("contact.delete", { who: guest })).toEqual({ deleted: true });
  await world.advance(60_000);
  const gone = needles.filter(({ name }) => name !== "bob's account text");
  expect(findNeedles(await ann.openDisk(), gone)).toEqual([]);
  await expect(ann.call("message.list", { who: guest })).rejects.toMatchObject({ code: "WHO_UNKNOWN" });
  ann.crash();
  await world.settle(ann.restart());
  expect(await ann.call("contact.list", {})).toEqual([]);
});

test("a disk shows no account, handle or text, in keys or values", async () => {
  world = await SimWorld.create({ seed: "sealed", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob", { handle: "bob_h" });
  const { guest } = await world.befriend(ann, bob);
  await ann.call("message.send", { who: guest, text: "plain text" });
  await world.advance(60_000);
  const needles = [
    ...(await identityNeedles(ann)),
    ...(await identityNeedles(bob)),
    ...["ann_h", "bob_h", "plain text"].map((text) => ({ name: text, bytes: utf8(text) })),
  ];
  for (const person of [ann, bob]) {
    expect(findNeedles(person.disk, needles)).toEqual([]);
    // The same search finds them once the values are opened: it looks for the right bytes.
    expect(findNeedles(await person.openDisk(), needles)).not.toEqual([]);
  }
});

test("a content of a later version is kept and labelled when the person is accepted", async () => {
  world = await SimWorld.create({ seed: "unknown", relays: 1 });
  const ann = await world.addPerson("ann");
  const stranger = await SimStranger.create(world);
  const target = await stranger.find((await ann.call("invite.create", {})).text);
  await stranger.request(target, { showsInvite: true, content: stranger.text("hi") });
  await world.until(async () => (await ann.call("contact.list", {})).length === 1);
  await stranger.request(target, { showsInvite: true, content: stranger.unknownContent(), number: 2 });
  const [contact] = await ann.call("contact.list", {});
  const who = contact?.account ?? "";
  expect((await findContact(ann, who))?.isByInvite).toBe(true);
  await world.until(async () => (await ann.call("message.list", { who })).length === 2);
  expect((await ann.call("message.list", { who }))[1]).toMatchObject({ text: "", isUnsupported: true });
});

test("what a stop finds half done ends: calls reject, no timer is left, the disk opens again", async () => {
  world = await SimWorld.create({ seed: "stop", relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  const { messenger } = ann;
  const sends = ["1", "2", "3"].map((text) => messenger.call("message.send", { who: guest, text }));
  const outcomes = Promise.allSettled(sends);
  await ann.stop();
  for (const each of await outcomes) {
    if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "STOPPED" });
  }
  await expect(messenger.call("account.status", {})).rejects.toMatchObject({ code: "STOPPED" });
  await world.advance(60_000);
  ann.disk.reopen();
  await world.settle(ann.restart());
  await ann.call("message.send", { who: guest, text: "4" });
  await world.until(async () =>
    (await ann.call("message.list", { who: guest })).every(({ state }) => state === "delivered"),
  );
});
