import { MessengerError, type MessengerErrorCode, StoreError } from "@kith/client";
import { describe, expect, test } from "vitest";
import { NodeError, type NodeErrorCode } from "../config/node-error.ts";
import catalogue from "../i18n/en.json" with { type: "json" };
import { FakeTerminal } from "../testing/fake-terminal.ts";
import { EXIT_CODE_OF, EXIT_CODES, type FailureCode } from "./exit-codes.ts";
import { describeFailure, printError } from "./print-error.ts";

describe("exit codes", () => {
  test.each(Object.keys(EXIT_CODE_OF) as FailureCode[])(
    "%s has one, and words for what happened and what to do",
    (code) => {
      expect(EXIT_CODES).toContain(EXIT_CODE_OF[code]);
      const isNodes = catalogue[`error.${code}.what`] === "{message}";
      const error = isNodes
        ? new NodeError(code as NodeErrorCode, "it happened")
        : new MessengerError(code as MessengerErrorCode, "m");
      const { what, advice } = describeFailure(error);
      expect(what.length).toBeGreaterThan(5);
      expect(advice.length).toBeGreaterThan(5);
      expect(`${what}${advice}`).not.toMatch(/[{}]/);
    },
  );

  test("the codes of scripts do not move", () => {
    const codes: Partial<Record<FailureCode, number>> = {
      INTERNAL: 1,
      USAGE: 2,
      NO_NODE: 3,
      HANDLE_NOT_FOUND: 4,
      ACCOUNT_LOCKED: 5,
      INVITE_UNREACHABLE: 6,
      CONTACT_BLOCKED: 7,
      STORE_LOCKED: 8,
    };
    expect(EXIT_CODE_OF).toMatchObject(codes);
  });
});

describe("printed failures", () => {
  test("what happened and what to do are two lines on standard error", () => {
    const terminal = new FakeTerminal();
    expect(printError(terminal, new NodeError("NO_NODE", "no node is running for /data"), false)).toBe(3);
    expect(terminal.notes).toEqual(["no node is running for /data", "Start one with kith start."]);
    expect(terminal.out).toEqual([]);
  });

  test("with --json they are one line on standard output", () => {
    const terminal = new FakeTerminal();
    const error = new MessengerError("TEXT_TOO_LONG", "m", { details: { limit: 10, actual: 11 } });
    expect(printError(terminal, error, true)).toBe(2);
    expect(JSON.parse(terminal.out.join("\n"))).toMatchObject({
      error: {
        code: "TEXT_TOO_LONG",
        message: "The text is too long; the limit is 10.",
        details: { limit: 10 },
      },
    });
    expect(terminal.notes).toEqual([]);
  });

  test("addresses that were tried are named without what could act on the terminal", () => {
    const details = { tried: ["/ip4/1.2.3.4/tcp/1", "\u001b]0;owned\u0007/dns4/b"] };
    const { what } = describeFailure(new MessengerError("INVITE_UNREACHABLE", "m", { details }));
    expect(what).toContain("/ip4/1.2.3.4/tcp/1, /dns4/b");
  });

  test("a store that does not open has the exit code of its own code", () => {
    expect(printError(new FakeTerminal(), new StoreError({ code: "STORE_LOCKED" }), false)).toBe(8);
    expect(describeFailure(new StoreError({ code: "STORE_NEWER", found: 2, supported: 1 })).code).toBe("STORE_NEWER");
  });

  test("an error of unknown kind shows nothing of itself", () => {
    const terminal = new FakeTerminal();
    expect(printError(terminal, new TypeError("cannot read /home/noor"), false)).toBe(1);
    expect(terminal.notes.join(" ")).not.toContain("noor");
  });
});
