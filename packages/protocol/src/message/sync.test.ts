import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { GroupId } from "../group/group-ids.ts";
import type { AccountId, BoxId, ContentId, DeviceId } from "../ids.ts";
import { MAX_GROUP_MEMBERS, MAX_TEXT_BYTES } from "../limits.ts";
import { MAX_BODY_BYTES } from "./content.ts";
import { viewContent } from "./content-view.ts";
import { deviceChangeContent } from "./device-change.ts";
import vectors from "./message.vectors.json" with { type: "json" };
import { contentHash, replyContent } from "./reply.ts";
import { decodeSync, encodeSync, isLaterStamp, MAX_SYNC_REACHED, type SyncItem, type SyncStamp } from "./sync.ts";
import sync from "./sync.vectors.json" with { type: "json" };
import { textContent } from "./text.ts";

const chat = "aa".repeat(32) as AccountId;
const by = "dd".repeat(32) as DeviceId;
const group = "ee".repeat(32) as GroupId;
const id = "0c".repeat(16) as ContentId;
const atMs = 1_800_000_000_000;
const content = textContent({ id, sentAtMs: atMs }, "hi");
const stamp: SyncStamp = { atMs, by };
const relay = vectors.relay as never;

const ITEMS: readonly SyncItem[] = [
  { type: "said", chat, content },
  { type: "heard", chat, content },
  { type: "state", chat, id, state: "delivered" },
  { type: "state", chat, id, state: "failed", reason: "no-device" },
  { type: "read", chat, ids: [id] },
  {
    type: "person",
    account: chat,
    relation: "blocked",
    relationBeforeBlock: "accepted",
    name: "Noor",
    handle: "noor",
    addedAtMs: atMs,
    chain: [Uint8Array.of(1)],
    devices: [
      {
        device: by,
        identityKey: new Uint8Array(32),
        boxes: [{ boxId: "0b".repeat(16) as BoxId, relay: { relay, addresses: ["/ip4/127.0.0.1/tcp/1"] } }],
      },
    ],
    trust: [Uint8Array.of(2)],
    timer: { afterMs: 30_000, orderMs: atMs, id },
    profile: { name: "Noor", orderMs: atMs, id },
    ...stamp,
  },
  { type: "chat", account: chat, pinnedAtMs: atMs, isMarkedUnread: true, ...stamp },
  { type: "settings", hidesReading: true, profile: { name: "Ann", revision: 2 }, ...stamp },
  { type: "removed", chat, isOwn: true, id },
  { type: "forgotten", account: chat, ...stamp },
  { type: "chain", entries: [Uint8Array.of(3)] },
  { type: "device", device: by, name: "My tab", kind: "browser", card: Uint8Array.of(4), ...stamp },
  {
    type: "kept",
    chat,
    isOwn: false,
    content,
    orderMs: atMs,
    receivedAtMs: atMs,
    isRead: true,
    marks: { reactions: [{ by: chat, emoji: "👍", orderMs: atMs, id }] },
    state: "queued",
  },
  { type: "picture", picture: Uint8Array.of(0xff, 0xd8), ...stamp },
  { type: "picture", picture: new Uint8Array(0), ...stamp },
  { type: "draft", account: chat, text: "I was going to", replyTo: id, ...stamp },
  { type: "backup", epoch: 7, secret: new Uint8Array(32).fill(5), isOff: true, ...stamp },
  {
    type: "reached",
    group,
    messages: [
      { id, members: [{ account: chat, state: "read" }] },
      { id: "0d".repeat(16) as ContentId, members: [] },
    ],
  },
];

describe.each(ITEMS.map((item, index) => [`${index} ${item.type}`, item] as const))("item %s", (name, item) => {
  const encoded = encodeSync([item]);

  test("has one form, which is the vector's, and is read as it was made", () => {
    expect(toHex(encoded)).toBe(sync.items[name as keyof typeof sync.items]);
    const body = decodeSync(encoded);
    expect(body).toEqual({ ok: true, value: { items: [item] } });
  });

  test("is refused when damaged", () => {
    for (const bytes of mutilations(encoded)) expect(decodeSync(bytes).ok).toBe(false);
  });
});

test("a body has at least one item", () => {
  expect(() => encodeSync([])).toThrow(RangeError);
});

test("the longest reply fits an item", () => {
  const original = { author: chat, id };
  const hash = contentHash(nobleSuite, content);
  const head = { id, sentAtMs: atMs, orderMs: atMs + 1, vanishAfterMs: 86_400_000 };
  const longest = replyContent(head, { text: "x".repeat(MAX_TEXT_BYTES), to: original, hash });
  expect(encodeSync([{ type: "said", chat, content: longest }]).length).toBeLessThanOrEqual(MAX_BODY_BYTES);
});

test("as many messages as an item holds fit with the members of the largest group", () => {
  const members = Array.from({ length: MAX_GROUP_MEMBERS }, () => ({ account: chat, state: "delivered" as const }));
  const messages = Array.from({ length: MAX_SYNC_REACHED }, () => ({ id, members }));
  expect(encodeSync([{ type: "reached", group, messages }]).length).toBeLessThanOrEqual(MAX_BODY_BYTES);
  expect(() => encodeSync([{ type: "reached", group, messages: [...messages, { id, members }] }])).toThrow(RangeError);
});

test("of two stamps exactly one is later, unless they are the same", () => {
  const stamps = fc.record({ atMs: fc.nat(3), by: fc.constantFrom("0a", "0b").map((each) => each as DeviceId) });
  const property = fc.property(stamps, stamps, (one, other) => {
    const isSame = one.atMs === other.atMs && one.by === other.by;
    expect(isLaterStamp(one, other) !== isLaterStamp(other, one)).toBe(!isSame);
    expect(isLaterStamp(one, undefined)).toBe(true);
  });
  fc.assert(property);
});

describe("a line about a device", () => {
  const body = { device: by, change: "added" } as const;

  test("has an id that follows from what changed, and a body that is the vector's", () => {
    const line = deviceChangeContent(nobleSuite, chat, body, atMs);
    expect(line.id).toBe(deviceChangeContent(nobleSuite, chat, body, atMs + 1).id);
    expect(line.id).not.toBe(deviceChangeContent(nobleSuite, chat, { ...body, change: "removed" }, atMs).id);
    expect({ id: line.id, body: toHex(line.body) }).toEqual(sync.deviceChange);
    expect(viewContent(line)).toEqual({ ok: true, value: { type: "device", ...body } });
  });
});
