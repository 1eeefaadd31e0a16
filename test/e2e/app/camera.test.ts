/** Two people who sit together: one shows a code, the other's camera looks at it. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { safetyNumberCode } from "../../../packages/web/src/state/scanned-code.ts";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { type FakeCamera, filmCode } from "../../../packages/web/test/support/fake-camera.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("a camera", () => {
  let browser: Browser;
  let camera: FakeCamera;
  beforeAll(async () => {
    if (found === null) return;
    camera = await filmCode("nothing yet");
    browser = await launchBrowser(found, ["--use-fake-ui-for-media-stream", ...camera.args]);
  });
  afterAll(async () => {
    await browser?.close();
    await camera?.remove();
  });

  test("reads an invite, then tells a wrong safety number from the right one", async () => {
    const host = await NodeHost.start();
    const { account: nodeAccount } = await host.call("account.create", {});
    await camera.show((await host.call("invite.create", {})).text);
    const profile = await AppProfile.open(browser);
    const app = await profile.tab(host.peerPageUrl);
    await app.makeAccount();
    await app.stayReachable();
    await app.goTo("new/invite");
    await app.press("new.scan");
    await app.composer.waitFor({ timeout: 60_000 });
    await app.write("seen you");
    await app.sees("seen you", "state.delivered");
    const [{ contact } = { contact: { account: "" } }] = await host.call("chat.list", {});
    const { safetyNumber } = await host.call("contact.get", { who: contact.account });
    await app.goTo(`person/${nodeAccount}`);
    await camera.show(safetyNumberCode(safetyNumber.replace(/\d/g, "7")));
    await app.press("person.scan");
    await app.text("person.differs");
    await app.text("person.notCompared");
    await camera.show(safetyNumberCode(safetyNumber));
    await app.press("person.scan");
    await app.text("person.marked");
    await app.exactly("button", "person.unmark").waitFor();
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
