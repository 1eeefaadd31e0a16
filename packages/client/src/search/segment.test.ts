import type { AccountId } from "@kith/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeSegments } from "./segment-merge.ts";
import { openSegment, type SegmentReader } from "./segment-reader.ts";
import { encodeSegment, type IndexedMessage } from "./segment-writer.ts";
import { termKey } from "./term-bytes.ts";

const CHATS = ["a", "b", "c"].map((digit) => digit.repeat(64) as AccountId);
const WORDS = ["al", "alef", "alpha", "beta", "कलम", "قلم", "z"].map(termKey);

interface Entry {
  readonly message: IndexedMessage;
  readonly terms: readonly string[];
}

const entry: fc.Arbitrary<Entry> = fc.record({
  message: fc.record({
    chat: fc.constantFrom(...CHATS),
    isOwn: fc.boolean(),
    orderMs: fc.integer({ min: 0, max: 2 ** 43 }),
    fingerprint: fc.integer({ min: 0, max: 0xffff }),
  }),
  terms: fc.uniqueArray(fc.oneof(fc.constantFrom(...WORDS), fc.string({ minLength: 1, maxLength: 5 }).map(termKey)), {
    minLength: 1,
    maxLength: 6,
  }),
});

const entries = fc.uniqueArray(entry, {
  selector: ({ message }) => `${message.chat}${message.isOwn}${message.orderMs}`,
  maxLength: 60,
});

function segmentOf(list: readonly Entry[]): SegmentReader {
  const sorted = list.toSorted((a, b) => a.message.orderMs - b.message.orderMs);
  const numbers = new Map<string, number[]>();
  for (const [index, { terms }] of sorted.entries()) {
    for (const term of terms) numbers.set(term, [...(numbers.get(term) ?? []), index]);
  }
  const reader = openSegment(
    encodeSegment(
      sorted.map(({ message }) => message),
      numbers,
    ),
  );
  if (reader === null) throw new TypeError("the segment does not open");
  return reader;
}

const nameOf = ({ chat, isOwn, orderMs }: IndexedMessage): string => `${chat}/${isOwn}/${orderMs}`;

function foundIn(reader: SegmentReader, prefix: string): readonly string[] {
  const names: string[] = [];
  for (const [number, mark] of reader.matches(prefix).entries())
    if (mark === 1) names.push(nameOf(reader.message(number)));
  return names.sort();
}

function expected(list: readonly Entry[], prefix: string): readonly string[] {
  const having = list.filter(({ terms }) => terms.some((term) => term.startsWith(prefix)));
  return having.map(({ message }) => nameOf(message)).sort();
}

describe("segments", () => {
  it("find exactly the messages that have a word with this beginning", () => {
    const prefix = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 3 }).map(termKey));
    fc.assert(
      fc.property(entries, prefix, (list, start) => {
        const reader = segmentOf(list);
        expect(foundIn(reader, start)).toEqual(expected(list, start));
        for (const { message } of list) expect(reader.message(reader.find(message))).toEqual(message);
      }),
    );
  });

  it("joined and thinned, are the same as one made of what is left", () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(2), { minLength: 60, maxLength: 60 }), (list, choice) => {
        const parts = [0, 1, 2].map((part) => segmentOf(list.filter((_, index) => choice[index] === part)));
        const gone = new Set(list.filter((_, index) => index % 3 === 0).map(({ message }) => nameOf(message)));
        const left = list.filter(({ message }) => !gone.has(nameOf(message)));
        const merged = mergeSegments(parts, (message) => !gone.has(nameOf(message)));
        if (merged === null) {
          expect(left).toEqual([]);
          return;
        }
        const reader = openSegment(merged.bytes);
        expect(merged.size).toBe(left.length);
        for (const word of WORDS) expect(reader && foundIn(reader, word)).toEqual(expected(left, word));
        const kept = new Set(reader === null ? [] : [...reader.terms()].map(([term]) => term));
        expect(kept).toEqual(new Set(left.flatMap(({ terms }) => terms)));
      }),
    );
  });

  it("say where no message is", () => {
    const [chat = "" as AccountId, other = "" as AccountId] = CHATS;
    const message = { chat, isOwn: true, orderMs: 5, fingerprint: 1 };
    const reader = segmentOf([{ message, terms: ["x"] }]);
    expect(reader.find({ chat, isOwn: true, orderMs: 4 })).toBe(-1);
    expect(reader.find({ chat, isOwn: false, orderMs: 5 })).toBe(-1);
    expect(reader.find({ chat: other, isOwn: true, orderMs: 5 })).toBe(-1);
  });

  it("cut short or of another version, do not open", () => {
    const bytes = encodeSegment([{ chat: CHATS[0] as AccountId, isOwn: true, orderMs: 5, fingerprint: 1 }], new Map());
    for (let length = 0; length < bytes.length; length++) expect(openSegment(bytes.subarray(0, length))).toBeNull();
    expect(openSegment(Uint8Array.of(2, ...bytes.subarray(1)))).toBeNull();
  });
});
