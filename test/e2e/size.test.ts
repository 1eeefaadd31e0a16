/** What a page downloads for a peer of its own stays as small as its budget says. Bytes after gzip. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundlePage } from "./support/bundle-page.ts";

test.each([
  ["the whole embeddable client", "embedded-part", 205_000],
  ["cryptography and store", "crypto-and-store-part", 70_000],
  ["the network", "network-part", 300_000],
])("%s is within its budget", async (name, part, limitBytes) => {
  const code = await bundlePage(fileURLToPath(new URL(`./support/${part}.ts`, import.meta.url)));
  const bytes = gzipSync(code, { level: 9 }).length;
  console.log(`${name}: ${bytes} of ${limitBytes} bytes`);
  expect(bytes).toBeLessThanOrEqual(limitBytes);
});
