import { describe, expect, test } from "vitest";
import { type ArgumentDefs, readArguments } from "./arguments.ts";

const defs: ArgumentDefs = {
  args: {
    who: { type: "positional" },
    text: { type: "positional", required: false },
    port: { type: "string" },
    relay: { type: "string" },
    mdns: { type: "boolean", default: true },
    json: { type: "boolean" },
  },
  repeatable: ["relay"],
  hasRest: true,
};

describe("arguments", () => {
  test("options and positions are read wherever they stand", () => {
    const args = readArguments(["--json", "@noor", "--port", "1", "hello", "there", "--no-mdns"], defs);
    expect(args.requiredText("who")).toBe("@noor");
    expect(args.text("text")).toBe("hello there");
    expect(args.integer("port", 0, 10)).toBe(1);
    expect(args.flag("json")).toBe(true);
    expect(args.flag("mdns")).toBe(false);
  });

  test("what is not given is undefined, false or empty, or its default", () => {
    const args = readArguments(["@noor"], defs);
    expect([args.text("text"), args.integer("port", 0, 9), args.list("relay")]).toEqual([undefined, undefined, []]);
    expect([args.flag("json"), args.flag("mdns")]).toEqual([false, true]);
  });

  test("an option that may be repeated keeps its order", () => {
    expect(readArguments(["@noor", "--relay", "b", "--relay=a"], defs).list("relay")).toEqual(["b", "a"]);
  });

  test("a single dash, and everything after two, is no option", () => {
    expect(readArguments(["@noor", "-"], defs).text("text")).toBe("-");
    expect(readArguments(["@noor", "--", "--json"], defs).text("text")).toBe("--json");
  });

  test.each([
    [[]],
    [["@noor", "--unknown"]],
    [["@noor", "-x"]],
    [["@noor", "--port"]],
    [["@noor", "--json=yes"]],
    [["@noor", "--no-port"]],
  ])("%j is USAGE", (words) => {
    expect(() => readArguments(words, defs)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  test("one argument too many is USAGE where nothing takes the rest", () => {
    expect(() => readArguments(["@noor", "a", "b"], { ...defs, hasRest: false })).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining('"b"') }),
    );
  });

  test.each(["-1", "1.5", "", "11", "1e1", "x"])("the number %j is USAGE", (value) => {
    const args = readArguments(["@noor", `--port=${value}`], defs);
    expect(() => args.integer("port", 0, 10)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

test("a list of positions keeps each with its spaces", () => {
  const args = readArguments(["@noor", "my photo.jpg", "b"], { ...defs, hasRest: false, hasList: true });
  expect(args.list("text")).toEqual(["my photo.jpg", "b"]);
});
