import { describe, it } from "vitest";
import { WYCHEPROOF_CHECKS } from "../../test/wycheproof.ts";
import { nobleSuite } from "./noble.ts";

describe("Wycheproof's vectors hold for the portable suite", () => {
  it.each(WYCHEPROOF_CHECKS)("$name", ({ run }) => run(nobleSuite));
});
