/** The timer with which chats begin: said once, by whoever chose one, and the same on both sides in the end. */
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

const DAY_MS = 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

let world: SimWorld;

afterEach(() => world.stop());

async function people(seed: string): Promise<{ ann: SimPerson; bob: SimPerson }> {
  world = await SimWorld.create({ seed, relays: 1 });
  return { ann: await world.addPerson("ann"), bob: await world.addPerson("bob") };
}

const timerOf = async (of: SimPerson, who: string) => (await findContact(of, who))?.vanishAfterMs;
const linesOf = async (of: SimPerson, who: string) =>
  (await of.call("message.list", { who })).filter(({ timer }) => timer !== undefined).length;

test.each(["host", "guest"] as const)("of the %s alone holds for both sides", async (side) => {
  const { ann, bob } = await people(`new-chat-${side}`);
  const chosen = side === "host" ? ann : bob;
  expect(await chosen.call("account.setNewChatTimer", { afterMs: DAY_MS })).toMatchObject({ newChatTimerMs: DAY_MS });
  const { guest, host } = await world.befriend(ann, bob);
  await world.until(async () => (await timerOf(ann, guest)) === DAY_MS && (await timerOf(bob, host)) === DAY_MS);
  await world.advance(HOUR_MS);
  expect([await linesOf(ann, guest), await linesOf(bob, host)]).toEqual([1, 1]);
  expect((await ann.call("message.send", { who: guest, text: "hello" })).vanish).toMatchObject({ afterMs: DAY_MS });
});

test("of both sides ends as the same one", async () => {
  const { ann, bob } = await people("new-chat-both");
  await ann.call("account.setNewChatTimer", { afterMs: DAY_MS });
  await bob.call("account.setNewChatTimer", { afterMs: HOUR_MS });
  const { guest, host } = await world.befriend(ann, bob);
  await world.until(async () => (await linesOf(ann, guest)) > 0 && (await linesOf(bob, host)) > 0);
  await world.advance(HOUR_MS);
  expect(await timerOf(ann, guest)).toBeDefined();
  expect(await timerOf(ann, guest)).toBe(await timerOf(bob, host));
  expect(await linesOf(ann, guest)).toBe(await linesOf(bob, host));
});

test("says nothing in chats that began before, nor once it was ended", async () => {
  const { ann, bob } = await people("new-chat-old");
  const { guest } = await world.befriend(ann, bob);
  await ann.call("account.setNewChatTimer", { afterMs: DAY_MS });
  const eve = await world.addPerson("eve");
  await ann.call("account.setNewChatTimer", {});
  const { guest: toEve } = await world.befriend(ann, eve);
  await ann.call("contact.block", { who: guest });
  await ann.call("contact.unblock", { who: guest });
  await world.advance(HOUR_MS);
  expect([await linesOf(ann, guest), await linesOf(ann, toEve)]).toEqual([0, 0]);
  expect(await ann.call("account.status", {})).not.toHaveProperty("newChatTimerMs");
});

test.each([0, 29_999, 28 * DAY_MS + 1])("of %d ms is refused", async (afterMs) => {
  const { ann } = await people(`new-chat-${afterMs}`);
  await ann.call("account.setNewChatTimer", { afterMs: DAY_MS });
  const refused = ann.call("account.setNewChatTimer", { afterMs });
  await expect(refused).rejects.toMatchObject({ code: "TIMER_INVALID" });
  expect(await ann.call("account.status", {})).toMatchObject({ newChatTimerMs: DAY_MS });
});

test("outlives a crash at any moment around the acceptance, and is said once", async () => {
  for (let cutMs = 0; cutMs < 60; cutMs += 6) {
    const { ann, bob } = await people(`new-chat-crash-${cutMs}`);
    await ann.call("account.setNewChatTimer", { afterMs: DAY_MS });
    const { text } = await bob.call("invite.create", {});
    await ann.call("invite.join", { invite: text });
    const { account: toBob = "" } = await bob.call("account.status", {});
    const { account: toAnn = "" } = await ann.call("account.status", {});
    await world.until(async () => (await findContact(bob, toAnn))?.relation === "accepted");
    await world.advance(cutMs);
    ann.crash();
    await world.settle(ann.restart());
    await world.until(async () => (await timerOf(bob, toAnn)) === DAY_MS);
    await world.advance(HOUR_MS);
    expect([await timerOf(ann, toBob), await linesOf(ann, toBob), await linesOf(bob, toAnn)]).toEqual([DAY_MS, 1, 1]);
    await world.stop();
  }
});
