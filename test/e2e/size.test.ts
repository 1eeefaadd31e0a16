/** What a page downloads for a peer of its own stays as small as its budget says. Bytes after gzip, KB of 1,024 bytes as for the app. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundlePage } from "./support/bundle-page.ts";

test.each([
  ["the whole embeddable client", "embedded-part", 205 * 1024],
  ["cryptography and store", "crypto-and-store-part", 70 * 1024],
  ["the network", "network-part", 300 * 1024],
])("%s is within its budget", async (name, part, limitBytes) => {
  const code = await bundlePage(fileURLToPath(new URL(`./support/${part}.ts`, import.meta.url)));
  const bytes = gzipSync(code, { level: 9 }).length;
  console.log(`${name}: ${bytes} of ${limitBytes} bytes`);
  expect(bytes).toBeLessThanOrEqual(limitBytes);
});
