/** Hostile input to every decoder: it takes it or refuses it, soon, and throws nothing. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { DECODERS, type Decoder } from "../test/decoders.ts";
import { exportsOfSources, isShape, samplesOfFormats } from "../test/sources.ts";
import { cutBackup } from "./backup/contact-backup.ts";
import { concat, equalBytes, fromHex, utf8 } from "./bytes.ts";
import { writeCandidate } from "./call/candidate.ts";
import { describe as describeMedia, HOST } from "./call/fixtures.ts";
import { writeSdp } from "./call/sdp.ts";
import { encodeCbor } from "./codec/cbor.ts";
import { decodeAs, encodeAs } from "./codec/schema.ts";
import { nobleSuite } from "./crypto/noble.ts";
import { addressToBytes } from "./directory/address-bytes.ts";
import { addressShape, compactBox } from "./directory/compact-relay.ts";
import { fixedBox } from "./directory/fixtures.ts";
import posts from "./directory/post-proof.vectors.json" with { type: "json" };
import { deriveChunkKeys } from "./file/chunks.ts";
import type { AccountId, BoxId, DeviceId, RelayId } from "./ids.ts";
import { REQUEST_BYTES } from "./limits.ts";
import { messageMarks } from "./message/marks.ts";
import { type BundleHead, signBundleHead } from "./relay/bundle.ts";
import relays from "./relay/relay.vectors.json" with { type: "json" };
import { writeBytes } from "./session/byte-writer.ts";
import { writeSkippedKeys } from "./session/pq-codec.ts";
import { addSenderKey, createSenderChain, distributeSenderChain } from "./session/sender-key.ts";
import { encodeSenderChain, encodeSenderKeyRecord } from "./session/sender-key-codec.ts";
import { NO_SKIPPED_KEYS } from "./session/skipped-keys.ts";
import { createSeededRandom } from "./testing/seeded-random.ts";

/** What names a decoder: it reads bytes or text. */
const DECODER_NAME = /^(?:decode|read|parse|peek|inspect)[A-Z]|^bytesToAddress$|^requestKeyId$|^fromBase64Url$/;

/** Read values that were decoded already, or take a shape and bytes and are met through every shape. */
const NOT_DECODERS = new Set(["decodeAs", "readDeviceAdd"]);

const MAX_BYTES: number = 64 * 1024;
const NOW_MS = 1_800_000_000_000;

/** Samples of the vectors that are mutated, and mutations of each, a decoder. */
const SAMPLES = 200;
const MUTATIONS = 10;
const RANDOM_INPUTS = 200;

/** A decoder that needs longer than this for one input hangs; the slowest takes a few ms. */
const MAX_CALL_MS = 2000;
const MAX_GROWTH_BYTES: number = 128 * 1024 * 1024;

let samples: readonly Uint8Array[] = [];
let decoders: readonly Decoder[] = DECODERS;

beforeAll(async () => {
  samples = await samplesOfFormats(await samplesWithoutVectors());
  const shapes = [...(await exportsOfSources())].flatMap(([name, value]) =>
    isShape(value) ? [{ name, takes: (bytes: Uint8Array) => decodeAs(value, bytes, MAX_BYTES).ok }] : [],
  );
  decoders = [...DECODERS, ...shapes];
});

/** Bytes and texts of any length are good base64url, and good UTF-8. */
const UNBOUNDED = new Set(["fromBase64Url", "readUtf8"]);

/** A length that promises far more than follows, in CBOR, protobuf and fixed layouts, at any place of a sample. */
const PROMISES: readonly Uint8Array[] = [
  fromHex("5bffffffffffffffff"),
  fromHex("9affffffff"),
  fromHex("bb001fffffffffffff"),
  fromHex("7affffffff"),
  fromHex("22ffffffff0f"),
  fromHex("ffffffff"),
  fromHex("81".repeat(64)),
];

/** Of formats that no vector holds. */
async function samplesWithoutVectors(): Promise<readonly Uint8Array[]> {
  const random = createSeededRandom("samples");
  const context = { suite: nobleSuite, random, nowMs: NOW_MS };
  const chain = await createSenderChain(context, random(16));
  const record = addSenderKey(context, null, distributeSenderChain(chain));
  if (!record.ok) throw new Error(record.error.code);
  const head: BundleHead = {
    suites: [1, 2],
    box: "0b".repeat(16) as BoxId,
    relay: relays.relay as RelayId,
    createdMs: NOW_MS,
    expiresMs: NOW_MS + 1000,
    signedPrekey: { id: 1, publicKey: random(32), signature: random(64) },
    kemPrekey: { id: 2, publicKey: random(1568), signature: random(64) },
    boxKey: { id: 3, publicKey: random(1216) },
  };
  const owner = { account: "0a".repeat(32) as AccountId, device: "0c".repeat(32) as DeviceId, signingSeed: random(32) };
  return [
    encodeSenderChain(chain),
    encodeSenderKeyRecord(record.value),
    await signBundleHead(nobleSuite, owner, head),
    addressToBytes("/dns4/relay.example/tcp/443/wss"),
    deriveChunkKeys(new Uint8Array(32), random(24), new Uint8Array(0)).header,
    writeBytes((sink) => writeSkippedKeys(sink, NO_SKIPPED_KEYS)),
    new Uint8Array(REQUEST_BYTES),
    encodeAs(messageMarks, { reactions: [] }),
    encodeAs(addressShape, "/dns4/relay.example/tcp/443/wss"),
    encodeAs(compactBox, await fixedBox(7)),
    utf8(writeSdp(describeMedia(1))),
    utf8(writeCandidate(HOST, "a+b/")),
    encodeCbor("12"),
    utf8(JSON.stringify(posts.answers[0]?.answer)),
    encodeCbor("1234567890123456789"),
    ...cutBackup(random(64), NOW_MS),
  ];
}

function mutate(sample: Uint8Array, random: (length: number) => Uint8Array): Uint8Array {
  const [kind = 0, a = 0, b = 0, c = 0, d = 0] = random(5);
  const at = ((a << 8) | b) % (sample.length + 1);
  switch (kind % 6) {
    case 0: {
      const flipped = sample.slice();
      if (at < flipped.length) flipped[at] = (flipped[at] as number) ^ (1 << (c % 8));
      return flipped;
    }
    case 1:
      return sample.slice(0, at);
    case 2:
      return concat(sample.slice(0, at), random(1 + (c % 9)), sample.slice(at));
    case 3:
      return concat(sample.slice(0, at), sample.slice(Math.min(sample.length, at + 1 + (c % 9))));
    case 4:
      return concat(sample.slice(0, at), PROMISES[c % PROMISES.length] as Uint8Array, sample.slice(at));
    default:
      return concat(sample.slice(0, at), samples[((c << 8) | d) % samples.length] as Uint8Array);
  }
}

function run({ name, takes }: Decoder, bytes: Uint8Array): boolean {
  const before = bytes.slice();
  const startedMs = performance.now();
  let isTaken: boolean;
  try {
    isTaken = takes(bytes);
  } catch (error) {
    throw new Error(`${name} threw on ${Buffer.from(bytes).toString("hex").slice(0, 400)}`, { cause: error });
  }
  if (performance.now() - startedMs > MAX_CALL_MS) throw new Error(`${name} took too long`);
  if (!equalBytes(bytes, before)) throw new Error(`${name} changed its input`);
  return isTaken;
}

describe("the table of decoders", () => {
  it("holds every decoder of the sources, and nothing else", async () => {
    const functions = [...(await exportsOfSources())].filter(([, value]) => typeof value === "function");
    const named = functions.map(([name]) => name).filter((name) => DECODER_NAME.test(name) && !NOT_DECODERS.has(name));
    expect(DECODERS.map(({ name }) => name).sort()).toEqual(named.sort());
  });

  it("meets shapes too", () => {
    expect(decoders.length).toBeGreaterThan(DECODERS.length + 10);
  });
});

describe("every decoder", () => {
  it("takes or refuses changed samples of every format, and throws nothing", { timeout: 120_000 }, () => {
    const random = createSeededRandom(process.env.FUZZ_SEED ?? "mutations");
    const heapBefore = memoryInUse();
    for (const decoder of decoders) {
      for (let i = 0; i < SAMPLES; i++) {
        const [high = 0, low = 0] = random(2);
        const sample = samples[((high << 8) | low) % samples.length] as Uint8Array;
        run(decoder, sample);
        for (let j = 0; j < MUTATIONS; j++) run(decoder, mutate(sample, random));
      }
    }
    expect(memoryInUse() - heapBefore).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it("takes or refuses random bytes and texts, and throws nothing", { timeout: 120_000 }, () => {
    for (const decoder of decoders) {
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 200 }).map(utf8)), (bytes) => {
          run(decoder, bytes);
        }),
        { numRuns: RANDOM_INPUTS },
      );
    }
  });

  it("refuses promises of memory that never come", () => {
    const heapBefore = memoryInUse();
    for (const decoder of decoders) {
      for (const promise of PROMISES) {
        for (const head of ["", "01", "02", "33", "44", "0102", "010001", "a1015820", "8101", "330a"]) {
          run(decoder, concat(fromHex(head), promise));
        }
      }
    }
    expect(memoryInUse() - heapBefore).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it("refuses more bytes than its limit", () => {
    const long = new Uint8Array(1024 * 1024).fill(0x61);
    for (const decoder of decoders) {
      if (!UNBOUNDED.has(decoder.name))
        expect({ name: decoder.name, isTaken: run(decoder, long) }).toEqual({ name: decoder.name, isTaken: false });
    }
  });

  it("takes some of the samples, so that the changed ones reach its inside", () => {
    const never = decoders.filter((decoder) => !samples.some((sample) => run(decoder, sample)));
    expect(never.map(({ name }) => name)).toEqual([]);
  });
});

describe("shapes", () => {
  it("encode what they decoded to the same bytes", async () => {
    let taken = 0;
    for (const [, shape] of await exportsOfSources()) {
      if (!isShape(shape)) continue;
      for (const sample of samples) {
        const decoded = decodeAs(shape, sample, MAX_BYTES);
        if (!decoded.ok) continue;
        taken++;
        expect(encodeAs(shape, decoded.value)).toEqual(sample);
      }
    }
    expect(taken).toBeGreaterThan(50);
  });
});

function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
