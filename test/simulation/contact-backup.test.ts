/** Contacts come back from the words alone: what is kept on relays, what is believed of it, and what a relay sees. */
import { type AccountId, accountToText, cutBackup, signContactBackup } from "@kith/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { keepAt } from "../../packages/client/src/contact-backup/backup-relays.ts";
import { makeItems } from "../../packages/client/src/contact-backup/make-items.ts";
import { link } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

const HOUR_MS = 3_600_000;

const keptAt = async (of: SimPerson) => (await of.call("account.status", {})).contactBackup?.keptAtMs ?? 0;

const wordsOf = async (of: SimPerson) => ((await of.call("account.words", {})).words ?? []).join(" ");

interface Cast {
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  readonly cem: SimPerson;
  readonly toBob: string;
  readonly toCem: string;
  readonly toAnn: string;
  readonly words: string;
}

/** Ann, who verified and named bob and blocked cem; everything is kept. */
async function cast(seed: string, handle?: string): Promise<Cast> {
  world = await SimWorld.create({ seed, relays: 2 });
  const ann = await world.addPerson("ann", { keepsContacts: true, ...(handle === undefined ? {} : { handle }) });
  const bob = await world.addPerson("bob");
  const cem = await world.addPerson("cem");
  const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
  const { guest: toCem } = await world.befriend(ann, cem);
  await ann.call("contact.rename", { who: toBob, name: "Bob of the choir" });
  await ann.call("contact.verify", { who: toBob, isVerified: true });
  await ann.call("chat.set", { who: toBob, isPinned: true });
  await ann.call("contact.block", { who: toCem });
  await ann.call("account.setReadReceipts", { isOn: false });
  await world.until(async () => (await keptAt(ann)) > 0, HOUR_MS);
  await world.advance(HOUR_MS);
  if (handle !== undefined) {
    await world.until(async () => (await ann.call("account.status", {})).handle?.publication !== "waiting");
  }
  return { ann, bob, cem, toBob, toCem, toAnn, words: await wordsOf(ann) };
}

async function recover(
  words: string,
  name = "ann-again",
): Promise<{ readonly again: SimPerson; readonly contacts: number }> {
  const again = world.newPerson(name, { keepsContacts: true });
  await world.settle(again.start());
  const { contacts, isChainFound } = await again.call("account.recover", { words, isAlone: true });
  expect(isChainFound).toBe(true);
  again.record();
  return { again, contacts };
}

describe("24 words on an empty device", () => {
  test.each([undefined, "ann_h"])("find contacts again as their evidence says (handle: %s)", async (handle) => {
    const { ann, bob, toBob, toCem, toAnn, words } = await cast(`contacts/${handle ?? "none"}`, handle);
    ann.crash();
    const { again, contacts } = await recover(words);
    expect(contacts).toBe(2);
    expect(await findContact(again, toBob)).toMatchObject({
      name: "Bob of the choir",
      trust: "VERIFIED",
      relation: "accepted",
    });
    expect((await again.call("contact.get", { who: toCem })).relation).toBe("blocked");
    const chat = (await again.call("chat.list", {})).find(({ contact }) => contact.account === toBob);
    expect(chat?.isPinned).toBe(true);
    expect((await again.call("account.status", {})).hasReadReceipts).toBe(false);
    // Nobody is written to by hand: people see the recovery, and decide.
    await world.until(async () => (await findContact(bob, toAnn))?.trust === "CHANGED", HOUR_MS);
    await bob.call("contact.acceptChange", { who: toAnn });
    await again.call("message.send", { who: toBob, text: "I am back" });
    await bob.call("message.send", { who: toAnn, text: "welcome back" });
    const textsOf = async (of: SimPerson, who: string) =>
      (await of.call("message.list", { who })).map(({ text }) => text);
    await world.until(async () => (await textsOf(bob, toAnn)).includes("I am back"), HOUR_MS);
    await world.until(async () => (await textsOf(again, toBob)).includes("welcome back"), HOUR_MS);
    // The next backup is this device's own, in its own epoch.
    await world.until(async () => (await keptAt(again)) > 0, HOUR_MS);
    again.crash();
    const third = await recover(words, "ann-third");
    if (handle !== undefined) expect(third.contacts).toBe(2);
  });

  test("find nothing where it was turned off, and relays hold nothing of it then", async () => {
    const { ann, words } = await cast("contacts/off");
    const queues = () => world.relays.reduce((sum, relay) => sum + relay.metrics.queues, 0);
    const before = queues();
    const { contactBackup } = await ann.call("account.setContactBackup", { isOn: false });
    expect(contactBackup).toEqual({ isOn: false });
    expect(queues()).toBe(before - world.relays.length);
    await world.advance(8 * 24 * HOUR_MS);
    expect(queues()).toBe(before - world.relays.length);
    ann.crash();
    const again = world.newPerson("ann-again", { keepsContacts: true });
    await world.settle(again.start());
    expect(await again.call("account.recover", { words, isAlone: true })).toMatchObject({ contacts: 0 });
  });

  test("do not believe what a device wrote that was taken out of the account; it can take away what was kept", async () => {
    const { ann, toBob, words } = await cast("contacts/revoked");
    const thief = world.newPerson("thief", { keepsContacts: true });
    await world.settle(thief.start());
    await link(world, ann, thief);
    await world.until(async () => (await findContact(thief, toBob))?.relation === "accepted");
    await world.until(async () => (await thief.call("account.status", {})).contactBackup?.isOn === true);
    const { core } = thief.insides;
    const { account, contactBackup, suite, clock } = core;
    const secret = contactBackup?.shared()?.secret ?? new Uint8Array(0);
    const chain = account.chain.entries;
    const { items } = makeItems(core);
    await ann.call("device.revoke", { device: account.device.deviceId });
    await ann.call("contact.rename", { who: toBob, name: "Bob after the theft" });
    const before = await keptAt(ann);
    await world.until(async () => (await keptAt(ann)) > before, HOUR_MS);
    const { device, id } = account;
    const atMs = clock.nowMs() + HOUR_MS;
    const forged = { account: id, device: device.deviceId, atMs, chain, relays: [], items };
    const pieces = cutBackup(await signContactBackup(suite, device.signingSeed, forged), atMs);
    const [first] = world.relays;
    if (first === undefined) throw new TypeError("no relay");
    // The other relay still has what ann put there: it stands, though it is older.
    expect(await world.settle(keepAt(core, secret, first.ref, pieces))).toBe(true);
    ann.crash();
    const { again } = await recover(words);
    expect((await findContact(again, toBob))?.name).toBe("Bob after the theft");
  });
});

test("other devices keep it too, and whoever has no words is asked for them once", async () => {
  const { ann, toBob, words } = await cast("contacts/devices");
  const tab = world.newPerson("tab", { keepsContacts: true });
  await world.settle(tab.start());
  await link(world, ann, tab);
  await world.until(async () => (await findContact(tab, toBob))?.relation === "accepted");
  await world.until(async () => (await tab.call("account.status", {})).contactBackup?.isOn === true);
  const { account = "" } = await ann.call("account.status", {});
  await tab.call("account.setContactBackup", { isOn: false });
  await world.until(async () => (await ann.call("account.status", {})).contactBackup?.isOn === false);
  await expect(
    tab.call("account.setContactBackup", { isOn: true, words: `${"abandon ".repeat(23)}art` }),
  ).rejects.toMatchObject({
    code: "WORDS_WRONG",
  });
  await tab.call("account.setContactBackup", { isOn: true, words });
  await world.until(async () => (await ann.call("account.status", {})).contactBackup?.isOn === true);
  await tab.call("contact.rename", { who: toBob, name: "Bob by the tab" });
  await world.until(async () => (await keptAt(tab)) > 0, HOUR_MS);
  await world.advance(HOUR_MS);
  ann.crash();
  tab.crash();
  const { again } = await recover(words);
  expect((await findContact(again, toBob))?.name).toBe("Bob by the tab");
  expect((await again.call("account.status", {})).account).toBe(account);
});

test("a relay sees a queue with one piece of 64 KiB, and no name, handle or account", async () => {
  const { ann, toBob } = await cast("contacts/seen", "ann_h");
  const needles = ["Bob of the choir", toBob, ann.insides.core.account.id, idOf(ann, toBob)];
  for (const relay of world.relays) {
    const [queues] = relay.disks;
    const rows = [...(queues?.snapshot() ?? [])];
    const large = rows.filter(([key, value]) => key.startsWith("e/") && value.length > 60_000);
    expect(large).toHaveLength(1);
    const text = rows.map(([key, value]) => `${key} ${new TextDecoder("latin1").decode(value)}`).join("\n");
    for (const needle of needles) expect(text).not.toContain(needle);
  }
});

function idOf(of: SimPerson, text: string): AccountId {
  const found = of.insides.core.people.contacts().find(({ account }) => accountToText(account) === text);
  if (found === undefined) throw new TypeError("no such contact");
  return found.account;
}
