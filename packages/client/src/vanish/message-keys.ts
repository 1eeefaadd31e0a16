/**
 * The keys of vanishing messages. Those whose time runs are sealed by the moment they end, rounded up, so that few keys
 * serve many messages; those nobody has read yet by chat and day, so that reading a chat ends its key; those to be seen
 * once by chat.
 */
import { type Content, isUnseenOnce } from "@kith/protocol";
import type { VanishMark } from "../message/message-row.ts";
import type { ErasableKey, KeyTable } from "../store/key-table.ts";
import type { RowGuard } from "../store/table.ts";

const DAY_MS = 24 * 3600 * 1000;

/** The finest step between two keys, in ms, and the share of a life that is one. */
const MIN_STEP_MS = 5000;
const STEPS_PER_LIFE = 16;

const RUNNING = "b/";
const UNREAD = "u/";

/** Of what is to be seen once, one key a chat: replaced as soon as one of them was seen. */
const ONCE = "o/";
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** What the key of a message depends on. */
interface VanishingRow {
  readonly content?: Content | undefined;
  readonly vanish?: VanishMark | undefined;
}

/** The keys of all vanishing messages of one account. */
export class MessageKeys {
  readonly #keys: KeyTable;

  constructor(keys: KeyTable) {
    this.#keys = keys;
  }

  /** Guards a table of messages: those that stay are kept as they were. @param chatKeyOf the chat of a row, as named in store keys. */
  guard<R extends VanishingRow>(chatKeyOf: (row: R) => string): RowGuard<R> {
    return {
      sealer: (row) => {
        const key = this.#keyOf(row, chatKeyOf(row));
        return key === null ? null : (name, bytes) => this.#keys.seal(key, name, bytes);
      },
      open: (name, bytes) => this.#keys.open(name, bytes),
    };
  }

  /** The keys that have ended: by time, replaced, or of chats that are no more. @param chatKeys those that there are. */
  ended(nowMs: number, chatKeys: ReadonlySet<string>): readonly ErasableKey[] {
    const once = this.#keys.keys().filter(({ purpose }) => purpose.startsWith(ONCE));
    const isInUse = (key: ErasableKey): boolean =>
      this.#keys.current(key.purpose) === key && chatKeys.has(key.purpose.slice(ONCE.length));
    return [...this.#all().filter(({ untilMs }) => untilMs <= nowMs), ...once.filter((key) => !isInUse(key))];
  }

  /** A new key for what is to be seen once in a chat; all of it must be written again in the batch that takes it. */
  renewOnce(chatKey: string): void {
    this.#keys.renew(ONCE + chatKey, NEVER_MS);
  }

  /** When the next key ends, Unix ms; infinity when there is none. */
  nextEndMs(): number {
    return Math.min(...this.#all().map(({ untilMs }) => untilMs));
  }

  /** Drops the keys of what was not read in a chat; nothing is sealed under them any more. */
  dropUnread(chatKey: string): void {
    this.#keys.drop(this.#keys.keys().filter(({ purpose }) => purpose.startsWith(`${UNREAD}${chatKey}/`)));
  }

  #all(): readonly ErasableKey[] {
    return this.#keys.keys().filter(({ purpose }) => purpose.startsWith(RUNNING) || purpose.startsWith(UNREAD));
  }

  #keyOf({ vanish, content }: VanishingRow, chatKey: string): ErasableKey | null {
    if (content !== undefined && isUnseenOnce(content)) return this.#keys.take(ONCE + chatKey, NEVER_MS);
    if (vanish === undefined || content === undefined) return null;
    const stepMs = vanish.isRunning
      ? Math.max(MIN_STEP_MS, Math.floor((content.vanishAfterMs ?? 0) / STEPS_PER_LIFE))
      : DAY_MS;
    const endMs = Math.ceil(vanish.untilMs / stepMs) * stepMs;
    return this.#keys.take(vanish.isRunning ? `${RUNNING}${endMs}` : `${UNREAD}${chatKey}/${endMs}`, endMs);
  }
}
