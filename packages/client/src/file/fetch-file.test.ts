import {
  encodeFileAnswer,
  encodeFileRefusal,
  fileCipherOf,
  hashAt,
  openUnit,
  UNIT_BYTES,
  unitBuffer,
  unitCount,
} from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { cryptoSuite } from "#crypto-backend";
import type { VaultFile } from "../ports.ts";
import { MemoryVault } from "../testing/memory-vault.ts";
import { type FetchEnd, type FetchParts, fetchMissing, scanUnits } from "./fetch-file.ts";
import { FakeSender, type SealedFixture, sealFixture } from "./fixtures.ts";
import { askDevice } from "./pull-units.ts";

const NAME = "ab".repeat(16);
const SIZE = 3 * UNIT_BYTES + 12_345;

/** A receiver that keeps what it has over many tries. */
class Receiver {
  readonly vault = new MemoryVault();
  readonly #file: SealedFixture;
  #stop = new AbortController();
  hashes: Uint8Array | undefined;
  doneBytes = 0;
  /** Stops once so much is here. */
  stopAtBytes = Number.POSITIVE_INFINITY;

  constructor(file: SealedFixture) {
    this.#file = file;
  }

  /** One try from the beginning, as after a start of the process. */
  async fetch(sender: FakeSender): Promise<FetchEnd> {
    this.#stop = new AbortController();
    const file = await this.vault.open(NAME);
    const parts = this.#parts(file);
    const known = await scanUnits(parts);
    if (known === null) return "stopped";
    this.doneBytes = known.doneBytes;
    const channel = sender.connect();
    try {
      return await fetchMissing(parts, known, askDevice(channel));
    } finally {
      channel.close();
    }
  }

  /** The units that are here, each verified under the true hash. */
  async intact(): Promise<readonly number[]> {
    const { manifest, hashes } = this.#file;
    const cipher = fileCipherOf(manifest);
    const file = await this.vault.open(NAME);
    const found: number[] = [];
    for (let unit = 0; unit < unitCount(SIZE); unit++) {
      const prefixed = unitBuffer(SIZE, unit);
      const read = await file.read(unit, prefixed.subarray(1));
      const plain = cipher && (await openUnit(cryptoSuite, cipher, unit, prefixed, hashAt(hashes, unit)));
      if (read === prefixed.length - 1 && plain !== null) {
        const wanted = this.#file.plaintext.subarray(unit * UNIT_BYTES, (unit + 1) * UNIT_BYTES);
        expect(Buffer.compare(plain, wanted)).toBe(0);
        found.push(unit);
      } else expect(read).toBe(0); // nothing unverified is ever written
    }
    return found;
  }

  #parts(file: VaultFile): FetchParts {
    return {
      suite: cryptoSuite,
      manifest: this.#file.manifest,
      file,
      signal: this.#stop.signal,
      hashes: this.hashes,
      onHashes: async (hashes) => {
        this.hashes = hashes;
      },
      onProgress: (doneBytes) => {
        this.doneBytes = doneBytes;
        if (doneBytes >= this.stopAtBytes) this.#stop.abort();
      },
    };
  }
}

/** Made once: nothing here changes it. */
const sealed = sealFixture(SIZE);

async function setUp(): Promise<{ sender: FakeSender; receiver: Receiver; file: SealedFixture }> {
  const file = await sealed;
  return { file, sender: new FakeSender(file), receiver: new Receiver(file) };
}

const partsOf = (sender: FakeSender) => sender.asked.filter(({ type }) => type === "part");

describe("fetching", () => {
  test("a file comes whole, each part asked for once, never more than fifteen at a time", async () => {
    const { sender, receiver } = await setUp();
    sender.gate = () => new Promise((resolve) => setImmediate(resolve));
    expect(await receiver.fetch(sender)).toBe("complete");
    expect(await receiver.intact()).toEqual([0, 1, 2, 3]);
    expect(receiver.doneBytes).toBe(SIZE);
    const asked = partsOf(sender).map((each) => JSON.stringify(each));
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toHaveLength(3 * 16 + 1);
    expect(sender.mostOpen).toBe(15);
  });

  test.each([1, UNIT_BYTES - 1, UNIT_BYTES, UNIT_BYTES + 1])("a file of %i bytes comes whole", async (size) => {
    const file = await sealFixture(size);
    const receiver = new Receiver(file);
    expect(await receiver.fetch(new FakeSender(file))).toBe("complete");
    expect(receiver.doneBytes).toBe(size);
  });

  test("after a stop in the middle only what is not here is asked for", async () => {
    const { sender, receiver } = await setUp();
    receiver.stopAtBytes = UNIT_BYTES;
    expect(await receiver.fetch(sender)).toBe("stopped");
    const here = await receiver.intact();
    expect(here).toContain(0);
    expect(here).not.toContain(3);
    receiver.stopAtBytes = Number.POSITIVE_INFINITY;
    const again = new FakeSender((await setUp()).file);
    expect(await receiver.fetch(again)).toBe("complete");
    expect(again.asked.filter(({ type }) => type === "hashes")).toHaveLength(0);
    expect(new Set(partsOf(again).map((each) => each.type === "part" && each.unit))).toEqual(
      new Set([0, 1, 2, 3].filter((unit) => !here.includes(unit))),
    );
  });

  test("a unit that the disk has damaged is fetched again, the others are not", async () => {
    const { sender, receiver } = await setUp();
    await receiver.fetch(sender);
    const file = await receiver.vault.open(NAME);
    await file.write(1, new Uint8Array(UNIT_BYTES + 1024));
    const again = new FakeSender((await setUp()).file);
    expect(await receiver.fetch(again)).toBe("complete");
    expect(new Set(partsOf(again).map((each) => each.type === "part" && each.unit))).toEqual(new Set([1]));
    expect(await receiver.intact()).toEqual([0, 1, 2, 3]);
  });
});

describe("a sender that lies", () => {
  test("about one byte of a unit is found out, and nothing of that unit is kept", async () => {
    const { sender, receiver } = await setUp();
    sender.lie = (question, truth) => {
      if (question.type !== "part" || question.unit !== 1 || question.part !== 7) return truth;
      const lie = truth.slice();
      lie[500] = (lie[500] ?? 0) ^ 1;
      return lie;
    };
    expect(await receiver.fetch(sender)).toBe("damaged");
    expect(await receiver.intact()).toEqual([0]);
  });

  test("about the length of a part is found out", async () => {
    for (const change of [
      (truth: Uint8Array) => truth.slice(0, -1),
      (truth: Uint8Array) => encodeFileAnswer(new Uint8Array(0 * truth.length)),
      (truth: Uint8Array) => encodeFileAnswer(new Uint8Array(truth.length)),
      () => new Uint8Array(0),
      () => Uint8Array.of(9, 9, 9),
    ]) {
      const { sender, receiver } = await setUp();
      sender.lie = (question, truth) => (question.type === "part" && question.unit === 1 ? change(truth) : truth);
      expect(await receiver.fetch(sender)).toBe("malformed");
      expect(await receiver.intact()).toEqual([0]);
    }
  });

  test("about the hashes is found out before a part is asked for", async () => {
    for (const change of [
      (truth: Uint8Array) => truth.slice(0, -32),
      (truth: Uint8Array) => truth.slice(0, -1),
      (truth: Uint8Array) => truth.map((byte, index) => (index === 9 ? byte ^ 1 : byte)),
      (truth: Uint8Array) => encodeFileAnswer(new Uint8Array(2 * truth.length)),
    ]) {
      const { sender, receiver } = await setUp();
      sender.lie = (question, truth) => (question.type === "hashes" ? change(truth) : truth);
      expect(await receiver.fetch(sender)).toBe("damaged");
      expect(partsOf(sender)).toEqual([]);
      expect(receiver.hashes).toBeUndefined();
    }
  });

  test("about the size is found out: another size has other hashes", async () => {
    const file = await sealed;
    for (const sizeBytes of [1, SIZE - 1, SIZE + 1, SIZE + 2 * UNIT_BYTES, 4 * 1024 ** 3]) {
      const lying = { ...file, manifest: { ...file.manifest, sizeBytes } };
      const end = await new Receiver(lying).fetch(new FakeSender(file));
      expect(["damaged", "malformed"]).toContain(end);
    }
  });

  test("about the key is found out before anything is asked", async () => {
    const file = await sealed;
    const key = file.manifest.key.map((byte) => byte ^ 1);
    const sender = new FakeSender(file);
    expect(await new Receiver({ ...file, manifest: { ...file.manifest, key } }).fetch(sender)).toBe("damaged");
    expect(sender.asked).toEqual([]);
  });

  test.each(["gone", "changed", "busy", "paused"] as const)("a refusal is told as what it is: %s", async (refusal) => {
    const { sender, receiver } = await setUp();
    sender.lie = (question, truth) =>
      question.type === "part" && question.unit === 2 ? encodeFileRefusal(refusal) : truth;
    expect(await receiver.fetch(sender)).toBe(refusal);
    expect(await receiver.intact()).toEqual([0, 1]);
  });
});
