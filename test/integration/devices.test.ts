import { expect, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { eventually, linkNode, makeFolder, meetByInvite, startPerson, startTestRelay, waitForTexts } from "./nodes.ts";

async function textsOf(node: PersonalNode, who: string, count: number): Promise<readonly string[]> {
  return eventually(`${count} messages`, async () => {
    const messages = await node.client.call("message.list", { who, limit: 500 });
    return messages.length >= count ? messages.map(({ text }) => text) : null;
  });
}

test("two nodes of one person, linked over a relay, show the same, each while the other is off", async () => {
  const { address } = await startTestRelay();
  const notServing = { isRelayOn: false };
  const folder = await makeFolder();
  const ada = await startPerson(folder, [address], notServing);
  const bob = await startPerson(await makeFolder(), [address], notServing);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  await ada.client.call("message.send", { who: bobAccount, text: "before" });

  const laptop = await startPerson(await makeFolder(), [], notServing);
  const [words, same] = await linkNode(ada, laptop, { name: "laptop", withHistory: true });
  expect(same).toEqual(words);

  await eventually("the contact is there", async () => {
    const contacts = await laptop.client.call("contact.list", {});
    return contacts.find(({ account }) => account === bobAccount) ?? null;
  });
  expect(await textsOf(laptop, bobAccount, 1)).toEqual(["before"]);
  await eventually("bob knows both", async () => {
    const contacts = await bob.client.call("contact.list", {});
    return contacts.find(({ account, devices }) => account === adaAccount && devices === 2) ?? null;
  });
  await ada.stop();
  await laptop.client.call("message.send", { who: bobAccount, text: "from the laptop" });
  await waitForTexts(bob, adaAccount, 2);
  await bob.client.call("message.send", { who: adaAccount, text: "to both" });
  await waitForTexts(laptop, bobAccount, 1);

  const back = await startPerson(folder, [address], notServing);
  await eventually("everything is on the first node too", async () => {
    const messages = await back.client.call("message.list", { who: bobAccount, limit: 500 });
    const texts = messages.map(({ text }) => text);
    return texts.includes("from the laptop") && texts.includes("to both") ? texts : null;
  });
  const names = (await back.client.call("device.list", {})).map(({ name }) => name);
  expect(names).toEqual(["desk", "laptop"]);
}, 60_000);
