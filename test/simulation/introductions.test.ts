/** Three people: one introduces another to the third, who asks to be let in from it. What it is worth follows from who said it. */
import { afterEach, describe, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Ann knows bob and cas; cas has a handle and does not know bob. */
async function meet(seed: string, hasHandles = false) {
  world = await SimWorld.create({ seed: `introductions/${seed}`, relays: 2 });
  const named = (name: string) => world.addPerson(name, hasHandles ? { handle: `${name}_h` } : {});
  const ann = await named("ann");
  const bob = await named("bob");
  const cas = await world.addPerson("cas", { handle: "cas_h" });
  const toBob = (await world.befriend(ann, bob)).guest;
  const toCas = (await world.befriend(ann, cas)).guest;
  await world.until(async () => (await findContact(ann, toCas))?.handle === "cas_h");
  await world.until(async () => (await cas.call("account.status", {})).handle?.publication !== "waiting");
  const toAnn = (await ann.call("account.status", {})).account ?? "";
  return { ann, bob, cas, toAnn, toBob, toCas };
}

const stepsOf = async (person: SimPerson, who: string) =>
  (await person.call("contact.trust", { who })).steps.map(({ type }) => type);

const introductionsIn = async (person: SimPerson, who: string) =>
  (await person.call("message.list", { who })).flatMap(({ introduction }) => introduction ?? []);

async function letIn(host: SimPerson, guest: SimPerson, toGuest: string, toHost: string): Promise<void> {
  await world.until(async () => (await host.call("request.list", {})).length > 0);
  await host.call("request.accept", { who: toGuest });
  await world.until(async () => (await findContact(guest, toHost))?.relation === "accepted");
}

test("an introduction leads to a contact who is shown as introduced while the introducer is one who was compared", async () => {
  const { ann, bob, cas, toAnn, toBob, toCas } = await meet("whole");
  await bob.call("contact.verify", { who: toAnn, isVerified: true });
  await ann.call("contact.verify", { who: toCas, isVerified: true });
  const id = "ab".repeat(16);
  const sent = await ann.call("contact.introduce", { who: toCas, to: toBob, id });
  expect(sent).toMatchObject({ isOwn: true, text: "", introduction: { account: toCas, handle: "cas_h" } });
  expect((await ann.call("contact.introduce", { who: toCas, to: toBob, id })).sentAtMs).toBe(sent.sentAtMs);
  await world.until(async () => (await introductionsIn(bob, toAnn)).length > 0);
  expect(await introductionsIn(bob, toAnn)).toEqual([{ account: toCas, handle: "cas_h" }]);
  await bob.call("contact.add", { who: toCas });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "INTRODUCED");
  expect(await findContact(bob, toCas)).toMatchObject({ isByInvite: false, handle: "cas_h" });
  const last = (await bob.call("contact.trust", { who: toCas })).steps.at(-1);
  expect(last).toMatchObject({ type: "introduced", other: toAnn, state: "INTRODUCED" });
  const toBobOfCas = (await bob.call("account.status", {})).account ?? "";
  await letIn(cas, bob, toBobOfCas, toCas);
  expect((await findContact(bob, toCas))?.trust).toBe("INTRODUCED");

  await bob.call("contact.verify", { who: toAnn, isVerified: false });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "CLAIMED");
  expect((await stepsOf(bob, toCas)).at(-1)).toBe("introduction-gone");
  await bob.call("contact.verify", { who: toAnn, isVerified: true });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "INTRODUCED");
  await bob.call("contact.block", { who: toAnn });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "CLAIMED");
  await bob.call("contact.unblock", { who: toAnn });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "INTRODUCED");
  await bob.call("contact.delete", { who: toAnn });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "CLAIMED");
});

test("an introduction of somebody known adds to what is known of them, over restarts, and never covers what is stronger", async () => {
  const { ann, bob, cas, toAnn, toBob, toCas } = await meet("known");
  await bob.call("contact.add", { who: "@cas_h" });
  const toBobOfCas = (await bob.call("account.status", {})).account ?? "";
  await letIn(cas, bob, toBobOfCas, toCas);
  expect((await findContact(bob, toCas))?.trust).toBe("CLAIMED");
  await ann.call("contact.introduce", { who: toCas, to: toBob });
  await world.until(async () => (await introductionsIn(bob, toAnn)).length > 0);
  // What ann only saw claimed she does not pass on; and bob has not compared with her.
  expect(await introductionsIn(bob, toAnn)).toEqual([{ account: toCas }]);
  await world.advance(60_000);
  expect(await stepsOf(bob, toCas)).not.toContain("introduced");
  await world.settle(bob.stop());
  bob.disk.reopen();
  await world.settle(bob.restart());
  await bob.call("contact.verify", { who: toAnn, isVerified: true });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "INTRODUCED");
  await bob.call("contact.verify", { who: toCas, isVerified: true });
  await ann.call("contact.introduce", { who: toCas, to: toBob });
  await world.until(async () => (await introductionsIn(bob, toAnn)).length > 1);
  await bob.call("contact.block", { who: toAnn });
  await world.until(async () => (await stepsOf(bob, toCas)).includes("introduction-gone"));
  expect((await findContact(bob, toCas))?.trust).toBe("VERIFIED");
  expect((await stepsOf(bob, toCas)).filter((type) => type === "introduced")).toHaveLength(1);
});

test("an introduction does not outlive a change of the introducer, not even once the two have compared anew", async () => {
  const { ann, bob, toAnn, toBob, toCas } = await meet("changed", true);
  await world.until(async () => (await ann.call("account.status", {})).handle?.publication !== "waiting");
  await bob.call("contact.verify", { who: toAnn, isVerified: true });
  await ann.call("contact.introduce", { who: toCas, to: toBob });
  await world.until(async () => (await introductionsIn(bob, toAnn)).length > 0);
  await bob.call("contact.add", { who: toCas });
  await world.until(async () => (await findContact(bob, toCas))?.trust === "INTRODUCED");
  const words = ((await ann.call("account.words", {})).words ?? []).join(" ");
  ann.crash();
  const again = world.newPerson("ann-again");
  await world.settle(again.start());
  await again.call("account.recover", { words });
  await again.call("contact.add", { who: "@bob_h" });
  await world.until(async () => (await findContact(bob, toAnn))?.trust === "CHANGED");
  await world.until(async () => (await findContact(bob, toCas))?.trust === "CLAIMED");
  expect((await bob.call("contact.verify", { who: toAnn, isVerified: true })).trust).toBe("VERIFIED");
  await world.advance(60_000);
  expect((await findContact(bob, toCas))?.trust).toBe("CLAIMED");
});

describe("nobody introduces", () => {
  test("one person to themselves, whom nobody could find, or who has not let them in", async () => {
    const { ann, bob, toAnn, toBob, toCas } = await meet("refused");
    const introduce = (who: string, to: string) => ann.call("contact.introduce", { who, to });
    await expect(introduce(toCas, toCas)).rejects.toMatchObject({ code: "WHO_SELF" });
    await expect(introduce(toBob, toCas)).rejects.toMatchObject({ code: "HANDLE_NONE" });
    await expect(introduce("kith1nobody", toCas)).rejects.toMatchObject({ code: "ACCOUNT_INVALID" });
    await expect(introduce("@nobody", toCas)).rejects.toMatchObject({ code: "WHO_UNKNOWN" });
    await bob.call("contact.add", { who: toCas });
    const early = bob.call("contact.introduce", { who: toAnn, to: toCas });
    await expect(early).rejects.toMatchObject({ code: "NOT_ACCEPTED" });
    await ann.call("contact.block", { who: toCas });
    await expect(introduce(toCas, toBob)).rejects.toMatchObject({ code: "CONTACT_BLOCKED" });
    expect(await introductionsIn(ann, toBob)).toEqual([]);
  });
});
