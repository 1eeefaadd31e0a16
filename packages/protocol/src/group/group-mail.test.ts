import { describe, expect, it } from "vitest";
import { expectValue, mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, BoxId, ContentId, DeviceId, RelayId } from "../ids.ts";
import {
  MAX_CHAIN_AGE_MS,
  MAX_CHAIN_MESSAGES,
  MAX_GROUP_PARENTS,
  MAX_OPERATION_BYTES,
  MAX_TEXT_BYTES,
} from "../limits.ts";
import { MAX_BODY_BYTES } from "../message/content.ts";
import { textContent } from "../message/text.ts";
import relays from "../relay/relay.vectors.json" with { type: "json" };
import { actOn, actor, afterActs, groupOf, withOperations } from "./fixtures.ts";
import vectors from "./group.vectors.json" with { type: "json" };
import type { GroupId, OperationId } from "./group-ids.ts";
import { linkSeedOf } from "./group-link.ts";
import type { GroupLog } from "./group-log.ts";
import {
  decodeGroupMail,
  encodeGroupMail,
  type GroupMail,
  groupContent,
  MAX_SEALED_GROUP_BYTES,
  MAX_WANTED_OPERATIONS,
} from "./group-mail.ts";
import {
  type ChainUse,
  decodeGroupMessage,
  distributionIdOf,
  encodeGroupMessage,
  type GroupMessage,
  groupMessageName,
  mustRotate,
  speakerOf,
} from "./group-message.ts";
import { devicesOf } from "./group-state.ts";
import { MAX_MAILED_OPERATIONS_BYTES } from "./take-operations.ts";

const GROUP = "0d".repeat(32) as GroupId;
const IDS = ["0e", "0f"].map((byte) => byte.repeat(32) as OperationId);
const HEAD = { id: "07".repeat(16) as ContentId, sentAtMs: 1_800_000_000_000 };

const MAILS: readonly GroupMail[] = [
  { type: "operations", group: GROUP, operations: [Uint8Array.of(1), Uint8Array.of(2)] },
  { type: "heads", group: GROUP, heads: IDS },
  { type: "ask", group: GROUP, wanted: IDS, heads: [] },
  { type: "key", group: GROUP, distribution: new Uint8Array(90).fill(3) },
  { type: "ask-key", group: GROUP },
  { type: "message", group: GROUP, sealed: Uint8Array.of(1, 2, 3), distribution: Uint8Array.of(4) },
  {
    type: "places",
    group: GROUP,
    places: [
      {
        account: "01".repeat(32) as AccountId,
        device: "02".repeat(32) as DeviceId,
        box: "03".repeat(16) as BoxId,
        relay: relays.relay as RelayId,
        addresses: ["/dns4/relay.example/tcp/443/wss"],
      },
    ],
  },
  {
    type: "copies",
    group: GROUP,
    copies: [
      { author: "01".repeat(32) as AccountId, content: textContent(HEAD, "hello"), orderMs: 7, receivedAtMs: 8 },
      { author: "02".repeat(32) as AccountId, content: textContent(HEAD, "again"), orderMs: 9, isRead: true },
    ],
  },
  { type: "read", group: GROUP, orderMs: 7 },
  { type: "picture", group: GROUP, picture: Uint8Array.of(5, 6) },
  { type: "ask-picture", group: GROUP },
  { type: "messages", group: GROUP, sealed: [Uint8Array.of(1, 2), Uint8Array.of(3)], distribution: Uint8Array.of(4) },
  { type: "knock", group: GROUP, token: new Uint8Array(32).fill(6) },
  { type: "open", group: GROUP, heads: IDS, seq: 1 },
  { type: "door", group: GROUP, word: "declined" },
];

const MESSAGE: GroupMessage = {
  group: GROUP,
  heads: IDS,
  parents: [new Uint8Array(16).fill(4)],
  content: textContent(HEAD, "hello"),
};

describe("a mail about a group", () => {
  it.each(MAILS.map((mail) => [mail.type, mail] as const))("%s has one form and reads back", (type, mail) => {
    const encoded = encodeGroupMail(mail);
    expect(toHex(encoded)).toBe(vectors.mail[type]);
    expect(decodeGroupMail(encoded)).toEqual({ ok: true, value: mail });
    for (const other of mutilations(encoded)) expect(decodeGroupMail(other).ok).toBe(false);
    expect(groupContent(HEAD, mail)).toMatchObject({ kind: 10, body: encoded });
  });

  it("full of operations fits a content", () => {
    const operations = Array.from({ length: MAX_MAILED_OPERATIONS_BYTES / MAX_OPERATION_BYTES }, () => {
      return new Uint8Array(MAX_OPERATION_BYTES);
    });
    expect(encodeGroupMail({ type: "operations", group: GROUP, operations }).length).toBeLessThan(MAX_BODY_BYTES);
  });

  it("with the largest sealed message fits a content", () => {
    const sealed = new Uint8Array(MAX_SEALED_GROUP_BYTES);
    const mail: GroupMail = { type: "message", group: GROUP, sealed, distribution: new Uint8Array(256) };
    expect(encodeGroupMail(mail).length).toBeLessThan(MAX_BODY_BYTES);
  });

  it("asks for no more than its bound, and for something", () => {
    const wanted = Array.from({ length: MAX_WANTED_OPERATIONS + 1 }, () => IDS[0] as OperationId);
    expect(() => encodeGroupMail({ type: "ask", group: GROUP, wanted, heads: [] })).toThrow(RangeError);
    expect(() => encodeGroupMail({ type: "ask", group: GROUP, wanted: [], heads: [] })).toThrow(RangeError);
  });
});

describe("a message to a group", () => {
  it("has one form and reads back", () => {
    const encoded = encodeGroupMessage(MESSAGE);
    expect(toHex(encoded)).toBe(vectors.message);
    expect(decodeGroupMessage(encoded)).toEqual({ ok: true, value: MESSAGE });
    for (const other of mutilations(encoded)) expect(decodeGroupMessage(other).ok).toBe(false);
  });

  it("with the longest text and all its parents is read", () => {
    const many = { heads: Array.from({ length: MAX_GROUP_PARENTS }, () => IDS[0] as OperationId) };
    const content = textContent(HEAD, "x".repeat(MAX_TEXT_BYTES));
    expect(decodeGroupMessage(encodeGroupMessage({ ...MESSAGE, ...many, content })).ok).toBe(true);
  });

  it("names its heads", () => {
    expect(() => encodeGroupMessage({ ...MESSAGE, heads: [] })).toThrow(RangeError);
  });

  it("has names and keys that are those of the vectors", () => {
    const device = "0a".repeat(32) as DeviceId;
    expect(toHex(groupMessageName(nobleSuite, fromHex(vectors.message)))).toBe(vectors.messageName);
    expect(toHex(distributionIdOf(nobleSuite, GROUP, device))).toBe(vectors.distributionId);
    expect(toHex(linkSeedOf(nobleSuite, new Uint8Array(16).fill(5), GROUP))).toBe(vectors.linkSeed);
  });

  it("larger than any session message has no name", () => {
    expect(() => groupMessageName(nobleSuite, new Uint8Array(64 * 1024 + 1))).toThrow(RangeError);
  });
});

describe("who says something in a group", () => {
  const [asha, bela, carl] = [actor(0xa1), actor(0xb2), actor(0xc3)];
  const log = groupOf(asha, [[bela, "member"]]);

  it("is a member by their device", () => {
    expect(expectValue(speakerOf(log, bela.device, log.heads)).account).toBe(bela.account);
  });

  it("is nobody while the heads they name are not here, which are asked for", () => {
    expect(speakerOf(log, bela.device, IDS)).toEqual({ ok: false, error: { code: "unknown-head", missing: IDS } });
  });

  it("is nobody who never belonged to it", () => {
    expect(speakerOf(log, carl.device, log.heads)).toEqual({ ok: false, error: { code: "unknown-member" } });
  });

  it("is nobody whose device came later than they say", () => {
    const before = log.heads;
    const tablet = actor(0xb2, 1);
    const later = afterActs(log, [tablet, { type: "join", certificate: [Uint8Array.of(1)] }]);
    expect(speakerOf(later, tablet.device, before)).toEqual({ ok: false, error: { code: "unknown-device" } });
  });

  it.each([
    ["was removed", { type: "remove", account: bela.account }, "removed-member"],
    ["was banned", { type: "remove", account: bela.account, isBanned: true }, "banned-member"],
    ["was retired", { type: "retire", device: bela.device }, "retired-device"],
  ] as const)("is nobody who %s, also from the past", (_, act, code) => {
    const later = withOperations(log, actOn(log, asha, act));
    for (const heads of [log.heads, later.heads]) {
      expect(speakerOf(later, bela.device, heads)).toEqual({ ok: false, error: { code } });
    }
  });

  it("is nobody who has left", () => {
    const later = afterActs(log, [bela, { type: "leave" }]);
    expect(speakerOf(later, bela.device, later.heads)).toEqual({ ok: false, error: { code: "left-member" } });
  });
});

describe("a sender chain", () => {
  const readersOf = ({ state }: GroupLog): readonly DeviceId[] => devicesOf(state).map(({ device }) => device);
  const [asha, bela] = [actor(0xa1), actor(0xb2)];
  const log = groupOf(asha, [[bela, "member"]]);
  const use: ChainUse = { madeAtMs: 1000, messages: 0, given: [bela.device] };

  it("goes on while those who have it belong to the group, also when somebody new comes", () => {
    expect(mustRotate(use, readersOf(log), 1000)).toBe(false);
    const more = afterActs(log, [actor(0xa1, 1), { type: "join", certificate: [Uint8Array.of(1)] }]);
    expect(mustRotate(use, readersOf(more), 1000)).toBe(false);
  });

  it.each([
    ["somebody is removed", { type: "remove", account: bela.account }],
    ["a device is retired", { type: "retire", device: bela.device }],
  ] as const)("is replaced when %s", (_, act) => {
    expect(mustRotate(use, readersOf(afterActs(log, [asha, act])), 1000)).toBe(true);
  });

  it("is replaced when somebody leaves", () => {
    expect(mustRotate(use, readersOf(afterActs(log, [bela, { type: "leave" }])), 1000)).toBe(true);
  });

  it("is replaced after a thousand messages, a week, and when the clock is set back", () => {
    expect(mustRotate({ ...use, messages: MAX_CHAIN_MESSAGES - 1 }, readersOf(log), 1000)).toBe(false);
    expect(mustRotate({ ...use, messages: MAX_CHAIN_MESSAGES }, readersOf(log), 1000)).toBe(true);
    expect(mustRotate(use, readersOf(log), 1000 + MAX_CHAIN_AGE_MS - 1)).toBe(false);
    expect(mustRotate(use, readersOf(log), 1000 + MAX_CHAIN_AGE_MS)).toBe(true);
    expect(mustRotate(use, readersOf(log), 999)).toBe(true);
  });
});
