/**
 * What unlocks the store: the device secret, and a PIN or passphrase where the person set one.
 * The rows live in clear in the store they unlock. A try is counted on disk before it is judged, so that stopping the
 * process does not give free guesses; the delays slow a person at the keyboard, not one who copied the disk.
 */
import {
  type CryptoSuite,
  decodeAs,
  encodeAs,
  err,
  field,
  InvariantError,
  ok,
  type Result,
  record,
  type Shape,
  uint,
} from "@kith/protocol";
import type { Clock, RandomSource, Store } from "../ports.ts";
import { pinDelayMs } from "./pin.ts";
import { CLEAR_PREFIX } from "./sealed-store.ts";
import {
  type Argon2Cost,
  type Argon2id,
  DEFAULT_ARGON2_COST,
  decodeWrappedKey,
  encodeWrappedKey,
  unwrapDataKey,
  type WrappedKey,
  wrapDataKey,
} from "./wrapped-key.ts";

/** The secret that never leaves this device: an owner-only file on Node, wrapped by a CryptoKey in browsers. */
export interface DeviceSecretSource {
  /** The same 32 random bytes at each call, made and made durable at the first. */
  load(): Promise<Uint8Array>;
}

/** Everything the lock needs; `cost` is the default outside tests. */
export interface LocalSecretOptions {
  /** The bare store, not the sealed one. */
  readonly store: Store;
  readonly suite: CryptoSuite;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly argon2id: Argon2id;
  readonly deviceSecret: DeviceSecretSource;
  readonly cost?: Argon2Cost;
}

/**
 * Why the store stays locked.
 * - `WRONG_PIN`: after this many wrong tries in a row; the next is heard in `retryAfterMs`. With `isEraseDue` the person
 *   wanted everything erased by now.
 * - `PIN_TOO_SOON`: the PIN was not looked at and the try does not count.
 * - `PIN_NEEDED`: a PIN is set and none was given.
 * - `DEVICE_SECRET_CHANGED`: this store belongs to another device secret; no PIN opens it.
 * - `LOCK_DAMAGED`: the rows of the lock are missing or do not open.
 */
export type UnlockError =
  | {
      readonly code: "WRONG_PIN";
      readonly failedTries: number;
      readonly retryAfterMs: number;
      readonly isEraseDue: boolean;
    }
  | { readonly code: "PIN_TOO_SOON"; readonly retryAfterMs: number }
  | { readonly code: "PIN_NEEDED" }
  | { readonly code: "DEVICE_SECRET_CHANGED" }
  | { readonly code: "LOCK_DAMAGED" };

/** `new`: no data key yet; `open`: the device secret suffices; `pin`: a PIN is needed. */
export type LockState = "new" | "open" | "pin";

interface Tries {
  readonly failedTries: number;
  readonly notBeforeMs: number;
}

const LOCK_KEY = `${CLEAR_PREFIX}lock`;
const TRIES_KEY = `${CLEAR_PREFIX}tries`;
const LIMIT_KEY = `${CLEAR_PREFIX}erase`;
const KEY_BYTES = 32;
const MAX_TRIES_BYTES = 64;
const LIMIT_SHAPE: Shape<{ readonly tries: number }> = record<{ readonly tries: number }>({ tries: field(1, uint()) });
const TRIES_SHAPE: Shape<Tries> = record<Tries>({ failedTries: field(1, uint()), notBeforeMs: field(2, uint()) });

/** Makes, unlocks and rewraps the data key of one store. */
export class LocalSecret {
  readonly #options: LocalSecretOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LocalSecretOptions) {
    this.#options = options;
  }

  /** Whether a PIN has to be asked for. */
  async state(): Promise<LockState> {
    const row = await this.#options.store.get(LOCK_KEY);
    if (row === undefined) return "new";
    return decodeWrappedKey(row)?.cost === undefined ? "open" : "pin";
  }

  /** Makes the data key of a new store; null sets no PIN. @throws InvariantError when there is one already. */
  create(pin: string | null): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      if ((await this.state()) !== "new") throw new InvariantError("the store has a data key already");
      const dataKey = this.#options.random(KEY_BYTES);
      await this.#wrap(dataKey, pin);
      return dataKey;
    });
  }

  /** The 32-byte data key, or why the store stays locked. Calls are judged one after the other. */
  unlock(pin: string | null): Promise<Result<Uint8Array, UnlockError>> {
    return this.#inTurn(() => this.#unlock(pin));
  }

  /** Replaces the PIN (null: none) after checking the old one; the data key and all values stay as they are. */
  changePin(oldPin: string | null, newPin: string | null): Promise<Result<null, UnlockError>> {
    return this.#inTurn(async () => {
      const dataKey = await this.#unlock(oldPin);
      if (!dataKey.ok) return dataKey;
      await this.#wrap(dataKey.value, newPin);
      dataKey.value.fill(0);
      return ok(null);
    });
  }

  /** After how many wrong tries in a row everything is to be erased; null for never. */
  async eraseAfterTries(): Promise<number | null> {
    const row = await this.#options.store.get(LIMIT_KEY);
    const limit = row === undefined ? null : decodeAs(LIMIT_SHAPE, row, MAX_TRIES_BYTES);
    return limit?.ok ? limit.value.tries : null;
  }

  /** Sets that number; null for never. In clear, since it must be known while the store is locked. */
  async setEraseAfterTries(tries: number | null): Promise<void> {
    await this.#options.store.commit([
      tries === null ? { key: LIMIT_KEY } : { key: LIMIT_KEY, value: encodeAs(LIMIT_SHAPE, { tries }) },
    ]);
  }

  async #unlock(pin: string | null): Promise<Result<Uint8Array, UnlockError>> {
    const row = await this.#options.store.get(LOCK_KEY);
    const wrapped = row === undefined ? null : decodeWrappedKey(row);
    if (wrapped === null) return err({ code: "LOCK_DAMAGED" });
    if (wrapped.cost === undefined) return await this.#open(wrapped, null);
    if (pin === null) return err({ code: "PIN_NEEDED" });
    return await this.#tryPin(wrapped, pin);
  }

  async #tryPin(wrapped: WrappedKey, pin: string): Promise<Result<Uint8Array, UnlockError>> {
    const { store, clock } = this.#options;
    const before = await this.#tries();
    const retryAfterMs = waitMs(before, clock.nowMs());
    if (retryAfterMs > 0) return err({ code: "PIN_TOO_SOON", retryAfterMs });
    const failedTries = before.failedTries + 1;
    const delayMs = pinDelayMs(failedTries);
    const tries = { failedTries, notBeforeMs: clock.nowMs() + delayMs };
    await store.commit([{ key: TRIES_KEY, value: encodeAs(TRIES_SHAPE, tries) }]);
    const dataKey = await this.#open(wrapped, pin);
    if (!dataKey.ok && dataKey.error.code === "LOCK_DAMAGED") {
      const limit = await this.eraseAfterTries();
      const isEraseDue = limit !== null && failedTries >= limit;
      return err({ code: "WRONG_PIN", failedTries, retryAfterMs: delayMs, isEraseDue });
    }
    await store.commit([dataKey.ok ? { key: TRIES_KEY } : { key: TRIES_KEY, value: encodeAs(TRIES_SHAPE, before) }]);
    return dataKey;
  }

  async #open(wrapped: WrappedKey, pin: string | null): Promise<Result<Uint8Array, UnlockError>> {
    const opened = await unwrapDataKey(this.#options, wrapped, await this.#deviceSecret(), pin);
    if (opened instanceof Uint8Array) return ok(opened);
    return err({ code: opened.code === "device-secret-changed" ? "DEVICE_SECRET_CHANGED" : "LOCK_DAMAGED" });
  }

  async #wrap(dataKey: Uint8Array, pin: string | null): Promise<void> {
    const { store, cost = DEFAULT_ARGON2_COST } = this.#options;
    const lock = pin === null ? null : { pin, cost };
    const wrapped = await wrapDataKey(this.#options, dataKey, await this.#deviceSecret(), lock);
    await store.commit([{ key: LOCK_KEY, value: encodeWrappedKey(wrapped) }, { key: TRIES_KEY }]);
  }

  async #tries(): Promise<Tries> {
    const row = await this.#options.store.get(TRIES_KEY);
    const tries = row === undefined ? null : decodeAs(TRIES_SHAPE, row, MAX_TRIES_BYTES);
    return tries?.ok ? tries.value : { failedTries: 0, notBeforeMs: 0 };
  }

  async #deviceSecret(): Promise<Uint8Array> {
    const secret = await this.#options.deviceSecret.load();
    if (secret.length !== KEY_BYTES) throw new InvariantError(`a device secret has ${KEY_BYTES} bytes`);
    return secret;
  }

  /** One call at a time: parallel guesses would all see the same count of tries. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.then(nothing, nothing);
    return result;
  }
}

function nothing(): void {
  return;
}

/** A clock that was set back must not make a person wait longer than the delay itself. */
function waitMs(tries: Tries, nowMs: number): number {
  return Math.min(Math.max(0, tries.notBeforeMs - nowMs), pinDelayMs(tries.failedTries));
}
