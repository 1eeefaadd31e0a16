/** The protocol's own checks in a real browser: vectors of every primitive, sessions, sender keys, decoders. */
import { SUITE_CHECKS } from "@kith/protocol/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { RECORDED_CHECKS, SESSION_CHECKS } from "../../packages/protocol/test/session-checks.ts";
import { STANDARD_CHECKS } from "../../packages/protocol/test/standards.ts";
import { WYCHEPROOF_CHECKS } from "../../packages/protocol/test/wycheproof.ts";
import { launchBrowser } from "../../packages/web/test/support/browser.ts";
import { type PageOrigin, servePeerPage } from "./support/page-origin.ts";

const found = inject("peerBrowser");

const OF_BACKENDS = ["web", "noble"].flatMap((backend) =>
  [...SUITE_CHECKS, ...WYCHEPROOF_CHECKS, ...STANDARD_CHECKS, ...SESSION_CHECKS].map(
    ({ name }) => `${backend}: ${name}`,
  ),
);
const NAMES = [...OF_BACKENDS, ...RECORDED_CHECKS.map(({ name }) => name), "every decoder refuses random bytes"];

describe.skipIf(found === null)("the protocol in a browser", () => {
  let browser: Browser;
  let origin: PageOrigin;
  let page: Page;

  beforeAll(async () => {
    if (found === null) return;
    browser = await launchBrowser(found);
    origin = await servePeerPage(inject("peerFolder"));
    page = await browser.newPage();
    await page.goto(`${origin.url}protocol`);
    await page.waitForFunction(() => "runProtocolCheck" in window);
  });

  afterAll(async () => {
    await browser?.close();
    await origin?.stop();
  });

  test("has its curves and bulk ciphers from the browser", async () => {
    const { primitives } = await page.evaluate(() => window.describeCrypto());
    expect(primitives).toMatchObject({
      X25519: "native",
      Ed25519: "native",
      XEdDSA: "native",
      "AES-CBC": "native",
      "AES-GCM": "native",
    });
  });

  test.each(NAMES)("%s", async (name) => {
    expect(await page.evaluate((given) => window.runProtocolCheck(given), name)).toBeNull();
  });

  test("keeps a conversation going in turns", async () => {
    expect(await page.evaluate(() => window.measurePingPong(100, 256))).toBeGreaterThan(0);
  });
});
