/**
 * The private halves of everything strangers may use to write to this device first: signed prekey, last-resort KEM
 * prekey, one-time prekeys and box keys, with their rotation and the replay set of the last-resort key.
 */
import {
  bytes,
  type CryptoSuite,
  field,
  generateKemPrekey,
  generateOneTimePrekeys,
  generateSignedPrekey,
  type KemPrekey,
  type KeyPair,
  type LocalIdentity,
  ONE_TIME_PREKEYS,
  type OneTimePrekey,
  type PrekeyLookup,
  type PrekeyUse,
  type RandomBytes,
  record,
  type Shape,
  type SignedPrekey,
  toHex,
  uint,
} from "@kith/protocol";
import { createKeyedLock, type KeyedLock } from "../lock.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** How long one generation of prekeys is offered, in ms. */
export const PREKEY_ROTATION_MS: number = 7 * 24 * 3600 * 1000;

/** How long an older generation still opens mail, in ms; longer than any mail waits on a relay. */
const PREKEY_LIFE_MS: number = 37 * 24 * 3600 * 1000;

/** One generation: what a bundle head announces, with private halves. */
export interface PrekeyGeneration {
  readonly id: number;
  readonly createdAtMs: number;
  readonly signed: SignedPrekey;
  readonly kem: KemPrekey;
  /** X-Wing: 32-byte seed and public key. */
  readonly boxSeed: Uint8Array;
  readonly boxPublicKey: Uint8Array;
}

const keyPair: Shape<KeyPair> = record<KeyPair>({ publicKey: field(1, bytes(32)), privateKey: field(2, bytes(32)) });
/** Codec shape of a generation of prekeys. */
export const generationShape: Shape<PrekeyGeneration> = record<PrekeyGeneration>({
  id: field(1, uint()),
  createdAtMs: field(2, uint()),
  signed: field(
    3,
    record<SignedPrekey>({ id: field(1, uint()), keyPair: field(2, keyPair), signature: field(3, bytes(64)) }),
  ),
  kem: field(
    4,
    record<KemPrekey>({
      id: field(1, uint()),
      seed: field(2, bytes(64)),
      publicKey: field(3, bytes(1568)),
      signature: field(4, bytes(64)),
    }),
  ),
  boxSeed: field(5, bytes(32)),
  boxPublicKey: field(6, bytes(1216)),
});
/** Codec shape of a one-time prekey with its private half. */
export const oneTimeShape: Shape<OneTimePrekey> = record<OneTimePrekey>({
  id: field(1, uint()),
  keyPair: field(2, keyPair),
});
/** Codec shape of the use of a prekey. */
export const usedShape: Shape<{ readonly atMs: number }> = record<{ readonly atMs: number }>({
  atMs: field(1, uint()),
});

/** Ids of one-time prekeys rise for as long as they can: a relay ignores ids it has seen, and no two relays share one. */
const MAX_PREKEY_ID = 0xff_ffff;
const NEXT_ID = "next";
/** Codec shape of the counter of one-time prekeys. */
export const counterShape: Shape<{ readonly nextId: number }> = record<{ readonly nextId: number }>({
  nextId: field(1, uint()),
});

/** All local prekeys of one device. */
export class Prekeys {
  readonly #store: Store;
  readonly #suite: CryptoSuite;
  readonly #random: RandomBytes;
  readonly #identity: LocalIdentity;
  readonly #generations: Table<PrekeyGeneration>;
  readonly #oneTime: Table<OneTimePrekey>;
  readonly #used: Table<{ readonly atMs: number }>;
  readonly #counter: Table<{ readonly nextId: number }>;
  readonly #lock: KeyedLock = createKeyedLock();
  #live: readonly PrekeyGeneration[] = [];

  constructor(store: Store, suite: CryptoSuite, random: RandomBytes, identity: LocalIdentity) {
    this.#store = store;
    this.#suite = suite;
    this.#random = random;
    this.#identity = identity;
    this.#generations = createTable(store, "prekey", generationShape);
    this.#oneTime = createTable(store, "prekey-once", oneTimeShape);
    this.#used = createTable(store, "prekey-used", usedShape);
    this.#counter = createTable(store, "prekey-counter", counterShape);
  }

  async load(): Promise<void> {
    this.#live = (await this.#generations.list()).map((row) => row.value);
  }

  /** The generation to announce now, made new when the last is a week old; old ones are erased in time. */
  current(nowMs: number): Promise<PrekeyGeneration> {
    return this.#lock.run("generation", () => this.#current(nowMs));
  }

  async #current(nowMs: number): Promise<PrekeyGeneration> {
    const newest = this.#live.at(-1);
    if (newest !== undefined && nowMs - newest.createdAtMs < PREKEY_ROTATION_MS) return newest;
    const made = await this.#generate((newest?.id ?? 0) + 1, nowMs);
    const isDead = (each: PrekeyGeneration): boolean => nowMs - each.createdAtMs > PREKEY_LIFE_MS;
    const dead = this.#live.filter(isDead);
    this.#live = [...this.#live.filter((each) => !isDead(each)), made];
    await this.#store.commit([
      this.#generations.put(rowKey(made.id), made),
      ...dead.map((each) => this.#generations.remove(rowKey(each.id))),
    ]);
    return made;
  }

  /** The box key seed of a generation; null when it was never made or has been erased. */
  boxSeed(id: number): Uint8Array | null {
    return this.#live.find((each) => each.id === id)?.boxSeed ?? null;
  }

  /** Makes a batch of one-time prekeys for one relay; they are kept before they are given out. */
  makeOneTime(count: number = ONE_TIME_PREKEYS): Promise<readonly OneTimePrekey[]> {
    return this.#lock.run("one-time", () => this.#makeOneTime(count));
  }

  async #makeOneTime(count: number): Promise<readonly OneTimePrekey[]> {
    const nextId = (await this.#counter.get(NEXT_ID))?.nextId ?? 1;
    const firstId = nextId + count > MAX_PREKEY_ID ? 1 : nextId;
    const made = await generateOneTimePrekeys({ suite: this.#suite, random: this.#random }, firstId, count);
    await this.#store.commit([
      this.#counter.put(NEXT_ID, { nextId: firstId + count }),
      ...made.map((each) => this.#oneTime.put(rowKey(each.id), each)),
    ]);
    return made;
  }

  /** What decrypting a first message asks. */
  lookup(): PrekeyLookup {
    return {
      signedPrekey: (id) => this.#live.find((each) => each.signed.id === id)?.signed.keyPair ?? null,
      kemPrekey: (id) => this.#live.find((each) => each.kem.id === id)?.kem.seed ?? null,
      oneTimePrekey: async (id) => (await this.#oneTime.get(rowKey(id)))?.keyPair ?? null,
      isReplayed: async (use) => (await this.#used.get(toHex(use.replayId))) !== undefined,
    };
  }

  /** The changes that make a used prekey unusable, for the batch of the message that used it. */
  consume(use: PrekeyUse, nowMs: number): readonly StoreChange[] {
    const changes: StoreChange[] = [this.#used.put(toHex(use.replayId), { atMs: nowMs })];
    if (use.oneTimeId !== undefined) changes.push(this.#oneTime.remove(rowKey(use.oneTimeId)));
    return changes;
  }

  /** Forgets uses of prekeys that open nothing any more. */
  async sweep(nowMs: number): Promise<void> {
    const old = (await this.#used.list()).filter(({ value }) => nowMs - value.atMs > PREKEY_LIFE_MS);
    if (old.length > 0) await this.#store.commit(old.map(({ key }) => this.#used.remove(key)));
  }

  async #generate(id: number, nowMs: number): Promise<PrekeyGeneration> {
    const context = { suite: this.#suite, random: this.#random };
    const boxSeed = this.#random(32);
    return {
      id,
      createdAtMs: nowMs,
      signed: await generateSignedPrekey(context, this.#identity, id),
      kem: await generateKemPrekey(context, this.#identity, id),
      boxSeed,
      boxPublicKey: await this.#suite.xWing.publicKey(boxSeed),
    };
  }
}

function rowKey(id: number): string {
  return String(id).padStart(8, "0");
}
