import type { Message } from "@kith/client";
import { describe, expect, test } from "vitest";
import { describeMessage, describeQuote } from "./describe-message.ts";

const AUTHOR = "\u2068Noor\u2069";

const shown = (change: Partial<Message>): string => {
  const message = { id: "1", chat: "kith1noor", isOwn: false, text: "t", sentAtMs: 0, state: "received", ...change };
  return (describeMessage(message as Message, AUTHOR).at(-1) ?? "").split(", received, ")[1] ?? "";
};

describe("a message on a line", () => {
  test("words, then what was done to them", () => {
    const reactions = [
      { emoji: "❤️", isOwn: true },
      { emoji: "😂", isOwn: false },
    ];
    expect(shown({ isForwarded: true, editedAtMs: 1, reactions })).toBe(
      `\u2068t\u2069 (forwarded) (edited) [❤️ you, 😂 ${AUTHOR}]`,
    );
  });

  test("a deleted one shows no words, whatever came with it", () => {
    expect(shown({ isDeleted: true, text: "secret" })).toBe("(deleted by its author)");
  });

  test("when one vanishes, and a line of the timer", () => {
    const atMs = new Date(2026, 10, 22, 14, 5).getTime();
    expect(shown({ vanish: { afterMs: 30_000, atMs } })).toBe("\u2068t\u2069 (vanishes 2026-11-22 14:05)");
    expect(shown({ vanish: { afterMs: 30_000 } })).toBe("\u2068t\u2069 (vanishes 30 seconds after reading)");
    expect(shown({ text: "", timer: { afterMs: 86_400_000 } })).toBe(
      "(messages vanish 1 day after they were sent or read, from now on)",
    );
    expect(shown({ text: "", timer: {} })).toBe("(messages stay, from now on)");
  });

  test("a voice message says its length and size, and an answer to one its length", () => {
    const file = {
      name: "voice.webm",
      sizeBytes: 52_000,
      mediaType: "audio/webm",
      hasPreview: false,
      voice: { durationMs: 67_900, waveform: [1] },
      state: "complete",
      doneBytes: 52_000,
    } as const;
    expect(shown({ text: "", file })).toBe("voice message 1:07 (52 KB), all here, verified");
    const long = { ...file, voice: { durationMs: 3_600_000, waveform: [] } };
    expect(shown({ text: "", file: long })).toContain("voice message 1:00:00");
    const quote = { id: "1", isOwn: false, state: "checked", text: "voice.webm", voiceMs: 7000 } as const;
    expect(describeQuote(quote, AUTHOR)).toContain("voice message 0:07");
  });

  test("an introduction says who it is, with the whole account, and how to ask", () => {
    const account = `kith1${"q".repeat(58)}`;
    const line = shown({ text: "", introduction: { account, handle: "cas_h" } });
    expect(line).toContain("introduces \u2068@cas_h\u2069");
    expect(line).toContain(`add ${account} asks`);
    expect(shown({ text: "", isOwn: true, introduction: { account } })).toContain(`you introduced ${account}`);
  });

  test("a content of a newer version is labelled", () => {
    expect(shown({ isUnsupported: true, text: "" })).toBe("(needs a newer version of Kith)");
  });
});

describe("a quote", () => {
  const quote = { id: "2", isOwn: false } as const;

  test("only checked words are shown, on one line and cut", () => {
    const text = `a\n\u001b[2J${"é".repeat(100)}`;
    expect(describeQuote({ ...quote, state: "checked", text }, AUTHOR)).toMatch(
      /^answering \u2068Noor\u2069: \u2068a ⏎ é+…\u2069$/,
    );
    expect(describeQuote({ ...quote, isOwn: true, state: "checked", text: "x" }, AUTHOR)).toBe(
      "answering you: \u2068x\u2069",
    );
  });

  test.each([
    ["forged", "answering a forged quote: what it claims to answer reads otherwise here"],
    ["deleted", "answering a message that was deleted"],
    ["missing", "answering a message that is not on this device"],
  ] as const)("a %s one says so and shows no words", (state, words) => {
    expect(describeQuote({ ...quote, state, text: "never said" }, AUTHOR)).toBe(words);
  });
});
