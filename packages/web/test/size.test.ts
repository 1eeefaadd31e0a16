/** The page stays as small as its budget says. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

test("the built page is within its budget", async () => {
  const script = fileURLToPath(new URL("../scripts/check-size.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, inject("pageFolder")]);
  expect(stdout).not.toContain("TOO LARGE");
  expect(stdout.trim().split("\n").length).toBe(4);
});
