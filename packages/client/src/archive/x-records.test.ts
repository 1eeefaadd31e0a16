import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MAX_ARCHIVE_TEXT,
  readConversation,
  readFormerHandle,
  readListed,
  readManifest,
  readMessage,
  readNamed,
} from "./x-records.ts";

describe("what an archive says", () => {
  test("is left out where it has another form", () => {
    expect(readManifest({ userInfo: { accountId: "12", userName: "a b" } })).toBeNull();
    expect(readManifest({ userInfo: { accountId: 12, userName: "noor" } })).toBeNull();
    expect(readListed({ following: { accountId: "0123" } })).toBeNull();
    expect(readListed({ muting: { accountId: "77", userLink: "x" } })).toBe("77");
    expect(readFormerHandle({ screenNameChange: { screenNameChange: { changedFrom: "x".repeat(16) } } })).toBeNull();
    expect(readMessage({ messageCreate: { senderId: "1", createdAt: "yesterday", text: "x" } })).toBeNull();
    expect(readMessage({ reactionCreate: { senderId: "1" } })).toBeNull();
    expect(readConversation({ dmConversation: { conversationId: "5" } })).toEqual({ people: [], isGroup: true });
    expect(
      readNamed({ tweet: { entities: { user_mentions: [{ id_str: "9", screen_name: "no handle!" }] } } }).named,
    ).toEqual([]);
  });

  test("keeps texts whole characters, without control characters, and of bounded length", () => {
    const read = (text: string) =>
      readMessage({ messageCreate: { senderId: "1", createdAt: "2024-01-01T00:00:00.000Z", text } }) as {
        text: string;
      };
    expect(read("a\nb\tc\u0000d").text).toBe("a\nb\tc\ufffdd");
    const long = read("😀".repeat(MAX_ARCHIVE_TEXT)).text;
    expect(long.length).toBe(MAX_ARCHIVE_TEXT);
    expect(encodeURIComponent(long).length).toBeGreaterThan(0);
    expect(read(`${"a".repeat(MAX_ARCHIVE_TEXT - 1)}😀`).text.at(-1)).toBe("\ufffd");
  });

  test("of any form is read or left out, and never thrown at", () => {
    const keys = [
      "userInfo",
      "messageCreate",
      "dmConversation",
      "tweet",
      "entities",
      "user_mentions",
      "accountId",
      "urls",
      "text",
    ];
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("any"), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        for (const read of [readManifest, readListed, readFormerHandle, readMessage, readConversation, readNamed])
          read(given);
      }),
      { numRuns: 2000 },
    );
  });
});
