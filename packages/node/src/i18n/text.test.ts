import { describe, expect, test } from "vitest";
import catalogue from "./en.json" with { type: "json" };
import { countText, programCall, text } from "./text.ts";

describe("the catalogue", () => {
  test("places are filled, and only those that have a value", () => {
    expect(text("usage.noCommand", { command: "fly" })).toBe('there is no command "fly"');
    expect(text("usage.noCommand")).toContain("{command}");
  });

  test("a value that looks like a place is not filled again", () => {
    expect(text("made.account", { account: "{account}" })).toContain("{account}");
  });

  test("advice names the program as its reader can call it", () => {
    expect(text("start.locked")).toBe("Your account is locked: kith unlock");
    expect(text("start.locked", { kith: "a b" })).toBe("Your account is locked: a b unlock");
  });

  test.each([
    [{}, "kith"],
    [{ npm_lifecycle_event: "start", npm_package_name: "kith" }, "npm run -s kith --"],
    [{ npm_lifecycle_event: "kith", npm_package_name: "kith" }, "npm run -s kith --"],
    [{ npm_lifecycle_event: "start", npm_package_name: "a-bot" }, "kith"],
    [{ npm_lifecycle_event: "test", npm_package_name: "kith" }, "kith"],
  ])("with %j the program is called %s", (env, call) => {
    expect(programCall(env)).toBe(call);
  });

  test("counts have a form for one and one for many", () => {
    expect(countText("state.kept", 1)).toBe("kept by 1 relay");
    expect(countText("state.kept", 2)).toBe("kept by 2 relays");
  });

  test("every text says something", () => {
    expect(Object.entries(catalogue).filter(([, value]) => value.trim() === "")).toEqual([]);
  });
});
