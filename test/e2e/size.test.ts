/** What a page downloads for a peer of its own stays as small as its budget says. Bytes after gzip, KB of 1,024 bytes as for the app. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundlePage } from "./support/bundle-page.ts";

test.each([
  // Every embedder needs the rules of chains that revoke, start anew and fork: without them it would believe devices that
  // are gone. They are the last three KB.
  // Pictures of people and what is seen once come to every engine, whoever shows them: their rows and keys are the last KB.
  ["the whole embeddable client", "embedded-part", 209 * 1024],
  ["cryptography and store", "crypto-and-store-part", 70 * 1024],
  ["the network", "network-part", 300 * 1024],
])("%s is within its budget", async (name, part, limitBytes) => {
  const code = await bundlePage(fileURLToPath(new URL(`./support/${part}.ts`, import.meta.url)));
  const bytes = gzipSync(code, { level: 9 }).length;
  console.log(`${name}: ${bytes} of ${limitBytes} bytes`);
  expect(bytes).toBeLessThanOrEqual(limitBytes);
});
