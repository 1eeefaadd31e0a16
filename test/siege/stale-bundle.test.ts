/** Relays that serve the prekeys of long ago, which whoever stole them since could read under. */
import type { RelayResponse } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import type { SimRelay } from "../support/sim-relay.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

const DAY_MS = 24 * 3600 * 1000;

let world: SimWorld;

afterEach(() => world.stop());

/** Makes a relay answer with what a box held when it was first asked. @returns counts the stale answers. */
function serveStale(relay: SimRelay): () => number {
  let first: Extract<RelayResponse, { type: "box" }> | null = null;
  let stale = 0;
  relay.tamper = {
    answer(request, honest) {
      if (request.type !== "boxGet" || honest.type !== "box") return honest;
      if (first === null) {
        first = honest;
        return honest;
      }
      stale += 1;
      return { ...honest, head: first.head };
    },
  };
  return () => stale;
}

/** Ann's prekeys were seen by relays more than their life ago. */
async function annIsOld(seed: string, hostile: number) {
  world = await SimWorld.create({ seed, relays: 2 });
  const counts = world.relays.slice(0, hostile).map(serveStale);
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  // Bob asks each of her boxes once: hostile relays keep what they told him.
  const { text } = await ann.call("invite.create", {});
  await bob.call("invite.join", { invite: text });
  await world.advance(60_000);
  await bob.stop();
  await world.advance(31 * DAY_MS);
  const cem = await world.addPerson("cem");
  const invite = await ann.call("invite.create", {});
  return { ann, cem, invite: invite.text, staleAnswers: () => counts.reduce((sum, count) => sum + count(), 0) };
}

test("expired prekeys from one relay are refused, and those of another relay are used", async () => {
  const { ann, cem, invite, staleAnswers } = await annIsOld("one-stale", 1);
  const names = { ann: (await ann.call("account.status", {})).account ?? "" };
  await cem.call("invite.join", { invite });
  await world.until(async () => (await findContact(cem, names.ann))?.relation === "accepted");
  expect(staleAnswers()).toBeGreaterThan(0);
  const sent = await cem.call("message.send", { who: names.ann, text: "under fresh keys" });
  await world.until(async () => {
    const [last] = (await cem.call("message.list", { who: names.ann, limit: 10 })).filter(({ id }) => id === sent.id);
    return last?.state === "delivered";
  });
});

test("expired prekeys from every relay make nobody a contact, and the person is told why", async () => {
  const { ann, cem, invite, staleAnswers } = await annIsOld("all-stale", 2);
  const account = (await ann.call("account.status", {})).account ?? "";
  await expect(cem.call("invite.join", { invite })).rejects.toMatchObject({ code: "INVITE_UNREACHABLE" });
  expect(staleAnswers()).toBeGreaterThan(0);
  expect(await findContact(cem, account)).toBeUndefined();
  expect(await findContact(ann, (await cem.call("account.status", {})).account ?? "")).toBeUndefined();
});
