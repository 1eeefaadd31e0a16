/** Takes notes that nobody keeps; what is wrong with one is told to nobody. */
import { type DeviceId, openNote, VOLATILE_KINDS, type VolatileFrame } from "@kith/protocol";
import type { Core } from "../core.ts";

/** Notes of one device are looked at no more often than this, in ms: each costs a decryption. */
const MIN_GAP_MS = 250;

/** What is remembered of a device's notes. */
interface LastNote {
  /** Its own time, so that none counts twice. */
  readonly atMs: number;
  /** When it was looked at, monotonic. */
  readonly seenMs: number;
}

/** The door for one run of an account. */
export class VolatileDoor {
  readonly #core: Core;
  readonly #last = new Map<DeviceId, LastNote>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Only from accepted people, and only while this account tells of its own writing as well. */
  take({ queue, sealed }: VolatileFrame): void {
    const { people, settings, suite, clock, sides, typists } = this.#core;
    const direct = people.directQueue(queue);
    const peer = direct && people.peer(direct.device);
    if (direct === undefined || peer === undefined || !settings.hasTypingIndicators) return;
    const { account, device } = peer.row;
    if (people.contact(account)?.relation !== "accepted") return;
    const seenMs = clock.monotonicMs();
    const last = this.#last.get(device);
    if (last !== undefined && seenMs - last.seenMs < MIN_GAP_MS) return;
    const note = openNote(suite, sides(direct.queue.secret, "volatile"), sealed);
    if (!note.ok || note.value.atMs <= (last?.atMs ?? 0)) return;
    this.#last.set(device, { atMs: note.value.atMs, seenMs });
    if (note.value.kind === VOLATILE_KINDS.typing) typists.begin(account);
    if (note.value.kind === VOLATILE_KINDS.stopped) typists.end(account);
  }
}
