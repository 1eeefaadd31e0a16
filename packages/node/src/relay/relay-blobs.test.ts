import { MemoryStore, MemoryVault } from "@kith/client/testing";
import {
  type BlobId,
  type BlobRequest,
  type BlobResponse,
  type BlobSpaceId,
  blobRequest,
  blobResponse,
  blobWorkBits,
  decodeAs,
  encodeAs,
  MAX_BLOB_BYTES,
  MAX_FRAME_BYTES,
  nobleSuite,
  PART_BYTES,
  toHex,
} from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { DAY_MS, type RelayLimits } from "./relay-limits.ts";
import { type Peer, RelayFixture, TEST_WORK } from "./testing/relay-fixture.ts";

const SMALL = 150_000;

/** A relay that takes files, and what is on its disk. */
class BlobFixture {
  readonly store = new MemoryStore();
  vault = new MemoryVault();
  relay: RelayFixture;
  readonly #limits: Partial<RelayLimits>;

  constructor(limits: Partial<RelayLimits> = {}) {
    this.#limits = limits;
    this.relay = this.#make();
  }

  async start(): Promise<this> {
    await this.relay.start();
    return this;
  }

  /** What the next process finds after a power cut. */
  async crash(): Promise<void> {
    this.relay.service.stop();
    this.store.crash();
    this.store.reopen();
    this.vault = this.vault.crash();
    this.relay = this.#make();
    await this.relay.start();
  }

  get held(): { readonly blobSpaces: number; readonly blobBytes: number } {
    const { blobSpaces, blobBytes } = this.relay.service.metrics();
    return { blobSpaces, blobBytes };
  }

  newBlob(sizeBytes = SMALL): Blob {
    const { random } = this.relay;
    return { id: toHex(random.bytes(16)) as BlobId, readKey: random.bytes(32), bytes: random.bytes(sizeBytes) };
  }

  newSpace(sizeBytes = 2 * SMALL): Space {
    const { random } = this.relay;
    return { space: toHex(random.bytes(16)) as BlobSpaceId, ownerKey: random.bytes(32), sizeBytes };
  }

  /** A space that is there, paid for. */
  async createSpace(peer: Peer, sizeBytes?: number): Promise<Space> {
    const space = this.newSpace(sizeBytes);
    expect(await create(peer, space)).toEqual({ type: "done" });
    return space;
  }

  #make(): RelayFixture {
    return new RelayFixture({ blobs: { store: this.store, vault: this.vault }, limits: this.#limits });
  }
}

interface Blob {
  readonly id: BlobId;
  readonly readKey: Uint8Array;
  readonly bytes: Uint8Array;
}

interface Space {
  readonly space: BlobSpaceId;
  readonly ownerKey: Uint8Array;
  readonly sizeBytes: number;
}

async function ask(peer: Peer, request: BlobRequest): Promise<BlobResponse> {
  const answer = decodeAs(blobResponse, await peer.exchange(encodeAs(blobRequest, request)), MAX_FRAME_BYTES);
  if (!answer.ok) throw new TypeError(`answer does not decode: ${answer.error.code}`);
  return answer.value;
}

async function create(peer: Peer, { space, ownerKey, sizeBytes }: Space, startNonce = 0): Promise<BlobResponse> {
  const bits = blobWorkBits(TEST_WORK.create, sizeBytes);
  const access = await peer.work({ operation: "blobCreate", space, sizeBytes }, bits, startNonce);
  return ask(peer, { type: "create", space, ownerKey, sizeBytes, access });
}

function partsOf({ space, ownerKey }: Space, { id, readKey, bytes }: Blob): readonly BlobRequest[] {
  const head = { space, ownerKey, blob: id, readHash: nobleSuite.sha256(readKey), sizeBytes: bytes.length };
  return Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, at) => {
    const offset = at * PART_BYTES;
    return { type: "put", ...head, offset, part: bytes.subarray(offset, offset + PART_BYTES) };
  });
}

/** @returns the answer to the last part. */
async function put(peer: Peer, space: Space, blob: Blob): Promise<BlobResponse | undefined> {
  let last: BlobResponse | undefined;
  for (const part of partsOf(space, blob)) last = await ask(peer, part);
  return last;
}

async function read(peer: Peer, { id, readKey, bytes }: Blob): Promise<Uint8Array | string> {
  const all = new Uint8Array(bytes.length);
  for (let offset = 0; offset < bytes.length; offset += PART_BYTES) {
    const answer = await ask(peer, { type: "get", blob: id, readKey, offset });
    if (answer.type !== "part") return answer.type === "error" ? answer.code : answer.type;
    all.set(answer.part, offset);
  }
  return all;
}

const drop = (peer: Peer, id: BlobId | BlobSpaceId, key: Uint8Array) => ask(peer, { type: "drop", id, key });
const refused = (code: string) => ({ type: "error", code });
const done = { type: "done" } as const;

describe("blobs", () => {
  test("are read back by whoever has their keys, and by nobody else", async () => {
    const fixture = await new BlobFixture().start();
    const [sender, reader] = [fixture.relay.peer(), fixture.relay.peer("192.0.2.9")];
    const space = await fixture.createSpace(sender, 3 * MAX_BLOB_BYTES);
    const blobs = [fixture.newBlob(MAX_BLOB_BYTES), fixture.newBlob(PART_BYTES), fixture.newBlob(1)];
    for (const blob of blobs) expect(await put(sender, space, blob)).toEqual(done);
    for (const blob of blobs) expect(await read(reader, blob)).toEqual(blob.bytes);

    const [first] = blobs as [Blob];
    const unknown = fixture.newBlob();
    expect(await ask(reader, { type: "have", blobs: [first.id, unknown.id, ...blobs.map((each) => each.id)] })).toEqual(
      {
        type: "have",
        bitmap: Uint8Array.of(0b1011_1000),
      },
    );
    const wrongKey = { ...first, readKey: unknown.readKey };
    expect(await read(reader, wrongKey)).toBe(await read(reader, unknown));
    expect(await read(reader, wrongKey)).toBe("unknown-queue");
    expect(await drop(reader, first.id, unknown.readKey)).toEqual(refused("unknown-queue"));
    expect(await drop(reader, space.space, first.readKey)).toEqual(refused("unknown-queue"));
    const stranger = { ...space, ownerKey: unknown.readKey };
    expect(await put(reader, stranger, unknown)).toEqual(refused("unknown-queue"));
    expect(await create(reader, stranger, 1e6)).toEqual(refused("unknown-queue"));
    const past = { type: "get", blob: first.id, readKey: first.readKey, offset: MAX_BLOB_BYTES } as const;
    expect(await ask(reader, past)).toEqual(refused("malformed"));
  });

  test("are there once all parts came, in whatever order and over however many channels", async () => {
    const fixture = await new BlobFixture().start();
    const space = await fixture.createSpace(fixture.relay.peer(), MAX_BLOB_BYTES);
    const blob = fixture.newBlob(5 * PART_BYTES + 10);
    const parts = [...partsOf(space, blob)].reverse();
    for (const part of parts.slice(0, 3)) expect(await ask(fixture.relay.peer(), part)).toEqual(done);
    expect(await read(fixture.relay.peer(), blob)).toBe("unknown-queue");
    for (const part of parts.slice(2)) expect(await ask(fixture.relay.peer(), part)).toEqual(done);
    expect(await read(fixture.relay.peer(), blob)).toEqual(blob.bytes);
    for (const part of parts) expect(await ask(fixture.relay.peer(), part)).toEqual(done); // their answers were lost
    expect(await read(fixture.relay.peer(), blob)).toEqual(blob.bytes);
  });

  test("with parts that are none are refused", async () => {
    const fixture = await new BlobFixture().start();
    const peer = fixture.relay.peer();
    const space = await fixture.createSpace(peer);
    const [first] = partsOf(space, fixture.newBlob()) as [Extract<BlobRequest, { type: "put" }>];
    for (const lie of [
      { offset: 1 },
      { offset: 3 * PART_BYTES },
      { sizeBytes: 0 },
      { sizeBytes: PART_BYTES - 1 },
      { part: first.part.subarray(1) },
    ]) {
      expect(await ask(peer, { ...first, ...lie })).toEqual(refused("malformed"));
    }
    expect(await ask(peer, first)).toEqual(done);
    expect(await ask(peer, { ...first, sizeBytes: 3 * PART_BYTES })).toEqual(refused("malformed"));
    expect(await peer.send(Uint8Array.of(0x82, 0x18, 49, 0xa0))).toEqual(refused("malformed"));
  });

  test("that were said to be stored survive a power cut, and the others are not there", async () => {
    const fixture = await new BlobFixture().start();
    const peer = fixture.relay.peer();
    const space = await fixture.createSpace(peer);
    const [kept, cut] = [fixture.newBlob(), fixture.newBlob()];
    expect(await put(peer, space, kept)).toEqual(done);
    for (const part of partsOf(space, cut).slice(0, -1)) await ask(peer, part);
    await fixture.crash();
    const again = fixture.relay.peer();
    expect(await read(again, kept)).toEqual(kept.bytes);
    expect(await read(again, cut)).toBe("unknown-queue");
    expect(await put(again, space, cut)).toEqual(done);
    expect(await read(again, cut)).toEqual(cut.bytes);
    expect(fixture.held).toEqual({ blobSpaces: 1, blobBytes: space.sizeBytes });
  });

  test("whose file or row is damaged are not there, and can be brought again", async () => {
    const fixture = await new BlobFixture().start();
    const peer = fixture.relay.peer();
    const space = await fixture.createSpace(peer);
    const [cut, flipped] = [fixture.newBlob(), fixture.newBlob()];
    for (const blob of [cut, flipped]) await put(peer, space, blob);
    const file = await fixture.vault.open(space.space);
    await file.write(0, cut.bytes.subarray(0, 100));
    await file.sync();
    const rows = await fixture.store.entries({ gte: "b/", lt: "b0" });
    const [key, row] = rows[1] as [string, Uint8Array];
    await fixture.store.commit([{ key, value: row.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) }]);
    await fixture.crash();
    const again = fixture.relay.peer();
    for (const blob of [cut, flipped]) {
      expect(await read(again, blob)).toBe("unknown-queue");
      expect(await put(again, space, blob)).toEqual(done);
      expect(await read(again, blob)).toEqual(blob.bytes);
    }
  });
});

describe("room for blobs", () => {
  test("is paid for with work that grows with it, once", async () => {
    const fixture = await new BlobFixture().start();
    const peer = fixture.relay.peer();
    const { space, ownerKey } = fixture.newSpace();
    const large = { space, ownerKey, sizeBytes: 128 * 1024 * 1024 };
    const free = { type: "create", ...large, access: { type: "none" } } as const;
    expect(await ask(peer, free)).toEqual({ type: "error", code: "work-needed", bits: TEST_WORK.create + 1 });
    const access = await peer.work(
      { operation: "blobCreate", space, sizeBytes: large.sizeBytes },
      TEST_WORK.create + 1,
    );
    expect(await ask(peer, { ...free, access })).toEqual(done);
    expect(await ask(peer, free)).toEqual(done);
    expect(await ask(peer, { ...free, sizeBytes: 5, access })).toMatchObject({ type: "error" });
    expect(fixture.held).toEqual({ blobSpaces: 1, blobBytes: large.sizeBytes });
    expect(await ask(fixture.relay.ownPeer(), { ...free, ...fixture.newSpace() })).toEqual(done);
  });

  test("ends at its size, at the size of one file, at that of the relay and at what one address may have", async () => {
    const limits = { blobBytes: 5 * SMALL, blobSpaceBytes: 3 * SMALL, blobBudgetBytes: 6 * SMALL };
    const fixture = await new BlobFixture(limits).start();
    const peer = fixture.relay.peer();
    const space = await fixture.createSpace(peer, SMALL);
    expect(await put(peer, space, fixture.newBlob(SMALL - 10))).toEqual(done);
    expect(await put(peer, space, fixture.newBlob(11))).toEqual(refused("queue-full"));
    expect(await put(peer, space, fixture.newBlob(10))).toEqual(done);
    expect(await put(peer, space, fixture.newBlob(1))).toEqual(refused("queue-full"));
    expect(await create(peer, fixture.newSpace(3 * SMALL + 1))).toEqual(refused("too-large"));
    const second = await fixture.createSpace(peer, 3 * SMALL);
    expect(await create(fixture.relay.peer("192.0.2.7"), fixture.newSpace(SMALL + 1))).toEqual(refused("relay-full"));
    expect(await drop(peer, second.space, second.ownerKey)).toEqual(done);
    expect(await create(peer, fixture.newSpace(3 * SMALL))).toMatchObject({ code: "rate-limited" });
    expect(await create(fixture.relay.peer("192.0.2.7"), fixture.newSpace(3 * SMALL))).toEqual(done);
  });

  test("is left by its owner, or blob by blob by whoever fetched them, and is free again", async () => {
    const fixture = await new BlobFixture().start();
    const [sender, reader] = [fixture.relay.peer(), fixture.relay.peer("192.0.2.9")];
    const [mine, theirs] = [await fixture.createSpace(sender), await fixture.createSpace(sender)];
    const blobs = [fixture.newBlob(), fixture.newBlob()] as const;
    await put(sender, mine, fixture.newBlob());
    for (const blob of blobs) await put(sender, theirs, blob);
    expect(await drop(sender, mine.space, mine.ownerKey)).toEqual(done);
    expect(await put(sender, mine, blobs[0])).toEqual(refused("unknown-queue"));
    expect(await drop(reader, blobs[0].id, blobs[0].readKey)).toEqual(done);
    expect(await read(reader, blobs[0])).toBe("unknown-queue");
    expect(await read(reader, blobs[1])).toEqual(blobs[1].bytes);
    expect(await drop(reader, blobs[1].id, blobs[1].readKey)).toEqual(done);
    expect(fixture.held).toEqual({ blobSpaces: 0, blobBytes: 0 });
    expect(await fixture.vault.list()).toEqual([]);
    expect(await fixture.store.entries({ gte: "a", lt: "z" })).toEqual([]);
    expect(await create(sender, mine, 1e6)).toEqual(done);
  });

  test("is free again after its time, and after a day when nothing ever came", async () => {
    const fixture = await new BlobFixture({ blobLifeMs: 3 * DAY_MS }).start();
    const peer = fixture.relay.peer();
    const used = await fixture.createSpace(peer);
    const blob = fixture.newBlob();
    await put(peer, used, blob);
    await fixture.createSpace(peer);
    await fixture.relay.clock.advance(2 * DAY_MS + 2 * 3600 * 1000);
    expect(fixture.held.blobSpaces).toBe(1);
    expect(await read(peer, blob)).toEqual(blob.bytes);
    await fixture.relay.clock.advance(2 * DAY_MS);
    expect(fixture.held.blobSpaces).toBe(0);
    expect(await read(peer, blob)).toBe("unknown-queue");
    expect(await fixture.vault.list()).toEqual([]);
  });

  test("in memory is bounded: who comes too many is told to come back, and who went away makes room", async () => {
    const fixture = await new BlobFixture({ blobUploads: 2 }).start();
    const peer = fixture.relay.peer();
    const space = await fixture.createSpace(peer, 5 * SMALL);
    const blobs = [fixture.newBlob(), fixture.newBlob(), fixture.newBlob()];
    const firsts = blobs.map((blob) => partsOf(space, blob)[0] as BlobRequest);
    expect(await ask(peer, firsts[0] as BlobRequest)).toEqual(done);
    expect(await ask(peer, firsts[1] as BlobRequest)).toEqual(done);
    expect(await ask(peer, firsts[2] as BlobRequest)).toMatchObject({ code: "busy", retryAfterMs: expect.any(Number) });
    await fixture.relay.clock.advance(10_000);
    expect(await put(peer, space, blobs[2] as Blob)).toEqual(done);
  });

  test("moves no faster than one address may, and says how long to wait", async () => {
    const limits = { blobBytesPerSecond: PART_BYTES, blobBurstBytes: 2 * PART_BYTES };
    const fixture = await new BlobFixture(limits).start();
    const peer = fixture.relay.peer();
    const parts = partsOf(await fixture.createSpace(peer, MAX_BLOB_BYTES), fixture.newBlob(4 * PART_BYTES));
    const answers: BlobResponse[] = [];
    for (const part of parts.slice(0, 3)) answers.push(await ask(peer, part));
    expect(answers).toEqual([done, done, { type: "error", code: "rate-limited", retryAfterMs: 1000 }]);
    await fixture.relay.clock.advance(1000);
    expect(await ask(peer, parts[2] as BlobRequest)).toEqual(done);
  });

  test("is not there at a relay without any", async () => {
    const relay = await new RelayFixture().start();
    expect(await ask(relay.peer(), { type: "have", blobs: ["02".repeat(16) as BlobId] })).toEqual(
      refused("unsupported"),
    );
  });
});
