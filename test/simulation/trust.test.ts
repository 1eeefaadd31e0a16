/** A contact whose chain was replaced: nothing is sent until the person decides. */
import { afterEach, describe, expect, test } from "vitest";
import { cryptoSuite } from "../../packages/client/src/index.ts";
import { People } from "../../packages/client/src/people/people.ts";
import type { FetchPost } from "../../packages/client/src/trust/index.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Leaves in the person's stopped store what a fetch of another branch of the contact's chain leaves there. */
async function noteReplacedChain(person: SimPerson): Promise<void> {
  const { store, state } = await person.openParts();
  const people = new People(store, cryptoSuite, state);
  await people.load();
  const changes = people
    .contacts()
    .map((row) => people.setContact({ ...row, trust: [...row.trust, { type: "chain-replaced", atMs: 1 }] }));
  await store.commit(changes);
}

test("a contact whose chain was replaced gets nothing before the two people compared again", async () => {
  world = await SimWorld.create({ seed: "trust", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  await ann.stop();
  ann.disk.reopen();
  await world.settle(noteReplacedChain(ann));
  await world.settle(ann.restart());
  expect((await findContact(ann, guest))?.trust).toBe("CHANGED");
  await expect(ann.call("message.send", { who: guest, text: "x" })).rejects.toMatchObject({ code: "TRUST_CHANGED" });
  expect(await ann.call("message.list", { who: guest })).toEqual([]);
  expect((await ann.call("contact.verify", { who: guest, isVerified: true })).trust).toBe("VERIFIED");
  await ann.call("message.send", { who: guest, text: "y" });
  await world.until(async () => (await ann.call("message.list", { who: guest }))[0]?.state === "delivered");
});

test("whoever takes another handle, or gives it up, stays the same person and is shown with the one of before", async () => {
  world = await SimWorld.create({ seed: "rename", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob");
  const { host } = await world.befriend(ann, bob);
  await world.until(async () => (await findContact(bob, host))?.handle === "ann_h");
  await ann.call("account.claimHandle", { handle: "ann_new" });
  await ann.call("message.send", { who: (await ann.call("contact.list", {}))[0]?.account ?? "", text: "renamed" });
  await world.until(async () => (await findContact(bob, host))?.handle === "ann_new");
  expect(await findContact(bob, host)).toMatchObject({ formerHandle: "ann_h" });
  expect((await ann.call("account.releaseHandle", {})).handle).toBeUndefined();
  await expect(ann.call("account.releaseHandle", {})).rejects.toMatchObject({ code: "HANDLE_NONE" });
  await world.advance(120_000);
  await ann.call("message.send", { who: (await ann.call("contact.list", {}))[0]?.account ?? "", text: "released" });
  await world.until(async () => (await findContact(bob, host))?.handle === undefined);
  expect(await findContact(bob, host)).toMatchObject({ formerHandle: "ann_new", trust: "INTRODUCED" });
});

test("who contests another's claim of their handle is shown to do so, and nothing else changes", async () => {
  world = await SimWorld.create({ seed: "contest", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob");
  const eve = await world.addPerson("eve", { handle: "ann_h" });
  const { host, guest } = await world.befriend(ann, bob);
  const rival = (await eve.call("account.status", {})).account ?? "";
  await expect(ann.call("account.contestHandle", { account: "kith1nobody" })).rejects.toMatchObject({
    code: "ACCOUNT_INVALID",
  });
  await expect(ann.call("account.contestHandle", { account: host })).rejects.toMatchObject({ code: "WHO_SELF" });
  await expect(bob.call("account.contestHandle", { account: rival })).rejects.toMatchObject({ code: "HANDLE_NONE" });
  expect((await bob.call("contact.trust", { who: host })).contest).toBeUndefined();
  const { trust } = (await bob.call("contact.trust", { who: host })).contact;
  expect((await ann.call("account.contestHandle", { account: rival })).handle).toMatchObject({
    written: "ann_h",
    contested: rival,
  });
  await ann.call("message.send", { who: guest, text: "not me" });
  await world.until(async () => (await bob.call("contact.trust", { who: host })).contest !== undefined);
  const history = await bob.call("contact.trust", { who: host });
  expect(history.contest).toMatchObject({ handle: "ann_h", account: rival });
  expect(history.contact.trust).toBe(trust);
});

test("what an account says at one moment in two ways comes one after the other: never two histories", async () => {
  world = await SimWorld.create({ seed: "appends", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob");
  const [eve, mal] = [await world.addPerson("eve"), await world.addPerson("mal")];
  const { host, guest } = await world.befriend(ann, bob);
  const rivals = await Promise.all([eve, mal].map(async (each) => (await each.call("account.status", {})).account));
  const contests = rivals.map((account = "") => ann.call("account.contestHandle", { account }));
  await Promise.all([...contests, ann.call("account.claimHandle", { handle: "ann_new" })]);
  await ann.call("message.send", { who: guest, text: "all of it" });
  await world.until(async () => (await findContact(bob, host))?.handle === "ann_new");
  const { contest, isSendingBlocked } = await bob.call("contact.trust", { who: host });
  expect(contest).toMatchObject({ account: rivals[1] });
  expect(isSendingBlocked).toBe(false);
});

describe("a post on X", () => {
  const POST = "1234567890123456789";

  /** Ann has named a post, and Bob's node gets this answer when it asks about one. */
  async function meet(seed: string, answer: () => Awaited<ReturnType<FetchPost>>) {
    world = await SimWorld.create({ seed, relays: 2 });
    const ann = await world.addPerson("ann", { handle: "ann_h" });
    const bob = await world.addPerson("bob", { fetchPost: async () => answer() });
    const { host } = await world.befriend(ann, bob);
    const { statement } = await ann.call("account.proof", {});
    await ann.call("account.setProof", { post: `https://x.com/ann_h/status/${POST}` });
    await world.until(async () => (await bob.call("contact.post", { who: host })).post === POST);
    return { ann, bob, host, statement };
  }

  const answerOf = (statement: string, author = "ann_h") => ({
    type: "answer" as const,
    body: JSON.stringify({
      url: `https://twitter.com/${author}/status/${POST}`,
      author_url: `https://twitter.com/${author}`,
      html: `<blockquote><p lang="en">${statement}</p></blockquote>`,
    }),
  });

  test("that holds the statement is evidence until it is gone; no other answer is any", async () => {
    let answer: Awaited<ReturnType<FetchPost>> = { type: "unreachable" };
    const { bob, host, statement } = await meet("post", () => answer);
    const check = async () => (await bob.call("contact.checkPost", { who: host })).state;
    const last = async () => (await bob.call("contact.trust", { who: host })).steps.at(-1)?.type;
    expect(await check()).toBe("unreachable");
    answer = answerOf(statement, "mallory");
    expect(await check()).toBe("other-author");
    answer = answerOf(`not ${statement}`);
    expect(await check()).toBe("no-statement");
    expect(await last()).not.toMatch(/^proof/);
    answer = answerOf(statement);
    expect(await check()).toBe("seen");
    expect(await last()).toBe("proof-seen");
    answer = { type: "unreachable" };
    expect(await check()).toBe("unreachable");
    expect(await last()).toBe("proof-seen");
    answer = { type: "gone" };
    expect(await check()).toBe("gone");
    expect(await last()).toBe("proof-gone");
  });

  test("that proves another account of a contact's handle stops sending to the contact until it is decided", async () => {
    let answer: Awaited<ReturnType<FetchPost>> = { type: "unreachable" };
    const { bob, host } = await meet("post-hijack", () => answer);
    const eve = await world.addPerson("eve", { handle: "ann_h" });
    const { host: hijacker } = await world.befriend(eve, bob);
    const { statement } = await eve.call("account.proof", {});
    await eve.call("account.setProof", { post: `https://x.com/ann_h/status/${POST}` });
    await world.until(async () => (await bob.call("contact.post", { who: hijacker })).post === POST);
    answer = answerOf(statement);
    expect((await bob.call("contact.checkPost", { who: hijacker })).state).toBe("seen");
    expect(await findContact(bob, host)).toMatchObject({ trust: "CHANGED" });
    const { steps } = await bob.call("contact.trust", { who: host });
    expect(steps.at(-1)).toMatchObject({ type: "handle-moved", other: hijacker });
    await expect(bob.call("message.send", { who: host, text: "x" })).rejects.toMatchObject({ code: "TRUST_CHANGED" });
    expect((await findContact(bob, hijacker))?.trust).not.toBe("CHANGED");
    await bob.call("contact.acceptChange", { who: host });
    expect((await findContact(bob, host))?.trust).not.toBe("CHANGED");
  });

  test("can be compared by its pasted text, and is forgotten when none is named any more", async () => {
    const { ann, bob, host, statement } = await meet("post-paste", () => ({ type: "unreachable" }));
    const paste = async (text: string) => (await bob.call("contact.checkPost", { who: host, text })).state;
    expect(await paste("hello")).toBe("no-statement");
    expect(await paste(statement.toUpperCase())).toBe("seen");
    await expect(ann.call("account.setProof", { post: "https://example.com/1" })).rejects.toMatchObject({
      code: "POST_INVALID",
    });
    await ann.call("account.setProof", {});
    expect(await ann.call("account.proof", {})).toEqual({ statement });
  });
});

describe("witnesses", () => {
  test("two relays that had seen the same make a witnessed claim; asked again nothing is noted twice", async () => {
    world = await SimWorld.create({ seed: "witnesses", relays: 3 });
    const ann = await world.addPerson("ann", { handle: "ann_h" });
    const bob = await world.addPerson("bob");
    await world.until(async () => (await bob.call("directory.lookup", { handle: "ann_h" })).candidates.length === 1);
    await bob.call("contact.add", { who: "@ann_h" });
    const host = (await ann.call("account.status", {})).account ?? "";
    const first = await world.settle(bob.call("contact.askWitnesses", { who: host }));
    expect(first.asked).toBeGreaterThanOrEqual(2);
    const again = await world.settle(bob.call("contact.askWitnesses", { who: host }));
    expect(again).toMatchObject({ agreed: 3, asked: 3, contact: { trust: "WITNESSED" } });
    expect(again.steps.at(-1)).toMatchObject({ type: "witnessed", witnesses: { agreed: 3, asked: 3 } });
    await world.settle(bob.call("contact.askWitnesses", { who: host }));
    const { steps } = await bob.call("contact.trust", { who: host });
    expect(steps.filter(({ type }) => type === "witnessed").length).toBeLessThanOrEqual(2);
  });
});
