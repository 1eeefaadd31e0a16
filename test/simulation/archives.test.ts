/** An X archive: read, kept as what it is, read again over restarts, and nothing kept of one that ends half-way. */
import type { MethodName, Methods } from "@kith/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  assigned,
  MANIFEST,
  makeZip,
  SMALL_ARCHIVE,
  sourceOf,
  type ZipFile,
} from "../../packages/client/src/archive/fixtures.ts";
import { importXArchive } from "../../packages/client/src/archive/reader.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;
let ann: SimPerson;

beforeEach(async () => {
  world = await SimWorld.create({ seed: "archive", relays: 1 });
  ann = await world.addPerson("ann");
});

afterEach(() => world.stop());

const watch = () => ({ signal: new AbortController().signal, onProgress: () => undefined });

async function importInto(person: SimPerson, files: readonly ZipFile[]) {
  return importXArchive(person, sourceOf(await makeZip(files)), watch());
}

const rowsOf = (person: SimPerson) => [...person.disk.snapshot().keys()].filter((name) => name.startsWith("archive"));

describe("an X archive", () => {
  test("gives its owner, lists with the newest handles, and conversations, also after a restart", async () => {
    const seen: number[] = [];
    const zip = await makeZip(SMALL_ARCHIVE);
    const info = await importXArchive(ann, sourceOf(zip), {
      ...watch(),
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(info).toMatchObject({
      owner: { accountId: "1000", handle: "noor_h", name: "نور" },
      madeAtMs: Date.UTC(2026, 10, 20, 10),
      formerHandles: [{ handle: "noor", untilMs: Date.UTC(2020, 4, 6, 7, 8, 9) }],
      counts: { following: 2, followers: 2, blocked: 1, muted: 0, named: 2, threads: 3, messages: 4 },
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    ann.crash();
    await world.settle(ann.restart());
    expect((await ann.call("archive.get", {})).archive).toEqual(info);
    const list = async (name: Methods["archive.people"]["params"]["list"]) =>
      (await ann.call("archive.people", { list: name })).people;
    expect(await list("following")).toEqual([
      { id: "2001", handle: "asha" },
      { id: "2002", handle: "imran_m" },
    ]);
    expect(await list("followers")).toEqual([{ id: "2001", handle: "asha" }, { id: "2003" }]);
    expect(await list("blocked")).toEqual([{ id: "2009" }]);
    const { threads } = await ann.call("archive.threads", {});
    expect(threads).toMatchObject([
      { thread: 0, isGroup: false, people: [{ id: "1000" }, { id: "2001", handle: "asha" }], messages: 3 },
      { thread: 1, isGroup: false, people: [{ id: "1000" }, { id: "2009" }], messages: 0 },
      { thread: 2, isGroup: true, name: "Reading circle", messages: 1 },
    ]);
    const { messages } = await ann.call("archive.messages", { thread: 0 });
    expect(messages.map(({ sender, isOwn, text, media }) => [sender.handle, isOwn, text, media])).toEqual([
      ["asha", false, 'hello "there" ] } \\ 😀', 0],
      [undefined, true, "a picture", 1],
      ["asha", false, "see https://example.org/map", 0],
    ]);
  });

  test("is no part of the chats, the search, the contacts, or what is sent", async () => {
    const events = ann.events.length;
    await importInto(ann, SMALL_ARCHIVE);
    expect(await ann.call("chat.list", {})).toEqual([]);
    expect(await ann.call("contact.list", {})).toEqual([]);
    expect((await ann.call("message.search", { text: "hello" })).found).toEqual([]);
    expect((await ann.call("account.status", {})).handle).toBeUndefined();
    expect(ann.events.length).toBe(events);
    const disk = [...ann.disk.snapshot()].flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
    for (const secret of ["2001", "asha", "picture"]) {
      expect(disk.some((bytes) => bytes.includes(secret))).toBe(false);
    }
  });

  test("many messages are read in pages, oldest first within each, none twice", async () => {
    const messages = Array.from({ length: 250 }, (_, at) => ({
      messageCreate: {
        senderId: at % 2 ? "1000" : "2001",
        text: `m${at}`,
        createdAt: new Date(1e12 - 1000 * (at >> 1)).toISOString(),
      },
    }));
    const conversation = { dmConversation: { messages, conversationId: "1000-2001" } };
    await importInto(ann, [MANIFEST, assigned("direct-messages", [conversation])]);
    const texts: string[] = [];
    for (let before: string | undefined, isDone = false; !isDone; ) {
      const page = await ann.call("archive.messages", { thread: 0, ...(before === undefined ? {} : { before }) });
      texts.unshift(...page.messages.map(({ text }) => text));
      before = page.next;
      isDone = before === undefined;
    }
    expect(texts).toEqual(Array.from({ length: 250 }, (_, at) => `m${249 - at}`));
  });

  test("is removed without a trace, and another can come", async () => {
    await importInto(ann, SMALL_ARCHIVE);
    await expect(importInto(ann, SMALL_ARCHIVE)).rejects.toMatchObject({ code: "ARCHIVE_EXISTS" });
    expect((await ann.call("archive.get", {})).archive?.counts.messages).toBe(4);
    expect(await ann.call("archive.remove", {})).toEqual({ removed: true });
    expect(rowsOf(ann)).toEqual([]);
    expect(await ann.call("archive.remove", {})).toEqual({ removed: false });
    await expect(ann.call("archive.threads", {})).rejects.toMatchObject({ code: "ARCHIVE_NONE" });
    expect((await importInto(ann, SMALL_ARCHIVE))?.counts.threads).toBe(3);
  });

  test.each([
    ["without a manifest", SMALL_ARCHIVE.filter((file) => file !== MANIFEST), "ARCHIVE_INVALID"],
    ["of nobody", [assigned("manifest", { userInfo: {} })], "ARCHIVE_INVALID"],
    [
      "whose manifest is no JSON",
      [{ name: "data/manifest.js", bytes: new TextEncoder().encode("x = {") }],
      "ARCHIVE_DAMAGED",
    ],
    [
      "whose last file is damaged",
      [
        ...SMALL_ARCHIVE.filter(({ name }) => name !== "data/tweets.js"),
        { name: "data/tweets.js", bytes: new TextEncoder().encode("x = [{}") },
      ],
      "ARCHIVE_DAMAGED",
    ],
  ])("%s leaves nothing", async (_, files, code) => {
    await expect(importInto(ann, files)).rejects.toMatchObject({ code });
    expect((await ann.call("archive.get", {})).archive).toBeNull();
    expect(rowsOf(ann)).toEqual([]);
  });

  test("that is stopped, or that a crash cuts off, is no archive, and the next one clears it away", async () => {
    const conversation = {
      dmConversation: {
        conversationId: "1000-2001",
        messages: Array.from({ length: 3000 }, (_, at) => ({
          messageCreate: { senderId: "2001", text: `m${at}`, createdAt: "2024-01-01T00:00:00.000Z" },
        })),
      },
    };
    const zip = sourceOf(await makeZip([MANIFEST, assigned("direct-messages", [conversation])]));
    const abort = new AbortController();
    let appended = 0;
    const stopping = {
      call: async <M extends MethodName>(method: M, params: Methods[M]["params"]) => {
        const answer = await ann.call(method, params);
        if (method === "archive.append" && ++appended === 2) abort.abort();
        return answer;
      },
    };
    expect(await importXArchive(stopping, zip, { ...watch(), signal: abort.signal })).toBeNull();
    expect(appended).toBeLessThan(6);
    expect(rowsOf(ann)).toEqual([]);

    const head = { owner: { accountId: "1", handle: "x" }, formerHandles: [] };
    const { id } = await ann.call("archive.begin", head);
    const person = { type: "person", id: "5", lists: ["muted"] } as const;
    await ann.call("archive.append", { id, records: [person] });
    expect(rowsOf(ann).length).toBe(1);
    ann.crash();
    await world.settle(ann.restart());
    expect((await ann.call("archive.get", {})).archive).toBeNull();
    await expect(ann.call("archive.append", { id, records: [] })).rejects.toMatchObject({ code: "ARCHIVE_GONE" });
    expect((await importInto(ann, SMALL_ARCHIVE))?.counts.muted).toBe(0);
    expect((await ann.call("archive.people", { list: "muted" })).people).toEqual([]);
  });

  test("whose records come in another order is refused as a whole", async () => {
    const { id } = await ann.call("archive.begin", { owner: { accountId: "1", handle: "x" }, formerHandles: [] });
    const thread = { type: "thread", thread: 0, isGroup: false, people: ["5"] } as const;
    const message = { type: "message", thread: 0, senderId: "5", text: "x", atMs: 5, media: 0 } as const;
    await ann.call("archive.append", { id, records: [message, thread] });
    await expect(ann.call("archive.append", { id, records: [message] })).rejects.toMatchObject({
      code: "PARAMS_INVALID",
    });
    expect(rowsOf(ann)).toEqual([]);
  });
});
