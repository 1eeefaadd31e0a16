/** An account that is made anew from its words: its people see it, decide, and go on. */
import { afterEach, describe, expect, test } from "vitest";
import { link, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

const textsOf = async (person: SimPerson, who: string): Promise<readonly string[]> =>
  (await person.call("message.list", { who })).map(({ text }) => text);

/** Ann with a published handle, and Bob, who know each other; then Ann's device is lost. */
async function loseDevice(
  seed: string,
): Promise<{ readonly bob: SimPerson; readonly ann: string; readonly words: string }> {
  world = await SimWorld.create({ seed, relays: 2 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob", { handle: "bob_h" });
  const { host } = await world.befriend(ann, bob);
  await world.until(async () => (await ann.call("account.status", {})).handle?.publication !== "waiting");
  const words = (await ann.call("account.words", {})).words ?? [];
  ann.crash();
  return { bob, ann: host, words: words.join(" ") };
}

async function recover(words: string): Promise<SimPerson> {
  const person = world.newPerson("ann-again");
  await world.settle(person.start());
  const { status, isChainFound } = await person.call("account.recover", { words });
  expect(isChainFound).toBe(true);
  expect(status).toMatchObject({ state: "ready", areWordsConfirmed: true, handle: { written: "ann_h" } });
  person.record();
  return person;
}

test("whoever recovers is seen as changed; after the decision what waited arrives and the conversation goes on", async () => {
  const { bob, ann, words } = await loseDevice("recovery");
  await bob.call("message.send", { who: ann, text: "before you are back" });
  const again = await recover(words);
  await again.call("contact.add", { who: "@bob_h", text: "my phone is gone" });
  await world.until(async () => (await findContact(bob, ann))?.trust === "CHANGED");
  expect(await textsOf(bob, ann)).toContain("my phone is gone");
  await expect(bob.call("message.send", { who: ann, text: "x" })).rejects.toMatchObject({ code: "TRUST_CHANGED" });
  await world.advance(600_000);
  const bobAtAnn = (await again.call("contact.list", {}))[0];
  expect(bobAtAnn?.relation).toBe("requested");
  expect(await textsOf(again, bobAtAnn?.account ?? "")).toEqual(["my phone is gone"]);

  expect((await bob.call("contact.acceptChange", { who: ann })).trust).toBe("CLAIMED");
  await bob.call("message.send", { who: ann, text: "good to have you back" });
  const bobs = bobAtAnn?.account ?? "";
  await world.until(async () => (await textsOf(again, bobs)).includes("good to have you back"));
  await world.until(async () => (await textsOf(again, bobs)).includes("before you are back"));
  await again.call("message.send", { who: bobs, text: "hello again" });
  await world.until(async () => (await textsOf(bob, ann)).includes("hello again"));
  expect((await bob.call("contact.get", { who: ann })).devices).toBe(1);
});

test("the steps to what is said name the recovery and the decision", async () => {
  const { bob, ann, words } = await loseDevice("recovery-steps");
  const again = await recover(words);
  await again.call("contact.add", { who: "@bob_h" });
  await world.until(async () => (await findContact(bob, ann))?.trust === "CHANGED");
  expect(await bob.call("contact.trust", { who: ann })).toMatchObject({ isSendingBlocked: true });
  await bob.call("contact.verify", { who: ann, isVerified: true });
  const { steps } = await bob.call("contact.trust", { who: ann });
  const types = steps.map(({ type }) => type);
  expect(types.slice(types.indexOf("chain-recovered"))).toEqual(
    expect.arrayContaining(["chain-recovered", "change-accepted", "compared"]),
  );
  expect(steps.at(-1)?.state).toBe("VERIFIED");
});

test("people who were not written to learn of it within a day and a half from the directory", async () => {
  const { bob, ann, words } = await loseDevice("recovery-daily");
  await recover(words);
  await world.advance(36 * 3_600_000);
  expect((await findContact(bob, ann))?.trust).toBe("CHANGED");
});

test("wrong words and nobody to ask are refused, and nothing is left", async () => {
  world = await SimWorld.create({ seed: "recovery-refused", relays: 1 });
  const ann = await world.addPerson("ann");
  const words = ((await ann.call("account.words", {})).words ?? []).join(" ");
  const again = world.newPerson("again");
  await world.settle(again.start());
  const refused = (given: string) => again.call("account.recover", { words: given });
  await expect(refused("one two")).rejects.toMatchObject({ code: "WORDS_WRONG", details: { rule: "count" } });
  await expect(refused(words.replace(/\w+$/, "kith"))).rejects.toMatchObject({ details: { rule: "unknown" } });
  world.relays[0]?.crash();
  await expect(refused(words)).rejects.toMatchObject({ code: "RELAY_UNREACHABLE" });
  expect(await again.call("account.status", {})).toEqual({ state: "none" });
  const alone = await again.call("account.recover", { words, isAlone: true });
  expect(alone).toMatchObject({ isChainFound: false, asked: 0, status: { state: "ready" } });
  expect(alone.status.account).toBe((await ann.call("account.status", {})).account);
});

describe("the words on a device that holds the account already", () => {
  const linked = async (seed: string) => {
    world = await SimWorld.create({ seed, relays: 2 });
    const ann = await world.addPerson("ann");
    const bob = await world.addPerson("bob");
    const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
    const words = ((await ann.call("account.words", {})).words ?? []).join(" ");
    const thief = await newDevice(world, "thief");
    await link(world, ann, thief);
    await world.until(async () => (await findContact(bob, toAnn))?.devices === 2);
    await world.advance(60_000);
    return { ann, bob, thief, toBob, toAnn, words };
  };

  test("put every other device out and keep everything; people see it, decide and go on with the same device", async () => {
    const { ann, bob, thief, toBob, toAnn, words } = await linked("recovery-here");
    await bob.call("message.send", { who: toAnn, text: "before" });
    await world.until(async () => (await textsOf(ann, toBob)).includes("before"));
    const { status } = await ann.call("account.recover", { words });
    expect(status).toMatchObject({ state: "ready", account: toAnn });
    expect(await textsOf(ann, toBob)).toContain("before");
    expect(await ann.call("device.list", {})).toHaveLength(1);
    await world.until(async () => (await thief.call("account.status", {})).isRevoked === true);
    await world.until(async () => (await findContact(bob, toAnn))?.trust === "CHANGED");
    await bob.call("contact.acceptChange", { who: toAnn });
    expect((await bob.call("contact.get", { who: toAnn })).devices).toBe(1);
    await bob.call("message.send", { who: toAnn, text: "after" });
    await world.until(async () => (await textsOf(ann, toBob)).includes("after"));
    await ann.call("message.send", { who: toBob, text: "still me" });
    await world.until(async () => (await textsOf(bob, toAnn)).includes("still me"));
    expect(await textsOf(thief, toBob)).not.toContain("after");
  });

  test("change nothing when they are those of another account, or this device was taken out", async () => {
    const { ann, bob, thief, words } = await linked("recovery-not-here");
    await expect(bob.call("account.recover", { words })).rejects.toMatchObject({ code: "ACCOUNT_EXISTS" });
    const lost = (await ann.call("device.list", {})).find(({ isThis }) => !isThis)?.device ?? "";
    await ann.call("device.revoke", { device: lost });
    await world.until(async () => (await thief.call("account.status", {})).isRevoked === true);
    await expect(thief.call("account.recover", { words })).rejects.toMatchObject({ code: "DEVICE_REVOKED" });
    expect(await ann.call("device.list", {})).toHaveLength(1);
  });
});
