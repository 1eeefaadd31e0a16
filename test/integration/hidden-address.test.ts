/** A hidden address, over real connections: what people are told, and what is dialled. */
import type { Message } from "@kith/client";
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

const way = ({ heldBy }: Message) => heldBy?.isDirect === true;

test("messages stop going to the device of who hides the address, and go there again when it is shown", async () => {
  const { address } = await startTestRelay();
  const [one, two] = [
    await startPerson(await makeFolder(), [address]),
    await startPerson(await makeFolder(), [address]),
  ];
  const [oneAccount, twoAccount] = await meetByInvite(one, two);
  const send = async (text: string): Promise<boolean> => {
    const sent = await two.client.call("message.send", { who: oneAccount, text });
    return way(await waitForState(two, sent, "delivered"));
  };
  const becomes = (isDirect: boolean) =>
    eventually(`messages go ${isDirect ? "directly" : "over relays"}`, async () =>
      (await send("are you there")) === isDirect ? true : null,
    );
  await becomes(true);
  await one.client.call("chat.set", { who: twoAccount, isAddressHidden: true });
  await becomes(false);
  // Whoever hides dials nobody either.
  const own = await one.client.call("message.send", { who: twoAccount, text: "from the dark" });
  expect(way(await waitForState(one, own, "delivered"))).toBe(false);
  await one.client.call("chat.set", { who: twoAccount, isAddressHidden: false });
  await becomes(true);
  await one.client.call("account.setAddressHidden", { isOn: true });
  expect((await one.client.call("account.status", {})).isAddressHidden).toBe(true);
  await becomes(false);
  expect((await waitForTexts(one, twoAccount, 4)).length).toBeGreaterThanOrEqual(4);
});
