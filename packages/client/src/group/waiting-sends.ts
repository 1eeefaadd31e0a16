/** What waits to be said in a group: whoever says much at once has it sealed, mailed and written together. */
import {
  type Content,
  type ContentHead,
  type ContentId,
  type GroupId,
  type GroupMail,
  MAX_MAILED_MESSAGES,
} from "@kith/protocol";
import type { SaidRow } from "./group-row.ts";

/** One thing to be said. */
export interface Wish {
  readonly make: (head: ContentHead) => Content;
  readonly givenId: ContentId | undefined;
}

interface Waiting extends Wish {
  readonly resolve: (row: SaidRow) => void;
  readonly reject: (error: unknown) => void;
}

/** The bodies of what goes together, in bytes: one mail holds them with all that is added to each. */
const MAX_TOGETHER_BYTES = 16 * 1024;

/** Stands in where only the size of a content matters. */
const SIZE_HEAD: ContentHead = { id: "00".repeat(16) as ContentId, sentAtMs: 0 };

/** The wishes of all groups, in their order. */
export class WaitingSends {
  readonly #waiting = new Map<GroupId, Waiting[]>();
  /** Groups whose wishes are being worked off. */
  readonly #working = new Set<GroupId>();
  readonly #find: (id: ContentId) => Promise<SaidRow | undefined>;

  /** @param find an own line that is there already. */
  constructor(find: (id: ContentId) => Promise<SaidRow | undefined>) {
    this.#find = find;
  }

  /** @returns the line once it is on disk; rejects as `take` does. */
  add(group: GroupId, wish: Wish): Promise<SaidRow> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(group) ?? [];
      this.#waiting.set(group, waiting);
      waiting.push({ ...wish, resolve, reject });
    });
  }

  /** Takes one step after the other while something waits: what comes during one goes along with the next. */
  async work(group: GroupId, step: () => Promise<void>): Promise<void> {
    if (this.#working.has(group)) return;
    this.#working.add(group);
    try {
      while (this.#waiting.has(group)) await step();
    } catch (error) {
      for (const { reject } of this.#waiting.get(group) ?? []) reject(error);
      this.#waiting.delete(group);
    } finally {
      this.#working.delete(group);
    }
  }

  /** Says what waits, as much as goes into one mail; what one wish cannot be said for is told to that one alone. */
  async take(group: GroupId, say: (wishes: readonly Wish[]) => Promise<readonly SaidRow[]>): Promise<void> {
    const chosen = await this.#choose(group);
    if (chosen.length === 0) return;
    try {
      const rows = await say(chosen);
      for (const [index, { resolve }] of chosen.entries()) resolve(rows[index] as SaidRow);
    } catch (error) {
      for (const { reject } of chosen) reject(error);
    }
  }

  async #choose(group: GroupId): Promise<readonly Waiting[]> {
    const waiting = this.#waiting.get(group) ?? [];
    const chosen: Waiting[] = [];
    let sizeBytes = 0;
    while (chosen.length < MAX_MAILED_MESSAGES) {
      const [next] = waiting;
      if (next === undefined || chosen.some(({ givenId }) => givenId !== undefined && givenId === next.givenId)) break;
      const size = sizeOf(next);
      if (chosen.length > 0 && sizeBytes + size > MAX_TOGETHER_BYTES) break;
      waiting.shift();
      if (await this.#isAnswered(next)) continue;
      chosen.push(next);
      sizeBytes += size;
    }
    if (waiting.length === 0 && this.#waiting.get(group) === waiting) this.#waiting.delete(group);
    return chosen;
  }

  /** Whether it was said before, or cannot be looked for. */
  async #isAnswered({ givenId, resolve, reject }: Waiting): Promise<boolean> {
    if (givenId === undefined) return false;
    try {
      const existing = await this.#find(givenId);
      if (existing === undefined) return false;
      resolve(existing);
    } catch (error) {
      reject(error);
    }
    return true;
  }
}

/** What cannot be made at all says so when it is made. */
function sizeOf({ make }: Wish): number {
  try {
    return make(SIZE_HEAD).body.length;
  } catch {
    return MAX_TOGETHER_BYTES + 1;
  }
}

/** One sealed message, or several of one chain. */
export function sealedMail(
  group: GroupId,
  sealed: readonly Uint8Array[],
  distribution: Uint8Array | undefined,
): GroupMail {
  const start = distribution === undefined ? {} : { distribution };
  const [first, second] = sealed;
  if (first === undefined) throw new RangeError("a mail has a message");
  return second === undefined
    ? { type: "message", group, sealed: first, ...start }
    : { type: "messages", group, sealed, ...start };
}
