/** Kith's side of the ratchet work: two ends in memory whose state is encoded to bytes after each operation. */
import {
  addSenderKey,
  type CryptoSuite,
  createSenderChain,
  decryptMessage,
  decryptWithSenderKey,
  distributeSenderChain,
  EMPTY_SESSION_RECORD,
  encodeSenderChain,
  encodeSenderKeyRecord,
  encodeSessionRecord,
  encryptMessage,
  encryptWithSenderKey,
  MAX_JUMP,
  type RandomBytes,
  type Result,
  type SessionContext,
  type SessionRecord,
  startSession,
} from "@kith/protocol";
import { createSessionDevice, type SessionDevice } from "@kith/protocol/testing";

/** A backend and its source of randomness. */
export interface KithPlatform {
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
}

/** One end; `stored` is its record as bytes after the last operation. */
export class KithEnd {
  readonly device: SessionDevice;
  readonly #context: SessionContext;
  #record: SessionRecord = EMPTY_SESSION_RECORD;
  stored: Uint8Array = new Uint8Array(0);

  private constructor(platform: KithPlatform, device: SessionDevice) {
    this.#context = { ...platform, nowMs: 1_700_000_000_000 };
    this.device = device;
  }

  static async create(platform: KithPlatform): Promise<KithEnd> {
    return new KithEnd(platform, await createSessionDevice(platform.suite, platform.random));
  }

  /** Starts a session with the other end, with the one-time prekey of that index. */
  async start(other: KithEnd, oneTimeIndex: number): Promise<void> {
    const bundle = other.device.createBundle(oneTimeIndex);
    this.#keep(unwrap(await startSession(this.#context, this.device.local, bundle, this.#record)));
  }

  /** Forgets all sessions. */
  forget(): void {
    this.#keep(EMPTY_SESSION_RECORD);
  }

  async send(plaintext: Uint8Array): Promise<Uint8Array> {
    const sent = unwrap(await encryptMessage(this.#context, this.#record, this.device.local, plaintext));
    this.#keep(sent.record);
    return sent.message;
  }

  async receive(message: Uint8Array, from: KithEnd): Promise<Uint8Array> {
    const { local, prekeys } = this.device;
    const expectedIdentityKey = from.device.local.identityKey.publicKey;
    const options = { maxJump: MAX_JUMP, expectedIdentityKey, prekeys };
    const received = unwrap(await decryptMessage(this.#context, this.#record, local, message, options));
    this.#keep(received.record);
    return received.plaintext;
  }

  #keep(record: SessionRecord): void {
    this.#record = record;
    this.stored = encodeSessionRecord(record);
  }
}

/** Two ends with a session that both have used. */
export async function createKithPair(platform: KithPlatform): Promise<readonly [KithEnd, KithEnd]> {
  const [a, b] = [await KithEnd.create(platform), await KithEnd.create(platform)];
  await a.start(b, 0);
  for (let turn = 0; turn < 4; turn++) {
    await b.receive(await a.send(new Uint8Array(1)), a);
    await a.receive(await b.send(new Uint8Array(1)), b);
  }
  return [a, b];
}

/** A sender and one member of a group; each call encrypts once and decrypts once. */
export async function createKithGroup({
  suite,
  random,
}: KithPlatform): Promise<(text: Uint8Array) => Promise<Uint8Array>> {
  const context = { suite, nowMs: 1_700_000_000_000 };
  let chain = await createSenderChain({ suite, random }, random(16));
  let record = unwrap(addSenderKey(context, null, distributeSenderChain(chain)));
  return async (text) => {
    const sent = await encryptWithSenderKey(context, chain, text);
    chain = sent.chain;
    encodeSenderChain(chain);
    const received = unwrap(await decryptWithSenderKey(context, record, sent.message));
    record = received.record;
    encodeSenderKeyRecord(record);
    return received.plaintext;
  };
}

function unwrap<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
