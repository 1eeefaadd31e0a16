/** Linking a device: the words, and everything that must end without one. */
import { afterEach, describe, expect, test } from "vitest";
import { link, linkOf, meet, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function annAndTab(seed: string): Promise<{ readonly ann: SimPerson; readonly tab: SimPerson }> {
  world = await SimWorld.create({ seed, relays: 2 });
  return { ann: await world.addPerson("ann"), tab: await newDevice(world, "tab") };
}

const isFailed = (of: SimPerson, reason: string) => async () => {
  const status = await linkOf(of);
  return status?.stage === "failed" && status.reason === reason;
};

/** Nothing of a link is left. */
async function expectNothing(ann: SimPerson, tab: SimPerson): Promise<void> {
  expect(await ann.call("device.list", {})).toHaveLength(1);
  expect((await tab.call("account.status", {})).state).toBe("none");
}

test("shows the same six words on both sides, and whose device it is to be", async () => {
  const { ann, tab } = await annAndTab("words");
  await meet(world, ann, tab, "My tab");
  const [old, fresh] = [await linkOf(ann), await linkOf(tab)];
  expect(old?.words).toHaveLength(6);
  expect(fresh?.words).toEqual(old?.words);
  expect(old?.device).toEqual({ name: "My tab", kind: "browser" });
  expect(fresh?.account).toBe((await ann.call("account.status", {})).account);
  expect(await ann.call("device.list", {})).toHaveLength(1);
});

test("copies the messages of before when that is chosen, also over a restart of the old device", async () => {
  world = await SimWorld.create({ seed: "history", relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest: toBob } = await world.befriend(ann, bob);
  const texts = Array.from({ length: 130 }, (_, index) => `line ${index}`);
  for (const text of texts) await ann.call("message.send", { who: toBob, text });
  const tab = await newDevice(world, "tab");
  await link(world, ann, tab, { withHistory: true });
  ann.crash();
  await ann.restart();
  const kept = async (): Promise<readonly string[]> =>
    (await tab.call("message.list", { who: toBob, limit: 500 })).map(({ text }) => text);
  await world.until(
    async () => (await findContact(tab, toBob)) !== undefined && (await kept()).length === texts.length,
  );
  expect(await kept()).toEqual(texts);
  await world.until(async () => (await ann.call("device.list", {})).every(({ copied }) => copied === undefined));
});

test("brings no message of before without that choice", async () => {
  world = await SimWorld.create({ seed: "no-history", relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest: toBob } = await world.befriend(ann, bob);
  await ann.call("message.send", { who: toBob, text: "before" });
  const tab = await newDevice(world, "tab");
  await link(world, ann, tab);
  await world.until(async () => (await findContact(tab, toBob)) !== undefined);
  await world.advance(600_000);
  expect(await tab.call("message.list", { who: toBob })).toEqual([]);
});

describe("ends without a new device when", () => {
  test("the person says on either side that the words differ", async () => {
    const { ann, tab } = await annAndTab("mismatch");
    await meet(world, ann, tab);
    await tab.call("link.confirm", { isSame: true });
    await ann.call("link.confirm", { isSame: false });
    await world.until(isFailed(tab, "mismatch"));
    await expectNothing(ann, tab);
    const other = await newDevice(world, "other");
    await meet(world, ann, other);
    await other.call("link.confirm", { isSame: false });
    await world.until(isFailed(ann, "mismatch"));
    await expectNothing(ann, other);
  });

  test("only one side has confirmed before the time is over", async () => {
    const { ann, tab } = await annAndTab("half");
    await meet(world, ann, tab);
    await ann.call("link.confirm", { isSame: true });
    await world.advance(11 * 60_000);
    await world.until(async () => (await linkOf(ann))?.stage === "failed" && (await linkOf(tab))?.stage === "failed");
    await expectNothing(ann, tab);
  });

  test("the old device gives up", async () => {
    const { ann, tab } = await annAndTab("cancel");
    await meet(world, ann, tab);
    await ann.call("link.cancel", {});
    await world.until(isFailed(tab, "cancelled"));
    await expectNothing(ann, tab);
  });

  test("the new device goes away after both have confirmed: the old one takes it back", async () => {
    const { ann, tab } = await annAndTab("gone");
    await meet(world, ann, tab);
    await tab.call("link.confirm", { isSame: true });
    await world.advance(5_000);
    tab.crash();
    await ann.call("link.confirm", { isSame: true });
    await world.advance(11 * 60_000);
    await world.until(isFailed(ann, "expired"));
    expect(await ann.call("device.list", {})).toHaveLength(1);
    await tab.restart();
    expect((await tab.call("account.status", {})).state).toBe("none");
  });
});

describe("a code", () => {
  test("is refused when it is none, is too old, or where somebody lives", async () => {
    const { ann, tab } = await annAndTab("codes");
    const join = (of: SimPerson, code: string) => of.call("link.join", { code, name: "x", kind: "node" });
    await expect(join(tab, "kith:l/AAAA")).rejects.toMatchObject({ code: "LINK_MALFORMED" });
    const { code = "" } = await ann.call("link.begin", {});
    await expect(join(ann, code)).rejects.toMatchObject({ code: "ACCOUNT_EXISTS" });
    await world.advance(10 * 60_000 + 1000);
    await expect(join(tab, code)).rejects.toMatchObject({ code: "LINK_EXPIRED" });
  });

  test("serves one device: the second that uses it never gets words", async () => {
    const { ann, tab } = await annAndTab("second");
    const { code = "" } = await ann.call("link.begin", {});
    await tab.call("link.join", { code, name: "tab", kind: "browser" });
    await world.until(async () => (await linkOf(tab))?.stage === "compare");
    const thief = await newDevice(world, "thief");
    await thief.call("link.join", { code, name: "tab", kind: "browser" });
    await world.advance(60_000);
    expect((await linkOf(thief))?.words).toBeUndefined();
    expect((await linkOf(ann))?.words).toEqual((await linkOf(tab))?.words);
    await world.advance(10 * 60_000);
    await world.until(async () => (await linkOf(thief))?.stage === "failed");
    expect((await thief.call("account.status", {})).state).toBe("none");
  });

  test("that was used links nobody again", async () => {
    const { ann, tab } = await annAndTab("replay");
    const { code = "" } = await ann.call("link.begin", {});
    await tab.call("link.join", { code, name: "tab", kind: "browser" });
    await world.until(async () => (await linkOf(ann))?.stage === "compare" && (await linkOf(tab))?.stage === "compare");
    await tab.call("link.confirm", { isSame: true });
    await ann.call("link.confirm", { isSame: true });
    await world.until(async () => (await linkOf(tab))?.stage === "done");
    const later = await newDevice(world, "later");
    await later.call("link.join", { code, name: "x", kind: "browser" });
    await world.advance(11 * 60_000);
    await world.until(async () => (await linkOf(later))?.stage === "failed");
    expect(await ann.call("device.list", {})).toHaveLength(2);
  });

  test("is of no use when no relay in it answers", async () => {
    const { ann, tab } = await annAndTab("unreachable");
    const { code = "" } = await ann.call("link.begin", {});
    for (const relay of world.relays) relay.node.goDown();
    await tab.call("link.join", { code, name: "tab", kind: "browser" });
    await world.until(isFailed(tab, "unreachable"));
  });
});

test("who leaves the screen at the moment the account opens loses nothing of it", async () => {
  const { ann, tab } = await annAndTab("opening");
  await meet(world, ann, tab);
  await tab.call("link.confirm", { isSame: true });
  await ann.call("link.confirm", { isSame: true });
  let isOpen = false;
  const leave = async (): Promise<void> => {
    while (!isOpen) {
      isOpen = (await tab.call("account.status", {})).state === "ready";
      await new Promise((resolve) => setImmediate(resolve));
    }
    await tab.call("link.cancel", {});
  };
  await Promise.all([leave(), world.until(async () => isOpen)]);
  await world.until(async () => (await linkOf(tab))?.stage === "done");
  tab.crash();
  await tab.restart();
  expect((await tab.call("account.status", {})).state).toBe("ready");
});

test("a third device learns of the others and they of it, with either of the two as the old one", async () => {
  const { ann, tab } = await annAndTab("third");
  await link(world, ann, tab);
  const node = await newDevice(world, "node");
  await link(world, tab, node);
  for (const device of [ann, tab, node]) {
    await world.until(async () => (await device.call("device.list", {})).length === 3);
    await world.until(async () => (await device.call("device.list", {})).every(({ name }) => name !== ""));
  }
});
