import {
  type AccountId,
  type ContentId,
  type DeviceId,
  decodeFileAnswer,
  directFileId,
  encodeFileQuestion,
  type FileQuestion,
  type GroupId,
  hashAt,
  signMemberQuestion,
  toHex,
  UNIT_BYTES,
} from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { cryptoSuite } from "#crypto-backend";
import type { Core } from "../core.ts";
import type { InboundChannel } from "../ports.ts";
import { MemoryVault } from "../testing/memory-vault.ts";
import { FileAskers } from "./file-askers.ts";
import { FileDoor } from "./file-door.ts";
import type { FileRow } from "./file-row.ts";
import { type SealedFixture, sealFixture } from "./fixtures.ts";

const VAULT_NAME = "cd".repeat(16);
const SIZE = UNIT_BYTES + 70_000;

type Told = readonly [what: string, doneBytes?: number];

/** A door with one file, of which a test changes the row, the bytes and the person. */
class Doorway {
  readonly told: Told[] = [];
  readonly door: FileDoor;
  readonly #handle: (request: Uint8Array) => Promise<Uint8Array>;
  readonly id: Uint8Array;
  row: FileRow | undefined;
  relation = "accepted";
  /** Devices that belong to the group. */
  readers: readonly DeviceId[] = [];
  /** Other devices of the account. */
  readonly own: { deviceId: DeviceId }[] = [];

  constructor(file: SealedFixture, vault: MemoryVault) {
    const { manifest, hashes } = file;
    this.id = directFileId(cryptoSuite, manifest.key);
    const chat = "bb".repeat(32) as AccountId;
    this.row = { chat, isOwn: true, id: "01".repeat(16) as ContentId, state: "offered", manifest, doneBytes: 0 };
    const askers = new FileAskers({ suite: cryptoSuite } as Core);
    const core = {
      suite: cryptoSuite,
      people: { contact: () => ({ relation: this.relation }) },
      account: { chain: { devices: this.own } },
      own: null,
      others: {
        groupFiles: { askers, isReader: (_group: GroupId, device: DeviceId) => this.readers.includes(device) },
      },
      files: {
        get: () => this.row,
        keyOf: ({ id }: FileRow) => id,
        hashes: async () => hashes,
        vaultName: () => VAULT_NAME,
      },
    } as unknown as Core;
    this.door = new FileDoor(
      core,
      { suite: cryptoSuite, vault, sources: null },
      {
        onServed: (_name, doneBytes) => this.told.push(["served", doneBytes]),
        onDone: () => this.told.push(["done"]),
        onChanged: () => this.told.push(["changed"]),
      },
    );
    this.door.offer(this.row);
    const inbound = {} as InboundChannel;
    this.#handle = (request) => this.door.acceptor(inbound)(request);
  }

  /** Makes it a file of a group, for a device. */
  async inGroup(signingSeed: Uint8Array): Promise<DeviceId> {
    if (this.row !== undefined) this.row = { ...this.row, group: "cc".repeat(32) as GroupId };
    return toHex(await cryptoSuite.ed25519PublicKey(signingSeed)) as DeviceId;
  }

  async ask(question: FileQuestion): Promise<ReturnType<typeof decodeFileAnswer>> {
    return decodeFileAnswer(await this.#handle(encodeFileQuestion(question)));
  }

  async send(request: Uint8Array): Promise<ReturnType<typeof decodeFileAnswer>> {
    return decodeFileAnswer(await this.#handle(request));
  }

  part(unit: number, part: number): ReturnType<Doorway["ask"]> {
    return this.ask({ type: "part", id: this.id, unit, part });
  }
}

/** Made once: nothing here changes it. */
const sealed = sealFixture(SIZE);

async function setUp(): Promise<{ doorway: Doorway; file: SealedFixture; vault: MemoryVault }> {
  const file = await sealed;
  const vault = new MemoryVault();
  const kept = await vault.open(VAULT_NAME);
  for (const [unit, size] of [UNIT_BYTES + 1024, 70_000 + 5 * 16].entries()) {
    const bytes = new Uint8Array(size);
    await file.units.read(unit, bytes);
    await kept.write(unit, bytes);
  }
  return { doorway: new Doorway(file, vault), file, vault };
}

describe("the door for files", () => {
  test("hands out hashes and parts, and tells how far it got", async () => {
    const { doorway, file } = await setUp();
    const hashes = await doorway.ask({ type: "hashes", id: doorway.id, from: 1 });
    expect(hashes).toEqual({ ok: true, value: hashAt(file.hashes, 1) });
    const part = await doorway.part(0, 15);
    expect(part.ok && part.value.length).toBe(65_600);
    const last = await doorway.part(1, 1);
    expect(last.ok && last.value.length).toBe(70_080 - 65_600);
    expect(await doorway.ask({ type: "done", id: doorway.id })).toEqual({ ok: true, value: new Uint8Array(0) });
    expect(doorway.told).toEqual([["served", UNIT_BYTES + 1024], ["served", SIZE], ["done"]]);
  });

  test("knows nothing for whoever does not know the file, is blocked, or asks for one that is withdrawn", async () => {
    const { doorway } = await setUp();
    const other = await doorway.ask({ type: "hashes", id: new Uint8Array(32), from: 0 });
    expect(other).toEqual({ ok: false, error: "gone" });
    doorway.relation = "blocked";
    expect(await doorway.part(0, 0)).toEqual({ ok: false, error: "gone" });
    doorway.relation = "accepted";
    for (const [state, error] of [
      ["cancelled", "gone"],
      ["paused", "paused"],
      ["failed", "changed"],
    ] as const) {
      doorway.row = doorway.row && { ...doorway.row, state };
      expect(await doorway.part(0, 0)).toEqual({ ok: false, error });
    }
    doorway.row = undefined;
    expect(await doorway.part(0, 0)).toEqual({ ok: false, error: "gone" });
    expect(doorway.told).toEqual([]);
  });

  test("refuses what makes no sense without a look at the disk", async () => {
    const { doorway } = await setUp();
    const malformed = { ok: false, error: "malformed" };
    expect(await doorway.part(2, 0)).toEqual(malformed);
    expect(await doorway.part(1, 2)).toEqual(malformed);
    expect(await doorway.ask({ type: "hashes", id: doorway.id, from: 2 })).toEqual(malformed);
    expect(await doorway.send(new Uint8Array(0))).toEqual(malformed);
    expect(await doorway.send(new Uint8Array(4000))).toEqual(malformed);
    expect(doorway.told).toEqual([]);
  });

  test("says that the file changed when its bytes are not those that were offered", async () => {
    const { doorway, vault } = await setUp();
    const kept = await vault.open(VAULT_NAME);
    await kept.write(1, new Uint8Array(70_080));
    expect((await doorway.part(0, 3)).ok).toBe(true);
    expect(await doorway.part(1, 0)).toEqual({ ok: false, error: "changed" });
    expect(doorway.told.at(-1)).toEqual(["changed"]);
  });

  test("answers a flood of questions with busy instead of piling them up", async () => {
    const { doorway } = await setUp();
    const answers = await Promise.all(Array.from({ length: 100 }, () => doorway.part(0, 0)));
    const busy = answers.filter((each) => !each.ok && each.error === "busy");
    expect(busy).toHaveLength(36);
    expect((await doorway.part(0, 0)).ok).toBe(true);
  });

  test("hands a file of a group only to devices that prove that they belong to it, and to none that was removed meanwhile", async () => {
    const { doorway, file } = await setUp();
    const seed = new Uint8Array(32).fill(7);
    const device = await doorway.inGroup(seed);
    doorway.readers = [device];
    const gone = { ok: false, error: "gone" };
    const hashes = { type: "hashes", id: doorway.id, from: 0 } as const;
    expect(await doorway.ask(hashes)).toEqual(gone);
    const question = await signMemberQuestion(cryptoSuite, doorway.id, { deviceId: device, signingSeed: seed });
    const forged = { ...question, signature: new Uint8Array(64) };
    expect(await doorway.ask(forged)).toEqual(gone);
    expect(await doorway.ask(hashes)).toEqual(gone);
    expect(await doorway.ask(question)).toEqual({ ok: true, value: new Uint8Array(0) });
    expect(await doorway.ask(hashes)).toEqual({ ok: true, value: file.hashes });
    expect(await doorway.ask({ type: "done", id: doorway.id })).toEqual({ ok: true, value: new Uint8Array(0) });
    expect(doorway.told.some(([what]) => what === "done")).toBe(false);
    doorway.readers = [];
    expect(await doorway.part(0, 0)).toEqual(gone);
    expect(await doorway.ask(question)).toEqual(gone);
  });

  test("hands every complete file to our other devices, fetched or own, and tells nobody of it", async () => {
    const { doorway, file } = await setUp();
    const seed = new Uint8Array(32).fill(7);
    const deviceId = await doorway.inGroup(seed);
    const gone = { ok: false, error: "gone" };
    const question = await signMemberQuestion(cryptoSuite, doorway.id, { deviceId, signingSeed: seed });
    const hashes = { type: "hashes", id: doorway.id, from: 0 } as const;
    const { group: _group, ...own } = doorway.row as FileRow;
    const received: FileRow = { ...own, isOwn: false, state: "complete" };
    const sources: readonly FileRow[] = [received, { ...own, isCopy: true, state: "complete" }];
    for (const row of sources) {
      doorway.row = row;
      expect(await doorway.ask(hashes)).toEqual(gone); // the person it came from, or went to, has not proved anything
    }
    expect(await doorway.ask(question)).toEqual(gone);
    doorway.own.push({ deviceId });
    for (const row of [...sources, own]) {
      doorway.row = row;
      doorway.relation = row.isOwn ? "blocked" : "accepted";
      expect(await doorway.ask(question)).toEqual({ ok: true, value: new Uint8Array(0) });
      expect(await doorway.ask(hashes)).toEqual({ ok: true, value: file.hashes });
      expect((await doorway.part(0, 0)).ok).toBe(true);
      expect((await doorway.ask({ type: "done", id: doorway.id })).ok).toBe(true);
    }
    for (const row of [
      { ...received, state: "wanted" as const },
      { ...received, isOnce: true as const },
    ]) {
      doorway.row = row;
      expect(await doorway.ask(hashes)).toEqual(gone);
    }
    doorway.row = received;
    doorway.own.pop();
    expect(await doorway.part(0, 0)).toEqual(gone);
    expect(doorway.told).toEqual([]);
  });

  test("goes on to offer an own file that was offered back, and calls a damaged copy not here", async () => {
    const { doorway, vault } = await setUp();
    const own = doorway.row as FileRow;
    doorway.door.offer({ ...own, isOwn: false, id: "02".repeat(16) as ContentId, state: "complete" });
    expect((await doorway.part(0, 0)).ok).toBe(true);
    const seed = new Uint8Array(32).fill(7);
    const deviceId = await doorway.inGroup(seed);
    doorway.own.push({ deviceId });
    const question = await signMemberQuestion(cryptoSuite, doorway.id, { deviceId, signingSeed: seed });
    expect((await doorway.ask(question)).ok).toBe(true);
    doorway.row = { ...own, isOwn: false, state: "complete" };
    await doorway.door.withdraw(own); // what was read ahead
    await (await vault.open(VAULT_NAME)).write(1, new Uint8Array(70_080));
    expect(await doorway.part(1, 0)).toEqual({ ok: false, error: "gone" });
    expect(doorway.told.map(([what]) => what)).toEqual(["served"]);
  });

  test("takes no proof for a file of a chat", async () => {
    const { doorway } = await setUp();
    const seed = new Uint8Array(32).fill(7);
    const deviceId = toHex(await cryptoSuite.ed25519PublicKey(seed)) as DeviceId;
    const question = await signMemberQuestion(cryptoSuite, doorway.id, { deviceId, signingSeed: seed });
    doorway.relation = "blocked";
    expect(await doorway.ask(question)).toEqual({ ok: false, error: "gone" });
  });
});
