/** People get accounts and handles, and someone who never met them finds them. */
import type { AccountStatus, LookupResult } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import type { Person } from "../person.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

/** Work on a claim, the boxes at three relays and the walk through the DHT. */
const PUBLISH_TIMEOUT_MS = 45_000;
const POLL_MS = 250;

/** Claims two handles and looks them up from a third node. */
export const claimAndFind: Step = {
  name: "directory",
  title: "Handles are claimed, and found through the DHT by a process that never met the others",
  async run(world) {
    for (const person of world.people) {
      const readyMs = await person.start();
      world.transcript.note(`${person.name} is ready after ${readyMs} ms, nobody lives there yet`);
    }
    for (const person of [world.stranger, world.friend]) {
      person.settle((await person.client.call("account.create", {})).account);
    }
    for (const person of world.named) await claim(world, person);
    for (const person of world.named) await find(world, person);
    const nobody = await world.stranger.client.call("directory.lookup", { handle: "@nobody_demo_99" });
    checkEqual(nobody.candidates.length, 0, "people behind a handle that nobody claimed");
    check(nobody.asked > 0, "directory nodes answered that nobody claims @nobody_demo_99");
  },
};

async function claim({ transcript }: World, person: Person): Promise<void> {
  const { account = "" } = await person.run<AccountStatus>("handle", `@${person.handle}`);
  person.settle(account);
  const deadlineMs = performance.now() + PUBLISH_TIMEOUT_MS;
  let publication = await publicationOf(person);
  while (publication !== "published" && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    publication = await publicationOf(person);
  }
  checkEqual(publication, "published", `the publication of @${person.handle}`);
  transcript.flow(person.name, "DHT", `@${person.handle} belongs to ${account.slice(0, 14)}… (published)`);
}

async function publicationOf(person: Person): Promise<string> {
  const { handle } = await person.client.call("account.status", {});
  return handle?.publication ?? "none";
}

async function find({ transcript, stranger }: World, person: Person): Promise<void> {
  const found = await stranger.run<LookupResult>("lookup", `@${person.handle}`);
  checkEqual(found.candidates.length, 1, `people who claim @${person.handle}`);
  checkEqual(found.candidates[0]?.account, person.account, `the account behind @${person.handle}`);
  checkEqual(found.candidates[0]?.isContact, false, "the stranger knows the person");
  check(found.asked >= 3, "at least three directory nodes answered");
  transcript.flow(
    "DHT",
    stranger.name,
    `@${person.handle} is ${person.account.slice(0, 14)}… (${found.asked} answers)`,
  );
}
