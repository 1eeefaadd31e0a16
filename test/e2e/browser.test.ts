/** A page as a full peer, in a real browser, with nodes on real sockets of this machine. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { parseRelayAddress } from "../../packages/client/src/methods/relay-methods.ts";
import { launchBrowser } from "../../packages/web/test/support/browser.ts";
import { eventually, makeFolder, nodeOptions, startPerson, startTestRelay } from "../integration/nodes.ts";
import { BrowserPeer } from "./support/browser-peer.ts";
import { meet, sendUntilDirect, textsFrom } from "./support/meet.ts";
import { type PageOrigin, servePeerPage } from "./support/page-origin.ts";

const found = inject("peerBrowser");
const { network: parameters } = nodeOptions("", []);

describe.skipIf(found === null)("a page", () => {
  let browser: Browser;
  let origin: PageOrigin;

  beforeAll(async () => {
    if (found === null) return;
    browser = await launchBrowser(found);
    origin = await servePeerPage(inject("peerFolder"));
  });

  afterAll(async () => {
    await browser?.close();
    await origin?.stop();
  });

  /** A browser profile with the page open in it. */
  async function visit(): Promise<BrowserPeer> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    return await BrowserPeer.visit(context, origin.url);
  }

  test("joins a node by invite and talks with it, over a reload in the middle", async () => {
    const node = await startPerson(await makeFolder());
    const { account: nodeAccount } = await node.client.call("account.create", {});
    const { text: invite } = await node.client.call("invite.create", {});
    const peer = await visit();
    await peer.open({ parameters });
    const { account } = await peer.call("account.create", {});
    await peer.call("invite.join", { invite });
    await eventually("the node knows the page", async () => {
      const contacts = await node.client.call("contact.list", {});
      return contacts.find((each) => each.account === account && each.relation === "accepted") ?? null;
    });

    const sent: string[] = [];
    for (let number = 1; number <= 20; number++) {
      sent.push(`from the page ${number}`);
      await peer.call("message.send", { who: nodeAccount, text: `from the page ${number}` });
      await node.client.call("message.send", { who: account, text: `from the node ${number}` });
      if (number === 10) {
        await peer.reload();
        await peer.open({ parameters });
        expect((await peer.call("account.status", {})).account).toBe(account);
      }
    }
    const textsAt = (messages: readonly { text: string; isOwn: boolean }[]) =>
      messages.filter(({ isOwn }) => !isOwn).map(({ text }) => text);
    await eventually("the node has everything", async () => {
      const texts = textsAt(await node.client.call("message.list", { who: account, limit: 500 }));
      return texts.length >= 20 ? texts : null;
    });
    await eventually("the page has everything", async () => {
      const messages = await peer.call("message.list", { who: nodeAccount, limit: 500 });
      const isAllDelivered = messages.filter(({ isOwn }) => isOwn).every(({ state }) => state === "delivered");
      return textsAt(messages).length >= 20 && isAllDelivered ? messages : null;
    });
    expect(textsAt(await node.client.call("message.list", { who: account, limit: 500 }))).toEqual(sent);
    const atPage = textsAt(await peer.call("message.list", { who: nodeAccount, limit: 500 }));
    expect(atPage).toEqual(sent.map((text) => text.replace("page", "node")));
    expect(peer.faults).toEqual([]);
  });

  /** A relay as pages name it: by its WebSocket address. */
  async function startRelay() {
    const { relay } = await startTestRelay();
    const address = (await relay.status()).listening.find((each) => each.includes("/ws/p2p/")) ?? "";
    return { relay, ref: parseRelayAddress(address) };
  }

  test("talks with another page directly, and goes on after the relay that introduced them has stopped", async () => {
    const { relay, ref } = await startRelay();
    const [one, two] = [await visit(), await visit()];
    await one.open({ parameters, relays: [ref] });
    await two.open({ parameters, relays: [ref] });
    const [accountOne, accountTwo] = await meet(one, two);
    const before = {
      one: await sendUntilDirect(one, accountTwo, "one"),
      two: await sendUntilDirect(two, accountOne, "two"),
    };
    await relay.stop();
    const after = Array.from({ length: 10 }, (_, at) => `without a relay ${at + 1}`);
    for (const text of after) {
      await one.call("message.send", { who: accountTwo, text });
      await two.call("message.send", { who: accountOne, text });
    }
    const count = (texts: readonly string[]) => texts.length + after.length;
    expect(await textsFrom(two, accountOne, count(before.one))).toEqual([...before.one, ...after]);
    expect(await textsFrom(one, accountTwo, count(before.two))).toEqual([...before.two, ...after]);
    expect([...one.faults, ...two.faults]).toEqual([]);
  });

  test("is reached directly by a node that nobody introduced before", async () => {
    const node = await startPerson(await makeFolder());
    const peer = await visit();
    await peer.open({ parameters });
    const [nodeAccount, account] = await meet(node.client, peer);
    const sent = await sendUntilDirect(node.client, account, "from the node");
    expect(await textsFrom(peer, nodeAccount, sent.length)).toEqual(sent);
  });
});
