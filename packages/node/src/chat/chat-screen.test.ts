import { fc, test } from "@fast-check/vitest";
import type { Message } from "@kith/client";
import { describe, expect, vi } from "vitest";
import { ChatModel } from "./chat-model.ts";
import { cutAtCursor, type EditedLine, EMPTY_LINE, editLine, insertText, type LineEdit } from "./line-editor.ts";

function message(id: number, change: Partial<Message> = {}): Message {
  return { id: String(id), chat: "kith1noor", isOwn: true, text: "t", sentAtMs: 0, state: "queued", ...change };
}

describe("the model of the chat screen", () => {
  test("the newest ten messages stay redrawable, older ones settle in order", () => {
    const model = new ChatModel();
    for (let id = 1; id <= 25; id += 1) model.onMessage(message(id), "new");
    const { settled, live } = model.read();
    expect(settled.map(({ id }) => Number(id))).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(live.map(({ id }) => Number(id))).toEqual(Array.from({ length: 10 }, (_, index) => index + 16));
  });

  test("a new state is drawn in place, and a settled message is never drawn again", () => {
    const model = new ChatModel();
    for (let id = 1; id <= 11; id += 1) model.onMessage(message(id), "new");
    const { settled } = model.read();
    model.onMessage(message(5, { state: "read" }), "changed");
    model.onMessage(message(1, { state: "read" }), "changed");
    expect(model.read().settled).toBe(settled);
    expect(model.read().live.find(({ id }) => id === "5")?.state).toBe("read");
  });

  test("a message that was forgotten here is drawn no more", () => {
    const model = new ChatModel();
    for (let id = 1; id <= 3; id += 1) model.onMessage(message(id), "new");
    model.onRemoved("2");
    expect(model.read().live.map(({ id }) => id)).toEqual(["1", "3"]);
  });

  test("a screen is told of each change and of none after it left", () => {
    const model = new ChatModel();
    const listener = vi.fn();
    const end = model.subscribe(listener);
    const before = model.read();
    model.setProblem("p");
    expect(model.read()).not.toBe(before);
    end();
    model.setProblem(null);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe("the input line", () => {
  const edits = fc.constantFrom<LineEdit>("left", "right", "start", "end", "backspace", "delete", "clear-before");
  const steps = fc.array(fc.oneof(edits, fc.record({ add: fc.string({ unit: "grapheme", maxLength: 5 }) })));

  test.prop([steps])("the cursor stays within the text, and the parts around it are the text", (list) => {
    let line: EditedLine = EMPTY_LINE;
    for (const step of list) line = typeof step === "string" ? editLine(line, step) : insertText(line, step.add);
    const [before, at, after] = cutAtCursor(line);
    const isAtEnd = before === line.text;
    expect(before + (isAtEnd ? "" : at) + after).toBe(line.text);
    expect(line.cursor).toBeGreaterThanOrEqual(0);
    expect(line.text).not.toMatch(/[\r\n]/);
  });

  test("a character of several code points goes as one", () => {
    const line = insertText(EMPTY_LINE, "a👩‍👩‍👧é");
    expect(line.cursor).toBe(3);
    expect(editLine(editLine(line, "backspace"), "backspace")).toEqual({ text: "a", cursor: 1 });
  });

  test("text goes in at the cursor, and a pasted line break becomes a space", () => {
    const line = editLine(insertText(EMPTY_LINE, "ad"), "left");
    expect(insertText(line, "b\r\nc")).toEqual({ text: "ab cd", cursor: 4 });
  });
});
