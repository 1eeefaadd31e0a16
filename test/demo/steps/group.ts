/** A group of four, most of them strangers to each other; one is removed and reads nothing more. */
import type { GroupInfo, GroupMessageInfo } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import type { Person } from "../person.ts";
import type { Step } from "./step.ts";

const TIMEOUT_MS = 45_000;
const POLL_MS = 200;
const NAME = "Demo circle";

/** Founds it, joins it, talks, removes one. */
export const talkInAGroup: Step = {
  name: "group",
  title: "A group of four, who do not all know each other; one is removed",
  async run(world) {
    const { sender, recipient, stranger, friend, transcript, marker } = world;
    for (const guest of [stranger, friend]) await befriend(sender, guest);
    const four = [sender, recipient, stranger, friend];
    const { group } = await sender.run<GroupInfo>("group", "new", NAME, ...four.slice(1).map(({ account }) => account));
    for (const person of four.slice(1)) {
      await waitFor(`${person.name} is asked`, async () => {
        const groups = await person.client.call("group.list", {});
        return groups.some((each) => each.group === group && each.standing === "invited") || null;
      });
      await person.run("group", "join", group);
    }
    for (const person of four) await waitForMembers(person, group, 4);
    transcript.flow(sender.name, "all", `${NAME}: four members, each by their own consent`);

    const texts = four.map(({ name }) => `${name} says hello to all, ${marker}`);
    for (const [index, person] of four.entries()) await person.run("group", "send", group, texts[index] as string);
    for (const person of four) await waitForTexts(person, group, texts);
    transcript.flow("each", "all", "one message, read by three others, two of them strangers");

    await sender.run("group", "remove", group, friend.account);
    for (const person of [sender, recipient, stranger]) await waitForMembers(person, group, 3);
    await waitFor("the removed one is told", async () => {
      return (await friend.client.call("group.get", { group })).standing === "gone" || null;
    });
    const secrets = [sender, recipient, stranger].map(({ name }) => `${name} says this to three, ${marker}`);
    for (const [index, person] of [sender, recipient, stranger].entries()) {
      await person.run("group", "send", group, secrets[index] as string);
    }
    for (const person of [sender, recipient, stranger]) await waitForTexts(person, group, secrets);
    const seen = await textsOf(friend, group);
    check(!secrets.some((text) => seen.includes(text)), "the removed one reads nothing that was said afterwards");
    transcript.note(`${friend.name} was removed; the three others changed their keys and went on`);
  },
};

async function befriend(host: Person, guest: Person): Promise<void> {
  const { text } = await host.run<{ text: string }>("invite");
  await guest.run("join", text);
  await waitFor(`${guest.name} is let in`, async () => {
    const contacts = await host.client.call("contact.list", {});
    const isIn = contacts.some(({ account, relation }) => account === guest.account && relation === "accepted");
    return isIn && (await guest.relationTo(host)) === "accepted" ? true : null;
  });
}

function waitForMembers(person: Person, group: string, count: number): Promise<boolean> {
  return waitFor(`${person.name} sees ${count} members`, async () => {
    return (await person.client.call("group.get", { group })).members.length === count || null;
  });
}

async function waitForTexts(person: Person, group: string, texts: readonly string[]): Promise<void> {
  await waitFor(`${person.name} has read all`, async () => {
    const seen = await textsOf(person, group);
    return texts.every((text) => seen.includes(text)) || null;
  });
  const seen = await textsOf(person, group);
  for (const text of texts) checkEqual(seen.filter((each) => each === text).length, 1, "copies of a message");
}

async function textsOf(person: Person, group: string): Promise<readonly string[]> {
  const messages = await person.run<readonly GroupMessageInfo[]>("group", "read", group);
  return messages.map(({ text }) => text);
}

async function waitFor(what: string, look: () => Promise<true | null>): Promise<true> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    if ((await look()) !== null) return true;
    check(performance.now() < deadlineMs, what);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
