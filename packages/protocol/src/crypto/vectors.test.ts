import { describe, it } from "vitest";
import { STANDARD_CHECKS } from "../../test/standards.ts";
import { WYCHEPROOF_CHECKS } from "../../test/wycheproof.ts";
import { nobleSuite } from "./noble.ts";

describe("vectors of Wycheproof and of the standards hold for the portable suite", () => {
  it.each([...WYCHEPROOF_CHECKS, ...STANDARD_CHECKS])("$name", ({ run }) => run(nobleSuite));
});
