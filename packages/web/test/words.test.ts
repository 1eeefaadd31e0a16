/** Directions, names and routes: the pure parts of the page. */
import { describe, expect, test } from "vitest";
import { formatRoute, parseRoute, type Route } from "../src/app/route.ts";
import { isolate, plainLine, plainName, textDirection } from "../src/i18n/bidi.ts";
import { pickLanguage } from "../src/i18n/language.ts";
import ar from "../src/i18n/messages/ar.json" with { type: "json" };
import en from "../src/i18n/messages/en.json" with { type: "json" };
import { Text } from "../src/i18n/text.ts";

describe("the direction of a message", () => {
  test("is that of its first word", () => {
    expect(textDirection("Hello رائع")).toBe("ltr");
    expect(textDirection("رائع Hello")).toBe("rtl");
    expect(textDirection("שלום")).toBe("rtl");
    expect(textDirection("नमस्ते")).toBe("ltr");
  });

  test("ignores leading mentions, links, digits and emoji", () => {
    expect(textDirection("@noor رائع")).toBe("rtl");
    expect(textDirection("https://a.example/b مرحبا")).toBe("rtl");
    expect(textDirection("🎉 12:30 — مرحبا")).toBe("rtl");
    expect(textDirection("@نور hello")).toBe("rtl");
  });

  test("is left to the browser when there is no word", () => {
    expect(textDirection("")).toBe("auto");
    expect(textDirection("🎉 12:30")).toBe("auto");
    expect(textDirection("https://a.example")).toBe("auto");
  });
});

describe("a name", () => {
  test("loses the characters that reorder or hide text", () => {
    expect(plainName("\u202eevil\u202c name\u2066!\u2069")).toBe("evil name!");
    expect(plainName("a\u0000b\u200bc\ufeff")).toBe("a b c");
  });

  test("keeps the joiners that scripts and emoji need", () => {
    expect(plainName("क्\u200dष 👩\u200d💻 می\u200cخواهم")).toBe("क्\u200dष 👩\u200d💻 می\u200cخواهم");
  });

  test("loses piled marks", () => {
    expect(plainName(`z${"\u0301".repeat(50)}`)).toBe(`z${"\u0301".repeat(4)}`);
  });

  test("is cut for a preview", () => {
    expect(plainLine("x".repeat(5000)).length).toBe(300);
  });
});

describe("a text", () => {
  const english = new Text(en, "en", "latin");
  const arabic = new Text(ar, "ar", "native");

  test("isolates what it is filled with", () => {
    expect(english.say("chats.you", { text: "مرحبا" })).toBe(`You: ${isolate("مرحبا")}`);
  });

  test("takes the plural form and the digits of its language", () => {
    expect(english.count("chats.unreadCount", 1)).toBe("1 unread message");
    expect(english.count("chats.unreadCount", 1200)).toBe("1,200 unread messages");
    expect(arabic.count("chats.unreadCount", 2)).toBe("رسالتان غير مقروءتين");
    expect(arabic.count("chats.unreadCount", 3)).toBe("٣ رسائل غير مقروءة");
    expect(arabic.count("chats.unreadCount", 11)).toBe("١١ رسالة غير مقروءة");
  });

  test("speaks of the browser where the app is a peer, and the same words elsewhere", () => {
    const peer = new Text(en, "en", "latin", "peer");
    expect(english.say("banner.lost")).toContain("Your node");
    expect(peer.say("banner.lost")).toContain("This tab");
    expect(peer.say("chats.title")).toBe(english.say("chats.title"));
  });

  test("names days near today", () => {
    const now = new Date(2026, 10, 21, 12).getTime();
    const day = 24 * 3600 * 1000;
    expect(english.day(now, now)).toBe("Today");
    expect(english.day(now - day, now)).toBe("Yesterday");
    expect(english.day(now - 3 * day, now)).toBe("Wednesday");
    expect(english.day(now - 30 * day, now)).toBe("22 October");
    expect(arabic.day(now, now)).toBe("اليوم");
  });
});

describe("a route", () => {
  const routes: readonly Route[] = [
    { name: "home" },
    { name: "chat", account: "kith1abc" },
    { name: "chat", account: "kith1abc", message: `o${"0".repeat(32)}` },
    { name: "person", account: "kith1abc" },
    { name: "request", account: "kith1abc" },
    { name: "new", way: "mine" },
    { name: "settings" },
    { name: "words" },
    { name: "unknown" },
  ];

  test.each(routes)("survives the address bar: %o", (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  test("leads home when there is none, and says so when it is of no screen", () => {
    for (const hash of ["", "#", "#/"]) expect(parseRoute(hash)).toEqual({ name: "home" });
    for (const hash of [
      "#/chat/",
      "#/chat/javascript:1",
      "#/nothing",
      "#/new/other",
      "#/settings/all",
      `#/person/kith1abc/o${"0".repeat(32)}`,
      "#/chat/kith1abc/x1",
      "#t=abc",
    ]) {
      expect(parseRoute(hash)).toEqual({ name: "unknown" });
    }
  });
});

test("the browser's languages choose the first one there is", () => {
  expect(pickLanguage(["fr-FR", "ar-MA", "en"])).toBe("ar");
  expect(pickLanguage(["fr"])).toBe("en");
});
