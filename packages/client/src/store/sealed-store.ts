/**
 * A store whose values are sealed with XChaCha20-Poly1305, each bound to its key.
 * Keys stay in clear, because LevelDB orders and searches them: they must not carry handles, account ids or anything
 * else that names a person. Use `hideKey` for such parts. What is not hidden either: the number and size of values, and
 * an older value put back under its own key.
 */
import { type CryptoSuite, concat, type RandomBytes, toHex, utf8 } from "@kith/protocol";
import { LruCache } from "../crypto/lru-cache.ts";
import type { Store, StoreChange, StoreRange } from "../ports.ts";
import { STORE_LABELS } from "./labels.ts";
import { StoreError } from "./store-error.ts";
import { bytesOfValue, checkChanges } from "./store-key.ts";

/** Rows under this prefix are stored in clear: what must be read before the store can be unlocked. */
export const CLEAR_PREFIX = "meta/";

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const HIDDEN_BYTES = 16;
const NOTHING = new Uint8Array(0);

/** Hidden names kept: the people and devices one writes to again and again. */
const MAX_KEPT_NAMES = 1024;

/** What sealing needs. */
export interface SealedStoreOptions {
  /** 32 bytes, the data key; the caller may wipe it after the call. */
  readonly key: Uint8Array;
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
}

/** A sealing store over a bare one. `get` and `entries` reject with `STORE_TAMPERED` for a value that does not open. */
export interface SealedStore extends Store {
  /** 32 hex digits that stand for a name in a key: the same name gives the same digits in this store only. */
  hideKey(part: string): string;
  /** The keys of a range with the bytes that their sealed values take; nothing is opened for it. */
  sizes(range: StoreRange): Promise<readonly (readonly [key: string, sizeBytes: number])[]>;
}

/** Wraps `inner`; closing the result closes `inner`. @throws RangeError when the key is not 32 bytes. */
export function createSealedStore(inner: Store, options: SealedStoreOptions): SealedStore {
  const { key, suite } = options;
  if (key.length !== KEY_BYTES) throw new RangeError(`a store key has ${KEY_BYTES} bytes, got ${key.length}`);
  const nameKey = suite.hkdf(key, NOTHING, utf8(STORE_LABELS.name), KEY_BYTES);
  const { seal, open } = createSealer(options);
  const hiddenNames = new LruCache<string>(MAX_KEPT_NAMES);
  const hide = (part: string): string => toHex(suite.hmacSha256(nameKey, utf8(part)).subarray(0, HIDDEN_BYTES));
  return {
    async get(name) {
      const value = await inner.get(name);
      return value && open(name, value);
    },
    async entries(range: StoreRange) {
      const found = await inner.entries(range);
      return found.map(([name, value]) => [name, open(name, value)] as const);
    },
    sizes: async (range) => (await inner.entries(range)).map(([name, { length }]) => [name, length] as const),
    async commit(changes: readonly StoreChange[]) {
      checkChanges(changes);
      await inner.commit(
        changes.map(({ key: name, value }) =>
          value === undefined ? { key: name } : { key: name, value: () => seal(name, bytesOfValue(value)) },
        ),
      );
    },
    close: () => inner.close(),
    hideKey: (part) => hiddenNames.getOrMake(part, () => hide(part)),
  };
}

interface Sealer {
  seal(name: string, value: Uint8Array): Uint8Array;
  open(name: string, value: Uint8Array): Uint8Array;
}

function createSealer({ key, suite, random }: SealedStoreOptions): Sealer {
  const valueKey = suite.hkdf(key, NOTHING, utf8(STORE_LABELS.value), KEY_BYTES);
  const binding = (name: string) => utf8(`${STORE_LABELS.value}\0${name}`);
  return {
    seal(name, value) {
      if (name.startsWith(CLEAR_PREFIX)) return value;
      const nonce = random(NONCE_BYTES);
      return concat(nonce, suite.xchachaSeal(valueKey, nonce, value, binding(name)));
    },
    open(name, value) {
      if (name.startsWith(CLEAR_PREFIX)) return value;
      const sealed = value.subarray(NONCE_BYTES);
      const opened =
        value.length < NONCE_BYTES
          ? null
          : suite.xchachaOpen(valueKey, value.subarray(0, NONCE_BYTES), sealed, binding(name));
      if (opened === null) throw new StoreError({ code: "STORE_TAMPERED", key: name });
      return opened;
    },
  };
}
