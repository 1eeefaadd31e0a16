import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import { nobleSuite as suite } from "../crypto/noble.ts";
import type { AccountId, ContentId } from "../ids.ts";
import type { Content } from "./content.ts";
import { viewContent } from "./content-view.ts";
import { MAX_EDIT_AGE_MS } from "./edit.ts";
import { applyOperation, type MarkedContent, messageMarks, type Operation } from "./marks.ts";
import { contentHash, replyContent } from "./reply.ts";
import { textContent } from "./text.ts";

const alice = "a1".repeat(32) as AccountId;
const bob = "b0".repeat(32) as AccountId;
const idOf = (byte: number): ContentId => byte.toString(16).padStart(2, "0").repeat(16) as ContentId;
const SENT_MS = 1_800_000_000_000;
const original = textContent({ id: idOf(1), sentAtMs: SENT_MS }, "first words");

const headAt = (id: number, afterMs: number) => ({ id: idOf(id), sentAtMs: SENT_MS + afterMs });
const edit = (id: number, afterMs: number, text: string, by = alice): Operation => ({
  by,
  head: headAt(id, afterMs),
  view: { type: "edit", target: original.id, text },
});
const deletion = (id: number, afterMs: number, by = alice): Operation => ({
  by,
  head: headAt(id, afterMs),
  view: { type: "delete", target: original.id },
});
const reaction = (id: number, afterMs: number, by: AccountId, emoji?: string): Operation => ({
  by,
  head: headAt(id, afterMs),
  view: { type: "reaction", to: { author: alice, id: original.id }, ...(emoji === undefined ? {} : { emoji }) },
});

function apply(operations: readonly Operation[], content: Content = original): MarkedContent {
  return operations.reduce<MarkedContent>((message, each) => applyOperation(suite, message, alice, each).message, {
    content,
  });
}
const outcome = (operation: Operation, before: readonly Operation[] = [], content: Content = original) =>
  applyOperation(suite, apply(before, content), alice, operation).outcome;
const wordsOf = ({ content }: MarkedContent) => {
  const view = viewContent(content);
  return view.ok && "text" in view.value ? view.value.text : null;
};

const times = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(MAX_EDIT_AGE_MS, MAX_EDIT_AGE_MS + 1));
const ids = fc.integer({ min: 2, max: 40 });
const people = fc.constantFrom(alice, bob);
const operations = fc.uniqueArray(
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(ids, times, fc.string({ maxLength: 5 }), people).map((all) => edit(...all)) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(ids, times, people, fc.constantFrom("👍", "❤️", undefined))
        .map(([id, at, by, emoji]) => reaction(id, at, by, emoji)),
    },
    { weight: 1, arbitrary: fc.tuple(ids, times, people).map((all) => deletion(...all)) },
  ),
  { selector: (each) => each.head.id, maxLength: 10 },
);

describe("operations on one message", () => {
  test("give the same message in every order, however often each of them comes", () => {
    const histories = operations.chain((list) =>
      fc.tuple(fc.shuffledSubarray(list, { minLength: list.length }), fc.subarray(list), fc.constant(list)),
    );
    const property = fc.property(histories, ([shuffled, repeated, list]) => {
      expect(apply([...shuffled, ...repeated])).toEqual(apply(list));
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("never change the message's id, time or author, and leave a state that can be kept", () => {
    const property = fc.property(operations, (list) => {
      const { content, marks } = apply(list);
      expect(content).toMatchObject({ id: original.id, sentAtMs: original.sentAtMs, kind: original.kind });
      if (marks === undefined) return;
      const encoded = encodeAs(messageMarks, marks);
      expect(decodeAs(messageMarks, encoded, 10_000)).toEqual({ ok: true, value: marks });
    });
    fc.assert(property);
  });
});

describe("an edit", () => {
  test("replaces the words and keeps only their hash", () => {
    const edited = apply([edit(2, 1000, "second words")]);
    expect(wordsOf(edited)).toBe("second words");
    expect(edited.marks?.originalHash).toEqual(contentHash(suite, original));
    expect(edited.marks?.edit?.atMs).toBe(SENT_MS + 1000);
    expect(new TextDecoder().decode(edited.content.body)).not.toContain("first");
  });

  test("of a reply keeps what it answers", () => {
    const reply = replyContent(headAt(1, 0), {
      text: "yes",
      to: { author: bob, id: idOf(9) },
      hash: suite.sha256(new Uint8Array()),
    });
    const { content } = apply([edit(2, 1000, "no")], reply);
    const [before, after] = [viewContent(reply), viewContent(content)];
    expect(after).toEqual(before.ok ? { ok: true, value: { ...before.value, text: "no" } } : null);
  });

  test("by somebody else, after a day, of a forwarded text or of what is no text changes nothing and says why", () => {
    const forwarded = textContent(headAt(1, 0), "w", { isForwarded: true });
    const unknown: Content = { ...original, kind: 999 };
    expect(outcome(edit(2, 0, "x", bob))).toBe("not-own");
    expect(outcome(edit(2, MAX_EDIT_AGE_MS, "x"))).toBe("applied");
    expect(outcome(edit(2, MAX_EDIT_AGE_MS + 1, "x"))).toBe("too-late");
    expect(outcome(edit(2, 0, "x"), [], forwarded)).toBe("not-text");
    expect(outcome(edit(2, 0, "x"), [], unknown)).toBe("not-text");
    expect(apply([edit(2, 0, "x", bob), edit(3, MAX_EDIT_AGE_MS + 1, "x")])).toEqual({ content: original });
  });

  test("that is older than the one there is superseded", () => {
    expect(outcome(edit(2, 5, "old"), [edit(3, 6, "new")])).toBe("superseded");
  });
});

describe("a deletion", () => {
  test("leaves nothing of the words, their hash or the reactions, and nothing can be done to it afterwards", () => {
    const gone = apply([edit(2, 1, "secret"), reaction(3, 2, bob, "👍"), deletion(4, 3)]);
    expect(gone).toEqual({
      content: { ...original, body: new Uint8Array(0) },
      marks: { isDeleted: true, reactions: [] },
    });
    for (const late of [edit(5, 9, "back"), reaction(6, 9, bob, "👍"), deletion(7, 9)]) {
      expect(outcome(late, [deletion(4, 3)])).toBe("deleted");
    }
  });

  test("by somebody else changes nothing", () => {
    expect(outcome(deletion(2, 0, bob))).toBe("not-own");
  });
});

describe("a reaction", () => {
  test("is one a person: the next replaces it, one without an emoji takes it back", () => {
    const both = apply([reaction(2, 1, bob, "👍"), reaction(3, 2, alice, "🎉"), reaction(4, 3, bob, "❤️")]);
    expect(both.marks?.reactions.map(({ by, emoji }) => [by, emoji])).toEqual([
      [alice, "🎉"],
      [bob, "❤️"],
    ]);
    const back = apply([reaction(2, 1, bob, "👍"), reaction(4, 3, bob)]);
    expect(back.marks?.reactions.map(({ emoji }) => emoji)).toEqual([undefined]);
  });

  test("of a whole flood of people is kept for as many as fit", () => {
    const flood = Array.from({ length: 200 }, (_, index) =>
      reaction(2, index, index.toString(16).padStart(64, "0") as AccountId, "👍"),
    );
    const { marks } = apply(flood);
    expect(marks?.reactions).toHaveLength(64);
  });
});

test("damaged marks are not read", () => {
  const { marks } = apply([edit(2, 1, "x"), reaction(3, 2, bob, "👍")]);
  if (marks === undefined) throw new TypeError("no marks");
  for (const other of mutilations(encodeAs(messageMarks, marks))) {
    expect(decodeAs(messageMarks, other, 10_000)).not.toEqual({ ok: true, value: marks });
  }
});
