/**
 * The keys of what sessions leave on disk: session records, the outbox, operations that wait and drafts. Old states would open
 * old mail again, so their keys are replaced daily, and in a chat with a timer with every message that vanishes.
 */
import type { ErasableKey, KeyTable } from "../store/key-table.ts";
import type { RowGuard } from "../store/table.ts";

/** How long a key is used, in ms. */
const STATE_KEY_LIFE_MS = 24 * 3600 * 1000;

const SHARED = "s";
const OWN = "s/";

/** State keys of one account: one for all chats, and one of its own for each chat that has or had a timer. */
export class StateKeys {
  readonly #keys: KeyTable;
  readonly #nowMs: () => number;

  constructor(keys: KeyTable, nowMs: () => number) {
    this.#keys = keys;
    this.#nowMs = nowMs;
  }

  /** The key for what is written now about a chat, which is named as in store keys. */
  of(chatKey: string): ErasableKey {
    return this.#keys.current(OWN + chatKey) ?? this.#keys.take(SHARED, this.#nowMs() + STATE_KEY_LIFE_MS);
  }

  /** Whether a chat has a key of its own. */
  isOwn(chatKey: string): boolean {
    return this.#keys.current(OWN + chatKey) !== undefined;
  }

  /** A new key of its own for a chat. */
  renewOwn(chatKey: string): void {
    this.#keys.renew(OWN + chatKey, this.#nowMs() + STATE_KEY_LIFE_MS);
  }

  renewShared(): void {
    this.#keys.renew(SHARED, this.#nowMs() + STATE_KEY_LIFE_MS);
  }

  /** Drops the keys of chats that are no more. @param chatKeys those that there are. */
  dropOthers(chatKeys: ReadonlySet<string>): void {
    const own = this.#keys.keys().filter(({ purpose }) => purpose.startsWith(OWN));
    this.#keys.drop(own.filter(({ purpose }) => !chatKeys.has(purpose.slice(OWN.length))));
  }

  /** The keys that were replaced, or are old enough to be. */
  old(): { readonly replaced: readonly ErasableKey[]; readonly isSharedDue: boolean; readonly due: readonly string[] } {
    const all = this.#keys.keys().filter(({ purpose }) => purpose === SHARED || purpose.startsWith(OWN));
    const current = all.filter((each) => this.#keys.current(each.purpose) === each);
    const due = current.filter(({ untilMs }) => untilMs <= this.#nowMs());
    return {
      replaced: all.filter((each) => !current.includes(each)),
      isSharedDue: due.some(({ purpose }) => purpose === SHARED),
      due: due.flatMap(({ purpose }) => (purpose.startsWith(OWN) ? [purpose.slice(OWN.length)] : [])),
    };
  }

  /** Guards a table of such rows. @param chatKeyOf the chat of a row, as named in store keys. */
  guard<T>(chatKeyOf: (value: T, key: string) => string): RowGuard<T> {
    return {
      sealer: (value, rowKey) => this.sealer(chatKeyOf(value, rowKey)),
      open: (name, bytes) => this.#keys.open(name, bytes),
    };
  }

  /** Seals bytes under the key of now. */
  sealer(chatKey: string): (name: string, bytes: Uint8Array) => Uint8Array {
    const key = this.of(chatKey);
    return (name, bytes) => this.#keys.seal(key, name, bytes);
  }

  open(name: string, bytes: Uint8Array): Uint8Array | null {
    return this.#keys.open(name, bytes);
  }
}
