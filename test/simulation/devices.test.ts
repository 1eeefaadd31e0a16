/** Several devices of one person: what each of them shows, and taking one out. */
import type { DeviceId } from "@kith/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { madePicture } from "../support/made-picture.ts";
import { link, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

const listOf = (of: SimPerson, who: string) => of.call("message.list", { who, limit: 500 });
const textsOf = async (of: SimPerson, who: string) => (await listOf(of, who)).map(({ text }) => text);
const messageOf = async (of: SimPerson, who: string, id: string) =>
  (await listOf(of, who)).find((each) => each.id === id);
const chatOf = async (of: SimPerson, who: string) =>
  (await of.call("chat.list", {})).find(({ contact }) => contact.account === who);

interface Cast {
  readonly ann: SimPerson;
  readonly tab: SimPerson;
  readonly bob: SimPerson;
  readonly toBob: string;
  readonly toAnn: string;
}

/** Ann with two devices, and bob. */
async function cast(seed: string): Promise<Cast> {
  world = await SimWorld.create({ seed, relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
  const tab = await newDevice(world, "tab");
  await link(world, ann, tab);
  await world.until(async () => (await findContact(tab, toBob))?.relation === "accepted");
  await world.until(async () => (await findContact(bob, toAnn))?.devices === 2);
  await world.advance(60_000);
  return { ann, tab, bob, toBob, toAnn };
}

describe("two devices of one person", () => {
  test("both show what either sends and what anybody answers, and how far it got", async () => {
    const { ann, tab, bob, toBob, toAnn } = await cast("both");
    const { id } = await tab.call("message.send", { who: toBob, text: "from the tab" });
    await world.until(async () => (await textsOf(bob, toAnn)).includes("from the tab"));
    await world.until(async () => (await messageOf(ann, toBob, id))?.state === "delivered");
    await bob.call("message.markRead", { who: toAnn });
    for (const device of [tab, ann])
      await world.until(async () => (await messageOf(device, toBob, id))?.state === "read");
    const answer = await bob.call("message.send", { who: toAnn, text: "to both", replyTo: id });
    for (const device of [ann, tab]) {
      await world.until(async () => (await messageOf(device, toBob, answer.id)) !== undefined);
      expect(await messageOf(device, toBob, answer.id)).toMatchObject({
        isOwn: false,
        replyTo: { state: "checked", text: "from the tab" },
      });
    }
    await world.until(async () => (await messageOf(bob, toAnn, answer.id))?.state === "delivered");
  });

  test("what is read on one is read on the other, before or after it came there", async () => {
    const { ann, tab, bob, toBob, toAnn } = await cast("read");
    tab.crash();
    await bob.call("message.send", { who: toAnn, text: "one" });
    await world.until(async () => (await chatOf(ann, toBob))?.unread === 1);
    await ann.call("message.markRead", { who: toBob });
    await world.advance(60_000);
    await tab.restart();
    await world.until(async () => (await textsOf(tab, toBob)).includes("one"));
    await world.until(async () => (await chatOf(tab, toBob))?.unread === 0);
    await bob.call("message.send", { who: toAnn, text: "two" });
    await world.until(async () => (await chatOf(ann, toBob))?.unread === 1 && (await chatOf(tab, toBob))?.unread === 1);
    await tab.call("message.markRead", { who: toBob });
    await world.until(async () => (await chatOf(ann, toBob))?.unread === 0);
  });

  test("share edits, reactions, deletions, timers and what is set for chats", async () => {
    const { ann, tab, bob, toBob, toAnn } = await cast("operations");
    const { id } = await ann.call("message.send", { who: toBob, text: "frist" });
    await world.until(async () => (await messageOf(tab, toBob, id)) !== undefined);
    await tab.call("message.edit", { who: toBob, id, text: "first" });
    await world.until(async () => (await messageOf(ann, toBob, id))?.text === "first");
    await world.until(async () => (await messageOf(bob, toAnn, id))?.text === "first");
    await ann.call("message.react", { who: toBob, id, emoji: "👍" });
    await world.until(async () => (await messageOf(tab, toBob, id))?.reactions?.length === 1);
    const mine = await tab.call("message.send", { who: toBob, text: "only here" });
    await world.until(async () => (await messageOf(ann, toBob, mine.id)) !== undefined);
    await tab.call("message.delete", { who: toBob, id: mine.id, isForEveryone: false });
    await world.until(async () => (await messageOf(ann, toBob, mine.id)) === undefined);
    await ann.call("message.delete", { who: toBob, id, isForEveryone: true });
    await world.until(async () => (await messageOf(tab, toBob, id))?.isDeleted === true);
    await tab.call("chat.set", { who: toBob, isPinned: true, mutedUntilMs: 8_640_000_000_000_000 });
    await world.until(async () => (await chatOf(ann, toBob))?.isPinned === true);
    expect((await chatOf(ann, toBob))?.mutedUntilMs).toBe(8_640_000_000_000_000);
    await ann.call("chat.setTimer", { who: toBob, afterMs: 60_000 });
    await world.until(async () => (await findContact(tab, toBob))?.vanishAfterMs === 60_000);
    await ann.call("message.send", { who: toBob, text: "gone soon" });
    await world.until(async () => (await textsOf(tab, toBob)).includes("gone soon"));
    await world.until(async () => !(await textsOf(tab, toBob)).includes("gone soon"));
  });

  test("share people: who was added, named, verified, blocked and forgotten", async () => {
    const { ann, tab, toBob } = await cast("people");
    const cy = await world.addPerson("cy");
    const { host: toCy } = await world.befriend(cy, tab);
    await world.until(async () => (await findContact(ann, toCy))?.relation === "accepted");
    await ann.call("contact.rename", { who: toCy, name: "Cyrus" });
    await ann.call("contact.verify", { who: toCy, isVerified: true });
    await world.until(async () => (await findContact(tab, toCy))?.name === "Cyrus");
    expect((await findContact(tab, toCy))?.trust).toBe("VERIFIED");
    const { account: toAnn = "" } = await ann.call("account.status", {});
    await ann.call("message.send", { who: toCy, text: "hello from the other device" });
    await world.until(async () => (await textsOf(cy, toAnn)).includes("hello from the other device"));
    await tab.call("contact.block", { who: toBob });
    await world.until(async () => (await ann.call("contact.get", { who: toBob })).relation === "blocked");
    await ann.call("contact.delete", { who: toCy });
    await world.until(async () => (await findContact(tab, toCy)) === undefined);
  });

  test("share the choices for the account and the names of devices, which nobody else learns", async () => {
    const { ann, tab, bob } = await cast("settings");
    await tab.call("account.setReadReceipts", { isOn: false });
    await world.until(async () => (await ann.call("account.status", {})).hasReadReceipts === false);
    await ann.call("account.setProfile", { name: "Ann" });
    await world.until(async () => (await tab.call("account.status", {})).profile?.name === "Ann");
    const devices = await ann.call("device.list", {});
    const other = devices.find(({ isThis }) => !isThis)?.device ?? "";
    await ann.call("device.rename", { device: other, name: "My browser" });
    const namesOf = async (of: SimPerson) => (await of.call("device.list", {})).map(({ name }) => name);
    await world.until(async () => (await namesOf(tab)).includes("My browser"));
    const written = JSON.stringify((await bob.openWritten()).map(({ value }) => new TextDecoder().decode(value)));
    expect(written).not.toContain("My browser");
  });

  test("share what is being written: the last one counts, what was sent is gone, and it vanishes with the timer", async () => {
    const { ann, tab, bob, toBob, toAnn } = await cast("drafts");
    const draftOf = async (of: SimPerson) => (await chatOf(of, toBob))?.draft?.text;
    await ann.call("chat.saveDraft", { who: toBob, text: "I wanted" });
    await ann.call("chat.saveDraft", { who: toBob, text: "I wanted to say" });
    await world.until(async () => (await draftOf(tab)) === "I wanted to say");
    tab.node.goDown();
    ann.node.goDown();
    await ann.call("chat.saveDraft", { who: toBob, text: "the first of the two" });
    await world.advance(1000);
    await tab.call("chat.saveDraft", { who: toBob, text: "the last of the two" });
    ann.node.comeUp();
    tab.node.comeUp();
    await world.until(async () => (await draftOf(ann)) === "the last of the two");
    expect(await draftOf(tab)).toBe("the last of the two");
    await tab.call("message.send", { who: toBob, text: "the last of the two" });
    await tab.call("chat.saveDraft", { who: toBob, text: "" });
    await world.until(async () => (await draftOf(ann)) === undefined);
    const told = tab.insides.core.people.peersOf(tab.insides.core.account.id)[0]?.row.outNumber ?? 0;
    await tab.call("chat.saveDraft", { who: toBob, text: "short" });
    await tab.call("message.send", { who: toBob, text: "short" });
    await tab.call("chat.saveDraft", { who: toBob, text: "" });
    await world.until(async () => (await textsOf(ann, toBob)).includes("short"));
    await world.until(async () => (await textsOf(bob, toAnn)).includes("short"));
    await world.advance(60_000);
    // What was said, its last draft (none), and how far it got; a draft that was sent before it was told is never told.
    const after = tab.insides.core.people.peersOf(tab.insides.core.account.id)[0]?.row.outNumber ?? 0;
    expect(after - told).toBeLessThanOrEqual(5);
    await ann.call("chat.setTimer", { who: toBob, afterMs: 60_000 });
    await world.until(async () => (await findContact(tab, toBob))?.vanishAfterMs === 60_000);
    await ann.call("chat.saveDraft", { who: toBob, text: "for a minute" });
    await world.until(async () => (await draftOf(tab)) === "for a minute");
    await world.advance(130_000);
    for (const device of [ann, tab]) expect(await draftOf(device)).toBeUndefined();
    const third = await newDevice(world, "third");
    await ann.call("chat.setTimer", { who: toBob });
    await ann.call("chat.saveDraft", { who: toBob, text: "for whoever comes" });
    await world.until(async () => (await draftOf(tab)) === "for whoever comes");
    await link(world, tab, third);
    await world.until(async () => (await draftOf(third)) === "for whoever comes");
  });

  test("share the picture of the account and those of people, also those from before a device was linked", async () => {
    world = await SimWorld.create({ seed: "pictures", relays: 2 });
    const ann = await world.addPerson("ann");
    const bob = await world.addPerson("bob");
    const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
    const pictureOf = async (of: SimPerson, who?: string) =>
      (await of.call("profile.picture", who === undefined ? {} : { who })).picture?.data;
    const [first, second, third, bobs] = [256, 128, 64, 32].map((side) => madePicture(side, 39_000));
    await ann.call("account.setPicture", { picture: first ?? "" });
    await bob.call("account.setPicture", { picture: bobs ?? "" });
    await world.until(async () => (await pictureOf(bob, toAnn)) === first && (await pictureOf(ann, toBob)) === bobs);
    const tab = await newDevice(world, "tab");
    await link(world, ann, tab);
    await world.until(async () => (await pictureOf(tab)) === first && (await pictureOf(tab, toBob)) === bobs);
    await world.until(async () => (await findContact(bob, toAnn))?.devices === 2);
    expect((await findContact(tab, toBob))?.pictureId).toBe((await findContact(ann, toBob))?.pictureId);
    await tab.call("account.setPicture", { picture: second ?? "" });
    await world.until(async () => (await pictureOf(ann)) === second && (await pictureOf(bob, toAnn)) === second);
    ann.crash();
    await tab.call("account.setPicture", { picture: third ?? "" });
    await world.until(async () => (await pictureOf(bob, toAnn)) === third);
    await ann.restart();
    await world.until(async () => (await pictureOf(ann)) === third);
    await ann.call("account.setPicture", {});
    await world.until(async () => (await pictureOf(tab)) === undefined);
    await world.until(async () => (await pictureOf(bob, toAnn)) === undefined);
    expect(await tab.call("account.status", {})).not.toHaveProperty("pictureId");
    await world.advance(600_000);
    for (const device of [ann, tab, bob]) expect((await device.call("account.status", {})).state).toBe("ready");
    expect(await pictureOf(bob, toAnn)).toBeUndefined();
  });

  test("a new one takes over what was chosen before it was linked, and changes none of it", async () => {
    world = await SimWorld.create({ seed: "choices-before", relays: 2 });
    const ann = await world.addPerson("ann");
    const bob = await world.addPerson("bob");
    const { host: toAnn } = await world.befriend(ann, bob);
    await ann.call("account.setProfile", { name: "Ann" });
    await ann.call("account.setReadReceipts", { isOn: false });
    await ann.call("account.setNewChatTimer", { afterMs: 3_600_000 });
    const chosen = { hasReadReceipts: false, newChatTimerMs: 3_600_000, profile: { name: "Ann" } };
    const tab = await newDevice(world, "tab");
    await link(world, ann, tab);
    await world.until(async () => (await tab.call("account.status", {})).profile?.name === "Ann");
    await world.advance(600_000);
    for (const device of [ann, tab]) expect(await device.call("account.status", {})).toMatchObject(chosen);
    expect((await findContact(bob, toAnn))?.claimedName).toBe("Ann");
  });

  test("keep for themselves what is chosen for one device, whatever the other changes", async () => {
    const { ann, tab } = await cast("own-choices");
    await tab.call("account.setAddressHidden", { isOn: true });
    await ann.call("account.setReadReceipts", { isOn: false });
    await world.until(async () => (await tab.call("account.status", {})).hasReadReceipts === false);
    expect(await tab.call("account.status", {})).toMatchObject({ isAddressHidden: true });
    expect(await ann.call("account.status", {})).not.toHaveProperty("isAddressHidden");
  });

  test("a message to a person who does not know the new device yet comes there by way of the old one", async () => {
    world = await SimWorld.create({ seed: "unaware", relays: 2 });
    const ann = await world.addPerson("ann");
    const bob = await world.addPerson("bob");
    const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
    bob.node.goDown();
    const tab = await newDevice(world, "tab");
    await link(world, ann, tab);
    await world.until(async () => (await findContact(tab, toBob)) !== undefined);
    await bob.call("message.send", { who: toAnn, text: "to whom I know" });
    tab.node.goDown();
    bob.node.comeUp();
    await world.until(async () => (await textsOf(ann, toBob)).includes("to whom I know"));
    tab.node.comeUp();
    await world.until(async () => (await textsOf(tab, toBob)).includes("to whom I know"));
    await world.advance(600_000);
    expect((await textsOf(tab, toBob)).filter((text) => text === "to whom I know")).toHaveLength(1);
    expect((await textsOf(ann, toBob)).filter((text) => text === "to whom I know")).toHaveLength(1);
  });
});

test("two devices that change the chain at the same time end with one chain that has both changes", async () => {
  const { ann, tab, bob, toAnn, toBob } = await cast("fork");
  const third = await newDevice(world, "third");
  await link(world, tab, third);
  await ann.call("account.claimHandle", { handle: "ann_old" });
  await world.advance(600_000);
  const lost = (await ann.call("device.list", {})).find(({ name }) => name === "third")?.device ?? "";
  ann.node.goDown();
  await tab.call("device.revoke", { device: lost });
  await tab.call("account.contestHandle", { account: toBob });
  await ann.call("account.claimHandle", { handle: "ann_handle" });
  await world.advance(60_000);
  ann.node.comeUp();
  const handleOf = async (of: SimPerson) => (await of.call("account.status", {})).handle?.written;
  for (const device of [ann, tab]) {
    await world.until(async () => (await device.call("device.list", {})).length === 2, 7_200_000);
    await world.until(async () => (await handleOf(device)) === "ann_handle");
  }
  await world.until(async () => (await third.call("account.status", {})).isRevoked === true, 7_200_000);
  await tab.call("message.send", { who: (await tab.call("contact.list", {}))[0]?.account ?? "", text: "hello" });
  await world.until(async () => (await findContact(bob, toAnn))?.devices === 2, 7_200_000);
  expect((await bob.call("contact.trust", { who: toAnn })).contest).toMatchObject({ account: toBob });
});

describe("a device that is taken out", () => {
  test("says so, gets nothing more and sends nothing; people see that it is gone", async () => {
    const { ann, tab, bob, toBob, toAnn } = await cast("revoke");
    const lost = (await ann.call("device.list", {})).find(({ isThis }) => !isThis)?.device ?? "";
    await expect(tab.call("device.revoke", { device: lost })).rejects.toMatchObject({ code: "DEVICE_SELF" });
    await expect(ann.call("device.revoke", { device: "0".repeat(64) })).rejects.toMatchObject({
      code: "DEVICE_UNKNOWN",
    });
    expect(await ann.call("device.revoke", { device: lost })).toHaveLength(1);
    await world.until(async () => (await tab.call("account.status", {})).isRevoked === true);
    await expect(tab.call("message.send", { who: toBob, text: "x" })).rejects.toMatchObject({ code: "DEVICE_REVOKED" });
    await world.until(async () => (await findContact(bob, toAnn))?.devices === 1);
    await ann.call("message.send", { who: toBob, text: "after" });
    await bob.call("message.send", { who: toAnn, text: "to one" });
    await world.until(async () => (await textsOf(ann, toBob)).includes("to one"));
    await world.advance(600_000);
    expect(await textsOf(tab, toBob)).not.toContain("after");
    expect(await textsOf(tab, toBob)).not.toContain("to one");
    expect((await listOf(bob, toAnn)).flatMap(({ device }) => device ?? [])).toEqual(["added", "removed"]);
    await expect(tab.call("device.revoke", { device: lost })).rejects.toMatchObject({ code: "DEVICE_UNKNOWN" });
  });

  test("leaves nothing behind with its siblings and with people: no session, nothing on its way, no queue on a relay", async () => {
    const { ann, tab, bob, toBob, toAnn } = await cast("revoke-trace");
    const lost = (await ann.call("device.list", {})).find(({ isThis }) => !isThis)?.device as DeviceId;
    tab.crash();
    await bob.call("message.send", { who: toAnn, text: "to both of you" });
    await world.until(async () => (await textsOf(ann, toBob)).includes("to both of you"));
    await ann.call("message.send", { who: toBob, text: "which the other device is told" });
    await world.advance(60_000);
    const others = [ann, bob];
    for (const { insides } of others) expect(insides.sender.outbox.count(lost)).toBeGreaterThan(0);
    const queues = (): number => world.relays.reduce((sum, relay) => sum + relay.metrics.queues, 0);
    const before = queues();
    await ann.call("device.revoke", { device: lost });
    await world.until(async () => (await findContact(bob, toAnn))?.devices === 1);
    for (const { insides } of others) {
      expect(insides.core.people.peer(lost)).toBeUndefined();
      expect(insides.sender.outbox.count(lost)).toBe(0);
    }
    await world.until(async () => queues() <= before - 2 * world.relays.length);
    for (const person of others) {
      const prefix = `outbox/${person.insides.core.people.peerKey(lost)}`;
      expect([...person.disk.snapshot().keys()].filter((key) => key.startsWith(prefix))).toEqual([]);
    }
    const sent = (await listOf(bob, toAnn)).find(({ text }) => text === "to both of you");
    expect(sent?.state).toBe("delivered");
  });

  test("and replaced by another while a person was away: what waited for it goes to the one that came", async () => {
    world = await SimWorld.create({ seed: "replaced", relays: 2 });
    const ann = await world.addPerson("ann");
    const bob = await world.addPerson("bob");
    const { host: toAnn } = await world.befriend(ann, bob);
    const { account: toBob = "" } = await bob.call("account.status", {});
    await world.advance(60_000);
    bob.node.goDown();
    const { id } = await bob.call("message.send", { who: toAnn, text: "for your old phone" });
    const phone = await newDevice(world, "phone");
    await link(world, ann, phone);
    await world.until(async () => (await findContact(phone, toBob))?.relation === "accepted");
    const old = (await phone.call("device.list", {})).find(({ isThis }) => !isThis)?.device ?? "";
    await phone.call("device.revoke", { device: old });
    await world.until(async () => (await ann.call("account.status", {})).isRevoked === true);
    bob.node.comeUp();
    await world.until(async () => (await textsOf(phone, toBob)).includes("for your old phone"), 86_400_000);
    await world.until(async () => (await messageOf(bob, toAnn, id))?.state === "delivered");
  });

  test("while it is off learns of it when it comes back", async () => {
    const { ann, tab } = await cast("revoke-off");
    tab.crash();
    const lost = (await ann.call("device.list", {})).find(({ isThis }) => !isThis)?.device ?? "";
    await ann.call("device.revoke", { device: lost });
    await world.advance(3_600_000);
    await tab.restart();
    await world.until(async () => (await tab.call("account.status", {})).isRevoked === true);
  });
});
