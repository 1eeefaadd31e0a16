import { describe, expect, it } from "vitest";
import { SUITE_CHECKS } from "../testing/suite-conformance.ts";
import { nobleSuite } from "./noble.ts";

describe.each([nobleSuite])("suite $name", (suite) => {
  it.each(SUITE_CHECKS)("$name", async (check) => {
    await expect(check.run(suite)).resolves.toBeUndefined();
  });
});

describe("the checks themselves", () => {
  it("fail for a backend that lets low-order points through", async () => {
    const lax = { ...nobleSuite, x25519: () => new Uint8Array(32) };
    const check = SUITE_CHECKS.find(({ name }) => name.includes("small order"));
    await expect(check?.run(lax)).rejects.toThrow("expected: null");
  });
});
