import { expect, test } from "vitest";
import { eventually, makeFolder, meetByInvite, startPerson, startTestRelay, waitForTexts } from "./nodes.ts";

const PIN = "24680";

test("a locked node serves as relay and DHT while its own mail waits for the PIN, and a wrong one opens nothing", async () => {
  const { address, relay } = await startTestRelay();
  const ada = await startPerson(await makeFolder(), [address]);
  const bobFolder = await makeFolder();
  const bob = await startPerson(bobFolder, [address]);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  await bob.client.call("account.setPin", { newPin: PIN });
  await bob.stop();

  const locked = await startPerson(bobFolder, [address]);
  expect(await locked.client.call("account.status", {})).toEqual({ state: "locked", hasPin: true });
  await expect(locked.client.call("contact.list", {})).rejects.toMatchObject({ code: "ACCOUNT_LOCKED" });
  const status = await locked.status();
  expect(status.listening.length).toBeGreaterThan(0);
  expect(status.relay).toMatchObject({ envelopesStored: 0 });
  await eventually("the locked node meets the DHT", async () => ((await locked.status()).dhtPeers > 0 ? true : null));

  const storedBefore = (await relay.status()).relay?.envelopesStored ?? 0;
  await ada.client.call("message.send", { who: bobAccount, text: "are you there?" });
  await eventually("the relay keeps the message", async () => {
    const { relay: totals } = await relay.status();
    return (totals?.envelopesStored ?? 0) > storedBefore ? true : null;
  });
  await expect(locked.client.call("account.unlock", { pin: "11111" })).rejects.toMatchObject({ code: "WRONG_PIN" });
  expect(await locked.client.call("account.status", {})).toEqual({ state: "locked", hasPin: true });
  await expect(locked.client.call("message.list", { who: adaAccount })).rejects.toMatchObject({
    code: "ACCOUNT_LOCKED",
  });

  expect(await locked.client.call("account.unlock", { pin: PIN })).toMatchObject({ state: "ready", hasPin: true });
  expect(await waitForTexts(locked, adaAccount, 1)).toEqual(["are you there?"]);
});
