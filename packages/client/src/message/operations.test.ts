import {
  type AccountId,
  type Content,
  type ContentId,
  contentHash,
  deletionContent,
  editContent,
  MAX_EDIT_AGE_MS,
  orderOf,
  reactionContent,
  replyContent,
  textContent,
} from "@kith/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cryptoSuite } from "#crypto-backend";
import type { Core } from "../core.ts";
import type { NewEvent } from "../event-log.ts";
import { People } from "../people/people.ts";
import type { StoreChange } from "../ports.ts";
import { createSealedStore, type SealedStore } from "../store/sealed-store.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { MemoryStore } from "../testing/memory-store.ts";
import { createMemoryTableKey } from "../testing/memory-table-key.ts";
import { createRandom } from "../testing/seeded-random.ts";
import { openVanishParts, type VanishParts } from "../vanish/vanish-parts.ts";
import { MessageLog } from "./message-log.ts";
import type { MessageRow } from "./message-row.ts";
import { viewMessage } from "./message-view.ts";
import { chatPlace, Operations, readOperation } from "./operations.ts";

const me = "aa".repeat(32) as AccountId;
const them = "bb".repeat(32) as AccountId;
const SENT_MS = 1_800_000_000_000;
const idOf = (number: number): ContentId => number.toString(16).padStart(32, "0") as ContentId;
const headAt = (id: number, afterMs = 0) => ({ id: idOf(id), sentAtMs: SENT_MS + afterMs });

/** One device's store of one chat, taking contents as they come. */
class Device {
  readonly store: SealedStore;
  readonly people: People;
  readonly messages: MessageLog;
  readonly operations: Operations;
  readonly core: Core;
  readonly place: ReturnType<typeof chatPlace>;

  static async create(): Promise<Device> {
    const tools = { suite: cryptoSuite, random: createRandom("device").bytes };
    const clock = new FakeClock();
    const store = createSealedStore(new MemoryStore({ clock }), { key: new Uint8Array(32), ...tools });
    return new Device(await openVanishParts({ store, clock, tableKey: createMemoryTableKey(tools.random), ...tools }));
  }

  private constructor(vanish: VanishParts) {
    this.store = vanish.store;
    this.people = new People(this.store, cryptoSuite, vanish.state);
    this.messages = new MessageLog(this.store, this.people, vanish);
    this.operations = new Operations(this.store, vanish.state);
    this.core = {
      account: { id: me },
      clock: new FakeClock(),
      messages: this.messages,
      people: this.people,
      store: this.store,
      suite: cryptoSuite,
      vanish,
    } as unknown as Core;
    this.place = chatPlace(this.core, them);
  }

  /** Takes a content of one side. @returns what became of it. */
  async take(by: AccountId, content: Content): Promise<string> {
    const changes: StoreChange[] = [];
    const effects: (() => void)[] = [];
    const draft = {
      add: (...all: StoreChange[]) => changes.push(...all),
      tell: (_: NewEvent) => undefined,
      afterwards: (effect: () => void) => effects.push(effect),
    };
    const operation = readOperation(by, content);
    let outcome: string = "message";
    if (operation !== null) {
      outcome = await this.operations.take(this.core, draft as never, this.place, operation, content);
    } else if (!(await this.messages.isKnown(them, by === me ? "own" : "their", content.id))) {
      const met = await this.operations.meet(this.core, this.place, by, rowOf(by, content));
      changes.push(...this.messages.put(met.row), ...met.changes);
    }
    await this.store.commit(changes);
    for (const effect of effects) effect();
    return outcome;
  }

  rows(): Promise<readonly MessageRow[]> {
    return this.messages.list(them, 500);
  }

  async shown() {
    return Promise.all((await this.rows()).map((row) => viewMessage(this.core, row)));
  }

  async early(): Promise<number> {
    return (await this.store.entries({ gte: "early/", lt: "early/~" })).length;
  }
}

function rowOf(by: AccountId, content: Content): MessageRow {
  const orderMs = orderOf(content);
  return { chat: them, isOwn: by === me, content, orderMs, deliveries: [], isRead: true };
}

const target = fc.constantFrom(1, 2, 3);
const side = fc.constantFrom(me, them);
const at = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(MAX_EDIT_AGE_MS + 5));
const operation = fc.oneof(
  fc.tuple(fc.constant("edit" as const), target, side, at),
  fc.tuple(fc.constant("react" as const), target, side, at),
  fc.tuple(fc.constant("delete" as const), target, side, at),
);
const MESSAGES: readonly (readonly [AccountId, Content])[] = [
  [me, textContent(headAt(1), "one")],
  [them, textContent(headAt(2), "two")],
  [
    them,
    replyContent(headAt(3), {
      text: "three",
      to: { author: me, id: idOf(1) },
      hash: contentHash(cryptoSuite, textContent(headAt(1), "one")),
    }),
  ],
];
const authorOf = (id: number) => (id === 1 ? me : them);

function contentOf([kind, id, , afterMs]: [string, number, AccountId, number], index: number): Content {
  const head = headAt(100 + index, afterMs);
  const named = { target: idOf(id) };
  if (kind === "edit") return editContent(head, { ...named, text: `edit ${index}` });
  if (kind === "delete") return deletionContent(head, named);
  return reactionContent(head, {
    to: { author: authorOf(id), id: idOf(id) },
    ...(index % 3 === 0 ? {} : { emoji: "👍" }),
  });
}

describe("a chat", () => {
  test("ends the same whatever the order in which messages and operations come, and however often", async () => {
    const histories = fc.array(operation, { maxLength: 8 }).chain((list) => {
      const all = [...MESSAGES, ...list.map((each, index) => [each[2], contentOf(each, index)] as const)];
      return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all));
    });
    const property = fc.asyncProperty(histories, async ([inOrder, shuffled, repeated]) => {
      const [left, right] = [await Device.create(), await Device.create()];
      for (const [by, content] of inOrder) await left.take(by, content);
      for (const [by, content] of [...shuffled, ...repeated]) await right.take(by, content);
      expect(await right.rows()).toEqual(await left.rows());
      expect(await right.shown()).toEqual(await left.shown());
      expect(await right.early()).toBe(await left.early());
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

describe("an operation", () => {
  test("on a message that has not come is kept over a restart and applied when it comes", async () => {
    const device = await Device.create();
    expect(await device.take(them, editContent(headAt(9, 5), { target: idOf(2), text: "new" }))).toBe("kept");
    expect(await device.early()).toBe(1);
    await device.take(them, textContent(headAt(2), "two"));
    expect(await device.shown()).toMatchObject([{ text: "new", editedAtMs: SENT_MS + 5 }]);
    expect(await device.early()).toBe(0);
  });

  test("of somebody else on a message does nothing and says why", async () => {
    const device = await Device.create();
    await device.take(me, textContent(headAt(1), "mine"));
    const edit = editContent(headAt(9, 5), { target: idOf(1), text: "theirs now" });
    expect(await device.take(them, edit)).toBe("kept"); // it names a message of the sender's, which is not here
    const reaction = reactionContent(headAt(10, 5), {
      to: { author: "cc".repeat(32) as AccountId, id: idOf(1) },
      emoji: "👍",
    });
    expect(await device.take(them, reaction)).toBe("not-own");
    expect(await device.shown()).toMatchObject([{ text: "mine" }]);
    expect((await device.rows())[0]?.marks).toBeUndefined();
  });

  test("on a message that was forgotten here does nothing", async () => {
    const device = await Device.create();
    await device.take(them, textContent(headAt(2), "two"));
    const [row] = await device.rows();
    if (row !== undefined) await device.store.commit(device.messages.forget(row));
    expect(await device.take(them, editContent(headAt(9, 5), { target: idOf(2), text: "new" }))).toBe("gone");
    await device.take(them, textContent(headAt(2), "two"));
    expect(await device.rows()).toEqual([]);
  });

  test("in a flood for messages that never come is kept only so far: the oldest go", async () => {
    const device = await Device.create();
    for (let index = 0; index < 530; index++) {
      await device.take(them, deletionContent(headAt(1000 + index, index), { target: idOf(5000 + index) }));
    }
    expect(await device.early()).toBe(512);
    for (let index = 0; index < 100; index++) {
      const head = headAt(2000 + index, index);
      await device.take(them, reactionContent(head, { to: { author: them, id: idOf(5529) }, emoji: "👍" }));
      await device.take(them, editContent(headAt(3000 + index, index), { target: idOf(5529), text: "x".repeat(1000) }));
    }
    expect(await device.early()).toBe(512);
    const sizes = (await device.store.entries({ gte: "early/", lt: "early/~" })).map(([, value]) => value.length);
    expect(Math.max(...sizes)).toBeLessThan(6000);
  });
});

describe("a quote", () => {
  const original = textContent(headAt(1), "what I said");
  const replyTo = (hash: Uint8Array, author = me) =>
    replyContent(headAt(2, 1), { text: "so you said", to: { author, id: idOf(1) }, hash });

  test("whose hash does not fit is shown as forged, without any words", async () => {
    const device = await Device.create();
    await device.take(me, original);
    await device.take(them, replyTo(contentHash(cryptoSuite, textContent(headAt(1), "what I never said"))));
    const [, reply] = await device.shown();
    expect(reply?.replyTo).toEqual({ id: idOf(1), isOwn: true, state: "forged" });
  });

  test("of a message that is not here, or of a stranger's, could not be checked", async () => {
    const device = await Device.create();
    await device.take(them, replyTo(contentHash(cryptoSuite, original)));
    expect((await device.shown())[0]?.replyTo).toEqual({ id: idOf(1), isOwn: true, state: "missing" });
    const other = await Device.create();
    await other.take(them, replyTo(contentHash(cryptoSuite, original), "cc".repeat(32) as AccountId));
    expect((await other.shown())[0]?.replyTo?.state).toBe("missing");
  });

  test("is still checked after the original was edited, and forged ones stay forged", async () => {
    const device = await Device.create();
    await device.take(me, original);
    await device.take(me, editContent(headAt(3, 3), { target: idOf(1), text: "better words" }));
    await device.take(them, replyTo(contentHash(cryptoSuite, original)));
    const [, reply] = await device.shown();
    expect(reply?.replyTo).toEqual({ id: idOf(1), isOwn: true, state: "checked", text: "better words" });
  });
});

describe("the place of an own message", () => {
  test("is after everything seen in the chat, also when the other side's clock is ahead or ours was set back", async () => {
    const device = await Device.create();
    await device.take(them, textContent({ ...headAt(1), orderMs: SENT_MS + 3_600_000 }, "from ahead"));
    const first = await device.messages.nextHead(them, idOf(2), SENT_MS);
    const second = await device.messages.nextHead(them, idOf(3), SENT_MS - 50_000);
    expect(first).toMatchObject({ sentAtMs: SENT_MS, orderMs: SENT_MS + 3_600_001 });
    expect(second).toMatchObject({ sentAtMs: SENT_MS - 50_000, orderMs: SENT_MS + 3_600_002 });
  });
});
