import { describe, expect, test } from "vitest";
import { describeDuration, parseDuration } from "./duration.ts";

describe("a time", () => {
  test.each([
    ["30s", 30_000, "30 seconds"],
    ["1m", 60_000, "1 minute"],
    ["8h", 28_800_000, "8 hours"],
    [" 1D ", 86_400_000, "1 day"],
    ["4w", 2_419_200_000, "4 weeks"],
  ])("%s is %d ms, said as %s", (written, ms, said) => {
    expect(parseDuration(written)).toBe(ms);
    expect(describeDuration(ms)).toBe(said);
  });

  test("is said in the largest unit that is exact", () => {
    expect(describeDuration(90_000)).toBe("90 seconds");
    expect(describeDuration(36 * 3_600_000)).toBe("36 hours");
  });

  test.each(["", "30", "s", "1.5h", "-1d", "1 d", "1y", "1234567890s"])("%j is none", (written) => {
    expect(parseDuration(written)).toBeNull();
  });
});
