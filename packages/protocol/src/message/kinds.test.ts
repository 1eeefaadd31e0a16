import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, ContentId } from "../ids.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { type Content, contentShape, orderOf } from "./content.ts";
import { type ContentView, viewContent } from "./content-view.ts";
import { deletionContent } from "./deletion.ts";
import { editContent } from "./edit.ts";
import { introductionContent } from "./introduction.ts";
import vectors from "./message.vectors.json" with { type: "json" };
import { isUnseenOnce, onceContent, spentContent } from "./once.ts";
import { profileContent } from "./profile.ts";
import { isEmoji, reactionContent } from "./reaction.ts";
import { contentHash, replyContent } from "./reply.ts";
import { textContent } from "./text.ts";
import { timerContent } from "./timer.ts";
import { MAX_VANISH_AFTER_MS, MIN_VANISH_AFTER_MS } from "./vanish-after.ts";

const head = { id: "0c".repeat(16) as ContentId, sentAtMs: 1_800_000_000_000 };
const author = "aa".repeat(32) as AccountId;
const target = "0d".repeat(16) as ContentId;
const to = { author, id: target };
const original = textContent({ id: target, sentAtMs: 1_799_999_999_000 }, "hi");
const introduced = {
  account: "bb".repeat(32) as AccountId,
  head: { epoch: 1, seq: 7, hash: new Uint8Array(16).fill(5) },
};
const hash = contentHash(nobleSuite, original);

const CASES: readonly (readonly [keyof typeof vectors.contents, Content, ContentView])[] = [
  ["text", textContent(head, "hi"), { type: "text", text: "hi" }],
  ["forwarded", textContent(head, "hi", { isForwarded: true }), { type: "text", text: "hi", isForwarded: true }],
  ["later", textContent({ ...head, orderMs: head.sentAtMs + 7 }, "hi"), { type: "text", text: "hi" }],
  ["reply", replyContent(head, { text: "yes", to, hash }), { type: "reply", text: "yes", to, hash }],
  ["edit", editContent(head, { target, text: "ho" }), { type: "edit", target, text: "ho" }],
  ["delete", deletionContent(head, { target }), { type: "delete", target }],
  ["reaction", reactionContent(head, { to, emoji: "👍🏽" }), { type: "reaction", to, emoji: "👍🏽" }],
  ["noReaction", reactionContent(head, { to }), { type: "reaction", to }],
  ["timer", timerContent(head, { afterMs: 30_000 }), { type: "timer", afterMs: 30_000 }],
  ["noTimer", timerContent(head, {}), { type: "timer" }],
  ["profile", profileContent(head, { name: "Noor", about: "hi" }), { type: "profile", name: "Noor", about: "hi" }],
  [
    "picture",
    profileContent(head, { picture: Uint8Array.of(1, 2) }),
    { type: "profile", picture: Uint8Array.of(1, 2) },
  ],
  ["noProfile", profileContent(head, {}), { type: "profile" }],
  ["once", onceContent(textContent(head, "hi")), { type: "once", inner: { type: "text", text: "hi" } }],
  ["spentOnce", spentContent(onceContent(textContent(head, "hi"))), { type: "once" }],
  ["introduction", introductionContent(head, introduced), { type: "introduction", ...introduced }],
  [
    "introductionByHandle",
    introductionContent(head, { ...introduced, handle: "Alice_1" }),
    { type: "introduction", ...introduced, handle: "Alice_1" },
  ],
  ["vanishing", textContent({ ...head, vanishAfterMs: 86_400_000 }, "hi"), { type: "text", text: "hi" }],
];

describe.each(CASES)("a content of kind %s", (name, content, view) => {
  test("has one form, which is the vector's, and means what it was made from", () => {
    const encoded = encodeAs(contentShape, content);
    expect(toHex(encoded)).toBe(vectors.contents[name]);
    expect(decodeAs(contentShape, encoded, 1000)).toEqual({ ok: true, value: content });
    expect(viewContent(content)).toEqual({ ok: true, value: view });
  });

  test("with a damaged body is an error and never another meaning of this kind", () => {
    for (const body of mutilations(content.body)) expect(viewContent({ ...content, body }).ok).toBe(false);
  });
});

describe("a message to be seen once", () => {
  const once = onceContent(textContent({ ...head, vanishAfterMs: 30_000 }, "hi"));

  test("shows texts and files only, and has no timer besides", () => {
    expect(once.vanishAfterMs).toBeUndefined();
    for (const other of [once, deletionContent(head, { target })]) {
      expect(viewContent(onceContent(other))).toEqual({ ok: true, value: { type: "unsupported" } });
    }
  });

  test("has nothing inside once it was spent", () => {
    expect(isUnseenOnce(once)).toBe(true);
    expect(isUnseenOnce(spentContent(once))).toBe(false);
    expect(isUnseenOnce({ ...once, body: new Uint8Array(0) })).toBe(false);
    expect(toHex(encodeAs(contentShape, spentContent(once)))).not.toContain("6869");
  });

  test("with another kind inside needs a newer version, and within itself is an error or that", () => {
    const inside = (kind: string): Uint8Array => fromHex(`a201${kind}0245a101626869`);
    expect(viewContent({ ...once, body: inside("01") })).toEqual(viewContent(once));
    for (const kind of ["02", "03", "0d", "1863"]) {
      const view = viewContent({ ...once, body: inside(kind) });
      expect(view.ok ? view.value.type : "unsupported").toBe("unsupported");
    }
  });
});

describe("the place of a content", () => {
  test("is its time unless it names a later one", () => {
    expect(orderOf(textContent(head, "a"))).toBe(head.sentAtMs);
    expect(orderOf(textContent({ ...head, orderMs: head.sentAtMs + 7 }, "a"))).toBe(head.sentAtMs + 7);
  });

  test("that is not later than its time is left out, and refused from outside", () => {
    const plain = textContent({ ...head, orderMs: head.sentAtMs }, "a");
    expect(plain.orderMs).toBeUndefined();
    expect(() => encodeAs(contentShape, { ...plain, orderMs: head.sentAtMs })).toThrow(RangeError);
    const encoded = toHex(encodeAs(contentShape, { ...plain, orderMs: head.sentAtMs + 1 }));
    const same = encoded.replace("1b000001a3185c5001", "1b000001a3185c5000");
    expect(same).not.toBe(encoded);
    expect(decodeAs(contentShape, fromHex(same), 1000).ok).toBe(false);
  });
});

describe("the life of a vanishing message", () => {
  test.each([0, MIN_VANISH_AFTER_MS - 1, MAX_VANISH_AFTER_MS + 1, 30_000.5, Number.NaN])(
    "of %d ms is refused, whoever says it",
    (afterMs) => {
      expect(() => timerContent(head, { afterMs })).toThrow(RangeError);
      const content = textContent(head, "a");
      expect(() => encodeAs(contentShape, { ...content, vanishAfterMs: afterMs })).toThrow(RangeError);
    },
  );

  test("that another made too short is refused when it is read", () => {
    const encoded = toHex(encodeAs(contentShape, { ...textContent(head, "a"), vanishAfterMs: 30_000 }));
    expect(encoded.endsWith("06197530")).toBe(true);
    expect(decodeAs(contentShape, fromHex(`${encoded.slice(0, -4)}752f`), 1000).ok).toBe(false);
    expect(decodeAs(contentShape, fromHex(`${encoded.slice(0, -4)}7531`), 1000).ok).toBe(true);
  });
});

describe("a reply", () => {
  test("names its original by a hash that any change of it changes", () => {
    expect(toHex(hash)).toBe(vectors.quoteHash);
    for (const other of [
      textContent({ id: target, sentAtMs: 1_799_999_999_001 }, "hi"),
      textContent({ id: target, sentAtMs: 1_799_999_999_000 }, "ho"),
      textContent({ id: head.id, sentAtMs: 1_799_999_999_000 }, "hi"),
    ]) {
      expect(toHex(contentHash(nobleSuite, other))).not.toBe(toHex(hash));
    }
  });

  test("and an edit have room for the longest text, and none for a longer one", () => {
    const longest = "ü".repeat(MAX_TEXT_BYTES / 2);
    for (const make of [
      (text: string) => replyContent(head, { text, to, hash }),
      (text: string) => editContent(head, { target, text }),
    ]) {
      const encoded = encodeAs(contentShape, make(longest));
      expect(decodeAs(contentShape, encoded, 60_000).ok).toBe(true);
      expect(() => make(`${longest}a`)).toThrow(RangeError);
    }
  });
});

describe("a reaction", () => {
  test.each(["👍", "❤️", "👩🏽‍❤️‍💋‍👨🏽", "🇪🇬", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "3️⃣", "🫠"])("may be %s", (emoji) => {
    expect(isEmoji(emoji)).toBe(true);
  });

  test.each(["", "a", "123", "#", "👍a", "👍\u202e", "👍 ", "\u200d", "👍".repeat(20)])("may not be %j", (text) => {
    expect(isEmoji(text)).toBe(false);
    expect(() => reactionContent(head, { to, emoji: text })).toThrow(RangeError);
  });
});
