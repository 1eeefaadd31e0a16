/** A call between a browser and a program on Node: the shipped `kith echo` answers, and sends back what it hears and sees. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost, startEcho } from "../support/app-host.ts";
import { framesOf, MADE_UP_DEVICES } from "../support/call-page.ts";
import { entered, expectNoFaults, newcomer, PATIENTLY, TEST_MS, talk } from "../support/call-people.ts";

const found = inject("peerBrowser");

/** More than a second of pictures. */
const MANY_FRAMES = 20;

describe.skipIf(found === null)("a call between a browser and Echo", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, MADE_UP_DEVICES);
  });
  afterAll(() => browser?.close());

  test(
    "brings back the picture and the sound that the page sends, until the page hangs up",
    async () => {
      const host = await NodeHost.start();
      const invite = await startEcho();
      const one = await newcomer(browser, host.peerPageUrl);
      await one.app.join(invite);
      await one.app.write("is there an echo?");
      await expect.poll(() => one.app.message("is there an echo?").count(), PATIENTLY).toBe(2);
      await one.app.press("call.video");
      // Each picture and each sound that comes was sent by this page, taken by the program and sent again.
      await expect.poll(() => framesOf(one.app), PATIENTLY).toBeGreaterThan(MANY_FRAMES);
      await talk(one.app);
      await one.app.text("call.direct");
      await one.app.press("call.hangUp");
      await entered(one.app, "callLine.answeredYours");
      expectNoFaults(one);
    },
    TEST_MS,
  );
});
