import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ALICE_WORDS, type Person, personOf } from "../account/fixtures.ts";
import type { Handle } from "../account/handle.ts";
import type { PostId } from "../account/numeric-id.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { type ExpectedPost, isStatement, parsePost, postStatement, postTimeMs, readPostAnswer } from "./post-proof.ts";
import fixtures from "./post-proof.vectors.json" with { type: "json" };

let alice: Person;
const expected: ExpectedPost = {
  handle: fixtures.handle as Handle,
  post: fixtures.post as PostId,
  statement: fixtures.statement,
};

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
});

test("the statement names handle, account and the entry of the claim, in letters that X leaves alone", () => {
  expect(postStatement(nobleSuite, alice.chain)).toBe(fixtures.statement);
  expect(fixtures.statement).toMatch(/^[ -~]+$/);
  expect(fixtures.statement).not.toMatch(/[./#:]/);
  const { handle: _, ...without } = alice.chain;
  expect(postStatement(nobleSuite, without)).toBeNull();
});

describe("an answer of X", () => {
  test.each(fixtures.answers)("$about is $state", ({ answer, state }) => {
    expect(readPostAnswer(typeof answer === "string" ? answer : JSON.stringify(answer), expected)).toBe(state);
  });

  test("that is larger than any answer is not read", () => {
    const large = JSON.stringify({ ...(fixtures.answers[0]?.answer as object), more: "x".repeat(70_000) });
    expect(readPostAnswer(large, expected)).toBe("unreachable");
  });

  test("of any form throws nothing and proves nothing", () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        expect(readPostAnswer(json, expected)).toBe("unreachable");
        expect(readPostAnswer(text, expected)).toBe("unreachable");
      }),
    );
  });
});

test("capitals, white space, line breaks and bidi marks do not matter, more words do", () => {
  const { statement } = fixtures;
  expect(isStatement(`\u200f ${statement.toUpperCase().replaceAll(" ", " \n ")}\u2069`, statement)).toBe(true);
  expect(isStatement(`not mine: ${statement}`, statement)).toBe(false);
  expect(isStatement(statement.replace("seq 2", "seq 3"), statement)).toBe(false);
  expect(isStatement("", statement)).toBe(false);
});

test.each([
  ["https://x.com/Alice_1/status/1234567890123456789", "1234567890123456789"],
  [" https://twitter.com/alice_1/status/1234567890123456789?s=20 ", "1234567890123456789"],
  ["mobile.twitter.com/a/status/12/photo/1", "12"],
  ["1234567890123456789", "1234567890123456789"],
  ["https://x.com.evil.example/alice_1/status/12", null],
  ["https://evil.example/?x.com/alice_1/status/12", null],
  ["https://x.com/alice_1/status/012", null],
  ["https://x.com/alice_1", null],
  ["", null],
])("the post in %s is %s", (input, post) => {
  expect(parsePost(input)).toBe(post);
});

test("a post tells its time", () => {
  expect(new Date(postTimeMs("1212092628029698048" as PostId)).toISOString()).toBe("2019-12-31T19:26:16.771Z");
});
