/**
 * What a page downloads at once for a peer of its own stays as small as its budget says. Bytes after gzip, KB of 1,024
 * bytes as for the app.
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleParts } from "./support/bundle-page.ts";

const sizeOf = (code: string): number => gzipSync(code, { level: 9 }).length;

test.each([
  ["the whole embeddable client", "embedded-part", 205 * 1024],
  ["cryptography and store", "crypto-and-store-part", 70 * 1024],
  ["the network", "network-part", 300 * 1024],
])("%s is within its budget", async (name, part, limitBytes) => {
  const { atOnce, later } = await bundleParts(fileURLToPath(new URL(`./support/${part}.ts`, import.meta.url)));
  const bytes = sizeOf(atOnce);
  console.log(`${name}: ${bytes} of ${limitBytes} bytes, and ${sizeOf(later)} once a PIN is used`);
  expect(bytes).toBeLessThanOrEqual(limitBytes);
});
