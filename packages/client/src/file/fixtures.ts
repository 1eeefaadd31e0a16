/** A sealed file and a sender of it that can be told to lie; for tests. */
import {
  decodeFileQuestion,
  encodeFileAnswer,
  encodeFileRefusal,
  FILE_SCHEME,
  type FileManifest,
  type FileQuestion,
  HASH_BYTES,
  HASHES_PER_ANSWER,
  ok,
  partRange,
  type RelayId,
  UNIT_BYTES,
  UNKNOWN_MEDIA_TYPE,
  unitBuffer,
  unitCount,
  unitPlainBytes,
} from "@kith/protocol";
import { cryptoSuite } from "#crypto-backend";
import type { Channel, VaultFile } from "../ports.ts";
import { MemoryVault } from "../testing/memory-vault.ts";
import { createRandom } from "../testing/seeded-random.ts";
import { FileSealer } from "./seal-file.ts";

/** A file, its manifest, and its sealed units. */
export interface SealedFixture {
  readonly plaintext: Uint8Array;
  readonly manifest: FileManifest;
  readonly hashes: Uint8Array;
  readonly units: VaultFile;
}

/** Seals a file of random bytes. */
export async function sealFixture(sizeBytes: number): Promise<SealedFixture> {
  const random = createRandom(`file-${sizeBytes}`);
  const plaintext = random.bytes(sizeBytes);
  const units = await new MemoryVault().open("00".repeat(16));
  const sealer = new FileSealer({ suite: cryptoSuite, random: random.bytes }, sizeBytes, units);
  for (let unit = 0; unit < unitCount(sizeBytes); unit++) {
    const start = unit * UNIT_BYTES;
    await sealer.add(plaintext.subarray(start, start + unitPlainBytes(sizeBytes, unit)));
  }
  const { hashes, ...sealed } = await sealer.finish();
  const described = { scheme: FILE_SCHEME, name: "a.bin", mediaType: UNKNOWN_MEDIA_TYPE, relays: [] };
  return { plaintext, manifest: { ...sealed, ...described }, hashes, units };
}

/** What a sender makes of the true answer to a question. */
export type Lie = (question: FileQuestion, truth: Uint8Array) => Uint8Array;

/** A sender of one file. */
export class FakeSender {
  readonly #file: SealedFixture;
  readonly asked: FileQuestion[] = [];
  lie: Lie = (_question, truth) => truth;
  /** Answers wait for this. */
  gate: () => Promise<void> = () => Promise.resolve();
  open = 0;
  mostOpen = 0;

  constructor(file: SealedFixture) {
    this.#file = file;
  }

  connect(): Channel {
    return {
      peer: "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust" as RelayId,
      isOwn: false,
      request: async (frame) => ok(await this.#answer(frame)),
      onPush: () => undefined,
      onClose: () => undefined,
      close: () => undefined,
    };
  }

  async #answer(request: Uint8Array): Promise<Uint8Array> {
    const question = decodeFileQuestion(request);
    if (!question.ok) return encodeFileRefusal("malformed");
    this.asked.push(question.value);
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    await this.gate();
    const truth = await this.#truth(question.value);
    this.open -= 1;
    return this.lie(question.value, truth);
  }

  async #truth(question: FileQuestion): Promise<Uint8Array> {
    const { manifest, hashes, units } = this.#file;
    switch (question.type) {
      case "done":
      case "member":
        return encodeFileAnswer(new Uint8Array(0));
      case "hashes": {
        const start = question.from * HASH_BYTES;
        return encodeFileAnswer(hashes.subarray(start, start + HASHES_PER_ANSWER * HASH_BYTES));
      }
      case "part": {
        const prefixed = unitBuffer(manifest.sizeBytes, question.unit);
        await units.read(question.unit, prefixed.subarray(1));
        const [start, end] = partRange(manifest.sizeBytes, question.unit, question.part);
        return encodeFileAnswer(prefixed.subarray(1 + start, 1 + end));
      }
    }
  }
}
