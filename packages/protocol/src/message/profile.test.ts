import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContentId } from "../ids.ts";
import { MAX_PICTURE_BYTES } from "./picture.ts";
import { MAX_PROFILE_ABOUT_CHARACTERS, MAX_PROFILE_NAME_CHARACTERS, plainProfile, profileContent } from "./profile.ts";

const head = { id: "0c".repeat(16) as ContentId, sentAtMs: 1_800_000_000_000 };

describe("a plain profile", () => {
  test("has no controls, no bidi marks and no line breaks; joiners stay", () => {
    const name = "\u202eno\u2066or\u200b \u0007 \n\nHaddad\ufeff";
    expect(plainProfile({ name, about: " \u061c क्‍ष\u2029x" })).toEqual({ name: "noor Haddad", about: "क्‍ष x" });
  });

  test("is cut at whole characters, without piled marks, and leaves out what is empty", () => {
    expect([...(plainProfile({ name: "😀".repeat(60) }).name ?? "")]).toHaveLength(MAX_PROFILE_NAME_CHARACTERS);
    expect(plainProfile({ name: `q${"\u0327".repeat(40)}` }).name).toBe(`q${"\u0327".repeat(4)}`);
    expect(plainProfile({ name: " \u202e ", about: "" })).toEqual({});
  });

  test("of anything can be sent, and is its own plain form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "binary" }), (name, about) => {
        const plain = plainProfile({ name, about });
        expect(() => profileContent(head, plain)).not.toThrow();
        expect(plainProfile(plain)).toEqual(plain);
      }),
    );
  });

  test("over its bounds is not sent", () => {
    const about = "😀".repeat(MAX_PROFILE_ABOUT_CHARACTERS + 1);
    expect(() => profileContent(head, { about })).toThrow(RangeError);
  });

  test("has no picture over its bound", () => {
    const picture = new Uint8Array(MAX_PICTURE_BYTES);
    expect(() => profileContent(head, { picture })).not.toThrow();
    expect(() => profileContent(head, { picture: new Uint8Array(MAX_PICTURE_BYTES + 1) })).toThrow(RangeError);
  });
});
