import { expect, test } from "vitest";
import {
  eventually,
  makeFolder,
  meetByInvite,
  startPerson,
  startTestRelay,
  waitForState,
  waitForTexts,
} from "./nodes.ts";

test("two nodes that met by invite write to each other, and every message ends as read", async () => {
  const ada = await startPerson(await makeFolder());
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);

  const hello = await bob.client.call("message.send", { who: adaAccount, text: "hello" });
  expect(await waitForTexts(ada, bobAccount, 1)).toEqual(["hello"]);
  const answer = await ada.client.call("message.send", { who: bobAccount, text: "good morning" });
  expect(await waitForTexts(bob, adaAccount, 1)).toEqual(["good morning"]);

  expect((await waitForState(bob, hello, "delivered")).heldBy?.isDirect).toBe(true);
  await waitForState(ada, answer, "delivered");
  await ada.client.call("message.markRead", { who: bobAccount });
  await bob.client.call("message.markRead", { who: adaAccount });
  await waitForState(bob, hello, "read");
  await waitForState(ada, answer, "read");
});

test("messages to someone who is away wait on two relays and come in order, once, when they are back", async () => {
  const first = await startTestRelay();
  const second = await startTestRelay([first.address]);
  const relays = [first.address, second.address];
  const notServing = { isRelayOn: false };
  const ada = await startPerson(await makeFolder(), relays, notServing);
  const bobFolder = await makeFolder();
  const bob = await startPerson(bobFolder, relays, notServing);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  await bob.client.call("message.send", { who: adaAccount, text: "I am leaving" });
  await waitForTexts(ada, bobAccount, 1);
  await bob.stop();

  const texts = Array.from({ length: 30 }, (_, index) => `message ${index + 1}`);
  const sent = [];
  for (const text of texts) sent.push(await ada.client.call("message.send", { who: bobAccount, text }));
  for (const message of sent) {
    const { heldBy } = await waitForState(ada, message, "sent");
    expect(heldBy).toEqual({ relays: 2, isDirect: false });
  }

  const back = await startPerson(bobFolder, relays, notServing);
  expect(await waitForTexts(back, adaAccount, texts.length)).toEqual(texts);
  for (const message of sent) await waitForState(ada, message, "delivered");
  await back.client.call("message.markRead", { who: adaAccount });
  for (const message of sent) await waitForState(ada, message, "read");
  expect(await waitForTexts(back, adaAccount, texts.length)).toEqual(texts);
});

test("a handle claimed through one relay is found through another by a node that never met its owner", async () => {
  const first = await startTestRelay();
  const second = await startTestRelay([first.address]);
  const third = await startTestRelay([first.address, second.address]);
  const ada = await startPerson(await makeFolder(), [first.address]);
  const { account } = await ada.client.call("account.create", { handle: "@Ada_Lovelace" });
  await eventually("the handle is published", async () => {
    const { handle } = await ada.client.call("account.status", {});
    return handle?.publication === "published" ? handle : null;
  });

  const stranger = await startPerson(await makeFolder(), [third.address], { isRelayOn: false });
  await stranger.client.call("account.create", {});
  const found = await stranger.client.call("directory.lookup", { handle: "ada_lovelace" });
  expect(found.candidates).toMatchObject([{ account, handle: "Ada_Lovelace", isContact: false }]);
  const nobody = await stranger.client.call("directory.lookup", { handle: "nobody_at_all" });
  expect(nobody.candidates).toEqual([]);
  expect(nobody.asked).toBeGreaterThan(0);
});

test("a restart keeps account, contacts, messages, their states and the conversation itself", async () => {
  const adaFolder = await makeFolder();
  const ada = await startPerson(adaFolder);
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const sent = await ada.client.call("message.send", { who: bobAccount, text: "before" });
  await waitForState(ada, sent, "delivered");
  await bob.client.call("message.send", { who: adaAccount, text: "heard" });
  await waitForTexts(ada, bobAccount, 1);
  const before = await ada.client.call("message.list", { who: bobAccount });
  const identity = (await ada.status()).relayId;
  await ada.stop();

  const again = await startPerson(adaFolder);
  expect((await again.status()).relayId).toBe(identity);
  expect(await again.client.call("account.status", {})).toMatchObject({ state: "ready", account: adaAccount });
  expect(await again.client.call("message.list", { who: bobAccount })).toEqual(before);
  const later = await again.client.call("message.send", { who: bobAccount, text: "after" });
  expect(await waitForTexts(bob, adaAccount, 2)).toEqual(["before", "after"]);
  await waitForState(again, later, "delivered");
});
