import { describe, it } from "vitest";
import { RECORDED_CHECKS, SESSION_CHECKS } from "../../test/session-checks.ts";
import { nobleSuite } from "../crypto/noble.ts";

describe("recorded sessions are reproduced byte for byte", () => {
  it.each(RECORDED_CHECKS)("$name", ({ run }) => run());
});

describe("on the portable backend", () => {
  it.each(SESSION_CHECKS)("$name", ({ run }) => run(nobleSuite));
});
