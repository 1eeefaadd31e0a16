/** One account in several tabs, and what the app says when it cannot be opened. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { serveStatically } from "../support/static-host.ts";

const found = inject("peerBrowser");

/** A name that is no loopback name and leads to this machine, as a rebound name does. */
const FOREIGN = "rebound.example";

describe.skipIf(found === null)("a page for peers", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, [`--host-resolver-rules=MAP ${FOREIGN} 127.0.0.1`]);
  });
  afterAll(() => browser?.close());

  test("goes on in whichever tab is left, and no message is lost or sent twice", async () => {
    const host = await NodeHost.start();
    const { account: nodeAccount } = await host.call("account.create", {});
    const profile = await AppProfile.open(browser, { height: 1600 });
    const first = await profile.tab(host.peerPageUrl);
    await first.makeAccount();
    await first.stayReachable();
    await first.join((await host.call("invite.create", {})).text);
    const chat = `${host.peerPageUrl}#/chat/${nodeAccount}`;
    let left: AppPage = first;
    const sent: string[] = [];
    // The tab that holds the engine is closed, then one that does not, then again the holder.
    for (const isHolderClosed of [true, false, true]) {
      const other = await profile.tab(chat);
      await other.composer.waitFor({ timeout: 60_000 });
      for (let turn = 0; turn < 4; turn += 1) {
        for (const tab of [left, other]) {
          sent.push(`from a tab ${sent.length + 1}`);
          await tab.write(sent.at(-1) ?? "");
        }
      }
      await other.read(sent.at(-2) ?? "");
      await left.read(sent.at(-1) ?? "");
      const closed = isHolderClosed ? left : other;
      left = isHolderClosed ? other : left;
      await closed.page.close();
      sent.push(`from a tab ${sent.length + 1}`);
      await left.write(sent.at(-1) ?? "");
    }
    const [{ contact } = { contact: { account: "" } }] = await host.call("chat.list", {});
    const arrived = async () =>
      (await host.call("message.list", { who: contact.account, limit: 200 })).map(({ text }) => text).sort();
    await expect.poll(arrived, { timeout: 60_000, interval: 200 }).toEqual(sent.toSorted());
    await host.call("message.send", { who: contact.account, text: "all there" });
    await left.read("all there");
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });

  test("is served on when it is told twice which tab holds the account, and asks once", async () => {
    const host = await NodeHost.start();
    const { account: nodeAccount } = await host.call("account.create", {});
    const profile = await AppProfile.open(browser);
    const holder = await profile.tab(host.peerPageUrl);
    await holder.makeAccount();
    await holder.stayReachable();
    await holder.join((await host.call("invite.create", {})).text);
    const other = await profile.tab(`${host.peerPageUrl}#/chat/${nodeAccount}`);
    await other.composer.waitFor();
    await holder.page.evaluate(() => {
      const counts = globalThis as unknown as { hellos: number };
      counts.hellos = 0;
      const channel = new BroadcastChannel("kith.tabs");
      channel.onmessage = ({ data }) => {
        if (data.kind === "hello") counts.hellos += 1;
      };
      channel.postMessage({ kind: "leads", tab: "a tab", version: 1 });
    });
    const hellos = (): Promise<number> =>
      holder.page.evaluate(() => (globalThis as unknown as { hellos: number }).hellos);
    await expect.poll(hellos, { timeout: 60_000 }).toBeGreaterThan(0);
    for (const text of ["one", "two", "three"]) {
      await other.write(text);
      await holder.read(text);
    }
    expect(await hellos()).toBe(1);
    expect(profile.faults).toEqual([]);
  });

  test("says that the browser erased the account while it was open, and begins anew", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser);
    const app = await profile.tab(host.peerPageUrl);
    await app.makeAccount();
    await app.stayReachable();
    await app.heading("empty.title");
    const session = await profile.context.newCDPSession(app.page);
    const origin = new URL(host.peerPageUrl).origin;
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
    await app.heading("door.wiped.title");
    await app.page.reload();
    await app.heading("door.wiped.title");
    await app.press("door.wiped.anew");
    await app.heading("welcome.title");
    await app.makeAccount();
    await app.stayReachable();
    await app.heading("empty.title");
    expect(profile.violations).toEqual([]);
  });

  test("waits for a tab that holds the account and does not answer, and goes on once it is closed", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser);
    const holder = await profile.context.newPage();
    await holder.goto(`${host.peerPageUrl}licenses.md`);
    await holder.evaluate(
      () =>
        new Promise<void>((held) => {
          void navigator.locks.request("kith.engine", () => {
            held();
            return new Promise(() => undefined);
          });
        }),
    );
    const app = await profile.tab(host.peerPageUrl);
    await app.heading("door.busy.title");
    await holder.close();
    await app.heading("welcome.title");
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });

  test("starts from a static host, and at an address without TLS says why it cannot and names three ways in", async () => {
    const site = await serveStatically();
    onTestFinished(() => site.stop());
    const profile = await AppProfile.open(browser);
    const foreign = await profile.tab(`http://${FOREIGN}:${site.port}/`);
    await foreign.heading("door.insecure.title");
    expect(await foreign.page.getByRole("listitem").count()).toBeGreaterThanOrEqual(3);
    await foreign.page.getByText(`ssh -L 5481:127.0.0.1:5481 ${FOREIGN}`).waitFor();
    const own = await profile.tab(`http://127.0.0.1:${site.port}/`);
    await own.heading("welcome.title");
    expect(profile.violations).toEqual([]);
  });

  test("gives nothing to a name that was made to point here, neither page nor connection", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser);
    const { port } = new URL(host.pageUrl);
    const page = await profile.context.newPage();
    const answer = await page.goto(`http://${FOREIGN}:${port}/`);
    expect(answer?.status()).toBe(421);
    const token = new URL(host.pageUrl).hash.slice(3);
    const outcomes = await page.evaluate(
      async ([name, at, key]) => {
        const dial = (url: string): Promise<string> =>
          new Promise((resolve) => {
            const socket = new WebSocket(url, ["kith.rpc.1", `kith.token.${key}`]);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("refused");
          });
        return [await dial(`ws://${name}:${at}/rpc`), await dial(`ws://127.0.0.1:${at}/rpc`)];
      },
      [FOREIGN, port, token] as const,
    );
    expect(outcomes).toEqual(["refused", "refused"]);
  });

  test("reports a violation of its policy, so that the tests would see one", async () => {
    const site = await serveStatically();
    onTestFinished(() => site.stop());
    const profile = await AppProfile.open(browser);
    const app = await profile.tab(`http://127.0.0.1:${site.port}/`);
    await app.heading("welcome.title");
    const refused = await app.page.evaluate(() => {
      const tried: string[] = [];
      const attempts: Record<string, () => void> = {
        markup: () => {
          document.body.innerHTML = "<b>x</b>";
        },
        policy: () => {
          const { trustedTypes } = globalThis as unknown as { trustedTypes: { createPolicy(name: string): void } };
          trustedTypes.createPolicy("another");
        },
      };
      for (const [name, attempt] of Object.entries(attempts)) {
        try {
          attempt();
        } catch {
          tried.push(name);
        }
      }
      return tried;
    });
    expect(refused).toEqual(["markup", "policy"]);
    await expect.poll(() => profile.violations.length, { timeout: 60_000 }).toBe(2);
    expect(profile.violations.map((each) => each.split(" ")[0]).sort()).toEqual([
      "require-trusted-types-for",
      "trusted-types",
    ]);
  });
});
