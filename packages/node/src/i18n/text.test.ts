import { describe, expect, test } from "vitest";
import catalogue from "./en.json" with { type: "json" };
import { countText, text } from "./text.ts";

describe("the catalogue", () => {
  test("places are filled, and only those that have a value", () => {
    expect(text("usage.noCommand", { command: "fly" })).toBe('there is no command "fly"');
    expect(text("usage.noCommand")).toContain("{command}");
  });

  test("a value that looks like a place is not filled again", () => {
    expect(text("made.account", { account: "{account}" })).toContain("{account}");
  });

  test("counts have a form for one and one for many", () => {
    expect(countText("state.kept", 1)).toBe("kept by 1 relay");
    expect(countText("state.kept", 2)).toBe("kept by 2 relays");
  });

  test("every text says something", () => {
    expect(Object.entries(catalogue).filter(([, value]) => value.trim() === "")).toEqual([]);
  });
});
