/** Names and texts that somebody may send to do harm: to run, to mislead, or to break a layout. */
import type { Contact, Message } from "@kith/client";
import { FakeClient, makeContact, READY } from "./fake-client.ts";

/** Runs as soon as any of it is taken for markup, and leaves a trace. */
const RUN = "globalThis.hostileRan=1";

/** A letter under a heap of marks. */
const zalgo = (letters: string): string =>
  [...letters].map((letter) => letter + "\u0334\u0310\u0349\u035c".repeat(40)).join("");

/** By what each does. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  html: `<img src=x onerror="${RUN}"><script>${RUN}</script><b>bold</b>`,
  svg: `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script></svg>`,
  "javascript link": `javascript:${RUN} and JaVaScRiPt:${RUN}//https://example.org`,
  "data link": `data:text/html,<script>${RUN}</script>`,
  "link with quotes": `https://example.org/"onmouseover="${RUN}`,
  "link turned around": "https://example.org/\u202egnp.exe",
  "bidi controls": "pay \u202e001 \u2066to\u2069 \u2067me\u2069 \u200f now",
  "unclosed bidi": "\u202e\u202e\u2067\u2067 everything after this",
  zalgo: zalgo("every line of the chat"),
  "48 KiB of emoji": "\u{1f600}".repeat(12 * 1024),
  "one long word": "w".repeat(20_000),
  "empty lines": `top${"\n".repeat(3_000)}bottom`,
  invisible: "\u200b\u200c\u200d\u2060\ufeff\u00ad".repeat(200),
  template: `{{constructor.constructor("${RUN}")()}} #{${RUN}} <%= ${RUN} %> %s %n`,
};

/** A client whose contacts have the hostile texts as names and have written them, one each. */
export function makeHostileScene(): FakeClient {
  const client = new FakeClient();
  client.status = READY;
  const texts = Object.entries(HOSTILE_TEXTS);
  client.contacts = texts.map(([, name], at) => hostileContact(at, name.slice(0, 256)));
  client.messages = client.contacts.flatMap(({ account }, chat) => {
    const own = chat === 0 ? texts : texts.slice(chat, chat + 1);
    return own.map(([, text], at) => messageOf(account, `${chat}-${at}`, text, at % 2 === 1));
  });
  return client;
}

/** Accounts of the scene, in the order of the texts. */
export function hostileAccount(at: number): string {
  return `kith1hostile${String(at).padStart(40, "0")}`;
}

/** A chat of so many messages, with so many other chats beside it. */
export function makeLargeScene(messages: number, chats: number): FakeClient {
  const client = new FakeClient();
  client.status = READY;
  client.contacts = Array.from({ length: chats }, (_, at) => hostileContact(at, `Person ${at}`));
  client.messages = [
    ...client.contacts.slice(1).map(({ account }, at) => messageOf(account, `chat-${at}`, `Hello ${at}`, false)),
    ...Array.from({ length: messages }, (_, at) => {
      const text = `Message ${at} ${"with some more words ".repeat(at % 7)}`.trim();
      return messageOf(hostileAccount(0), `large-${at}`, text, at % 3 === 0);
    }),
  ];
  return client;
}

function hostileContact(at: number, name: string): Contact {
  return makeContact(hostileAccount(at), { name });
}

let made = 0;

function messageOf(chat: string, id: string, text: string, isOwn: boolean): Message {
  made += 1;
  const sentAtMs = Date.UTC(2026, 10, 1) + made * 30_000;
  return { id, chat, isOwn, text, sentAtMs, receivedAtMs: sentAtMs, state: isOwn ? "delivered" : "received" };
}
