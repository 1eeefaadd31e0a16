import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, DeviceId, RelayId } from "../ids.ts";
import { MAX_LINK_CHARACTERS } from "../limits.ts";
import relays from "../relay/relay.vectors.json" with { type: "json" };
import vectors from "./link.vectors.json" with { type: "json" };
import { type LinkCode, linkCodeToText, parseLinkCode } from "./link-code.ts";
import { deriveLinkKeys, linkCommitment, linkQueueSecret, linkWords, openLinkWord, sealLinkWord } from "./link-keys.ts";
import {
  decodeLinkMessage,
  decodeLinkWord,
  encodeLinkMessage,
  encodeLinkWord,
  type LinkMessage,
  type LinkWord,
} from "./link-message.ts";

const suite = nobleSuite;
const nowMs = 1_800_000_000_000;
const account = "aa".repeat(32) as AccountId;
const secret = new Uint8Array(16).fill(7);
const relay = { relay: relays.relay as RelayId, addresses: ["/ip4/127.0.0.1/tcp/5484"] };
const code: LinkCode = { secret, relays: [relay], expiresMs: nowMs + 600_000 };

describe("a link code", () => {
  test("has one text, which is the vector's, and is read with white space in it", () => {
    expect(linkCodeToText(code)).toBe(vectors.code);
    expect(parseLinkCode(` ${vectors.code.slice(0, 20)}\n${vectors.code.slice(20)} `, nowMs)).toEqual({
      ok: true,
      value: code,
    });
  });

  test("is refused when it is another text, too long, damaged, or too old", () => {
    const codeOf = (input: string, atMs = nowMs) => {
      const read = parseLinkCode(input, atMs);
      return read.ok ? null : read.error;
    };
    expect(codeOf("kith:i/AAAA")).toEqual({ code: "LINK_MALFORMED", rule: "not-a-code" });
    expect(codeOf(`${vectors.code.slice(0, -3)}`)).toEqual({ code: "LINK_MALFORMED", rule: "content" });
    expect(codeOf("kith:l/".padEnd(2000, "A"))).toEqual({ code: "LINK_MALFORMED", rule: "too-long" });
    expect(codeOf(vectors.code, code.expiresMs)).toEqual({ code: "LINK_EXPIRED", expiresMs: code.expiresMs });
  });

  test("leaves addresses out before it grows too long to scan", () => {
    const long = `/dns4/${"r".repeat(60)}.example/tcp/443/wss`;
    const many = Array.from({ length: 3 }, () => ({ ...relay, addresses: [long, long, long] }));
    const text = linkCodeToText({ ...code, relays: many });
    expect(text.length).toBeLessThanOrEqual(MAX_LINK_CHARACTERS);
    const read = parseLinkCode(text, nowMs);
    expect(read.ok && read.value.relays.every(({ addresses }) => addresses.length > 0)).toBe(true);
  });
});

const share = new Uint8Array(1216).fill(1);
const nonce = new Uint8Array(32).fill(2);
const hello = { type: "hello", share, commitment: linkCommitment(suite, nonce) } as const;
const answer = { type: "answer", ciphertext: new Uint8Array(1120).fill(3), nonce: new Uint8Array(32).fill(4) } as const;
const keys = deriveLinkKeys(suite, { secret, hello, answer, sharedSecret: new Uint8Array(32).fill(5) });

describe("the handshake", () => {
  test("gives the keys, queue secrets and words of the vector", () => {
    const got = {
      old: toHex(keys.old),
      new: toHex(keys.new),
      hash: toHex(keys.hash),
      queues: { old: toHex(linkQueueSecret(suite, secret, "old")), new: toHex(linkQueueSecret(suite, secret, "new")) },
      words: linkWords(suite, keys, hello.commitment, nonce),
    };
    expect(got).toEqual(vectors.handshake);
  });

  test("shows no words for a nonce that was not promised", () => {
    expect(linkWords(suite, keys, hello.commitment, new Uint8Array(32).fill(9))).toBeNull();
  });

  test("has other words and keys when anything that was said differs", () => {
    const differing = [
      { secret: new Uint8Array(16), hello, answer },
      { secret, hello: { ...hello, share: new Uint8Array(1216) }, answer },
      { secret, hello, answer: { ...answer, ciphertext: new Uint8Array(1120) } },
      { secret, hello, answer: { ...answer, nonce: new Uint8Array(32) } },
    ].map((said) => deriveLinkKeys(suite, { ...said, sharedSecret: new Uint8Array(32).fill(5) }));
    for (const other of differing) {
      expect(toHex(other.old)).not.toBe(toHex(keys.old));
      expect(linkWords(suite, other, hello.commitment, nonce)).not.toEqual(vectors.handshake.words);
    }
  });

  test("seals words so that they open as what that side said at that step, and nothing else", () => {
    const sealed = sealLinkWord(suite, keys, { by: "old", step: 3 }, { type: "done" });
    expect(openLinkWord(suite, keys, "old", sealed)).toEqual({ ok: true, value: { type: "done" } });
    expect(openLinkWord(suite, keys, "new", sealed)).toEqual({ ok: false, error: { code: "not-authentic" } });
    expect(openLinkWord(suite, keys, "old", { ...sealed, step: 2 }).ok).toBe(false);
  });
});

const MESSAGES: readonly LinkMessage[] = [
  hello,
  answer,
  { type: "open", nonce },
  { type: "sealed", step: 1, box: new Uint8Array(16) },
  { type: "abort", reason: "mismatch" },
];

const WORDS: readonly LinkWord[] = [
  { type: "account", account, handle: "ann" },
  { type: "name", name: "My tab", kind: "browser" },
  {
    type: "offer",
    deviceId: "dd".repeat(32) as DeviceId,
    identityKey: new Uint8Array(32),
    possession: { signing: new Uint8Array(64), identity: new Uint8Array(64) },
  },
  { type: "grant", chain: [Uint8Array.of(1)], relays: [relay], cards: [Uint8Array.of(2)], withHistory: true },
  { type: "stored" },
  { type: "done" },
];

describe("what is said", () => {
  test.each(MESSAGES.map((message) => [message.type, message] as const))("message %s has one form", (name, message) => {
    const encoded = encodeLinkMessage(message);
    expect(toHex(encoded)).toBe(vectors.messages[name]);
    expect(decodeLinkMessage(encoded)).toEqual({ ok: true, value: message });
    for (const bytes of mutilations(encoded)) expect(decodeLinkMessage(bytes).ok).toBe(false);
  });

  test.each(WORDS.map((word) => [word.type, word] as const))("word %s has one form", (name, word) => {
    const encoded = encodeLinkWord(word);
    expect(toHex(encoded)).toBe(vectors.words[name]);
    expect(decodeLinkWord(fromHex(vectors.words[name]))).toEqual({ ok: true, value: word });
    for (const bytes of mutilations(encoded)) expect(decodeLinkWord(bytes).ok).toBe(false);
  });
});
