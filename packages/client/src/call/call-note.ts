/**
 * Notes of calls that are not over. With that of a call which this device made, a program that died in the middle of it
 * enters the call in the chat when it is back; a call that somebody else made is entered by their device. With that of a
 * call which rings here, a page that was loaded anew rings again.
 */
import {
  type AccountId,
  accountId,
  bool,
  bytes,
  type Call,
  type CallEntry,
  type ContentId,
  contentId,
  type DeviceId,
  deviceId,
  field,
  isLive,
  list,
  optional,
  RING_MS,
  record,
  type Shape,
  uint,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** The row of the call. */
export interface CallNote {
  readonly id: ContentId;
  readonly account: AccountId;
  /** The other side's devices that take part. */
  readonly devices: readonly DeviceId[];
  readonly isVideo: boolean;
  readonly isAnswered: boolean;
  /** From when to when the two are known to have heard each other, Unix ms. */
  readonly heard?: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Devices that are noted: more than an account may have. */
const MAX_DEVICES = 64;

const noteShape: Shape<CallNote> = record<CallNote>({
  id: field(1, contentId),
  account: field(2, accountId),
  devices: field(3, list(deviceId, MAX_DEVICES)),
  isVideo: field(4, bool),
  isAnswered: field(5, bool),
  heard: optional(6, record({ fromMs: field(1, uint()), toMs: field(2, uint()) })),
});

/** As long as a signal may be. */
const MAX_OFFER_BYTES = 4096;

/** The row of a call that rings here. */
export interface RingNote {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The offer, as it came. */
  readonly signal: Uint8Array;
  /** Since when it rings, Unix ms. */
  readonly sinceMs: number;
}

/** An offer, and since when it rings if it rang before. */
type Offered = Omit<RingNote, "sinceMs"> & Partial<RingNote>;

const ringShape: Shape<RingNote> = record<RingNote>({
  account: field(1, accountId),
  device: field(2, deviceId),
  signal: field(3, bytes(1, MAX_OFFER_BYTES)),
  sinceMs: field(4, uint()),
});

const KEY = "own";

/** How far behind the noted length of a call may be, in ms. */
const STEP_MS = 30_000;

/** Keeps the note in the store. */
export class CallNotes {
  readonly #core: Pick<Core, "store" | "clock">;
  readonly #rows: Table<CallNote>;
  readonly #rings: Table<RingNote>;
  #last: CallNote | null = null;
  /** The offer that came last. */
  #offer: { readonly id: ContentId; readonly note: RingNote } | null = null;
  /** The call whose ring is in the store. */
  #ringKept: ContentId | null = null;

  constructor(core: Pick<Core, "store" | "clock">) {
    this.#core = core;
    this.#rows = createTable(core.store, "call", noteShape);
    this.#rings = createTable(core.store, "call-ring", ringShape);
  }

  /** The call that was under way when the last program ended; null when there was none. */
  async left(): Promise<CallNote | null> {
    return (await this.#rows.get(KEY)) ?? null;
  }

  /** The call that rang here when the last program ended, and may ring on; told once. */
  async leftRing(): Promise<RingNote | null> {
    const { store, clock } = this.#core;
    const ring = await this.#rings.get(KEY);
    if (ring === undefined || this.#ringKept !== null) return null;
    await store.commit([this.#rings.remove(KEY)]);
    const ageMs = clock.nowMs() - ring.sinceMs;
    return ageMs >= 0 && ageMs < RING_MS ? ring : null;
  }

  /** The offer of a call came: it is kept if the call rings. */
  offered(id: ContentId, { account, device, signal, sinceMs = this.#core.clock.nowMs() }: Offered): void {
    this.#offer = { id, note: { account, device, signal, sinceMs: Math.round(sinceMs) } };
  }

  /** What to write now that the call is this; nothing for most steps. */
  follow(account: AccountId | null, call: Call | null): readonly StoreChange[] {
    return [...this.#followRing(call), ...this.#followOwn(account, call)];
  }

  #followRing(call: Call | null): readonly StoreChange[] {
    const ringing = call !== null && call.phase === "ringing" && !call.isOutgoing ? call.id : null;
    if (ringing === this.#ringKept) return [];
    this.#ringKept = ringing;
    if (ringing === null || this.#offer?.id !== ringing) return [this.#rings.remove(KEY)];
    return [this.#rings.put(KEY, this.#offer.note)];
  }

  #followOwn(account: AccountId | null, call: Call | null): readonly StoreChange[] {
    // What is over is forgotten once it is entered.
    if (account === null || call === null || !call.isOutgoing || !isLive(call)) return [];
    const note = this.#noteOf(account, call);
    if (!isNews(this.#last, note)) return [];
    this.#last = note;
    return [this.#rows.put(KEY, note)];
  }

  /** The call is entered, or needs no entry. */
  async forget(id: ContentId): Promise<void> {
    // The note of the next one takes its place.
    if (this.#last !== null && this.#last.id !== id) return;
    this.#last = null;
    await this.#core.store.commit([this.#rows.remove(KEY)]);
  }

  #noteOf(account: AccountId, call: Call): CallNote {
    const { id, devices, isVideo, their, connectedAtMs } = call;
    const { clock } = this.#core;
    const toMs = Math.round(clock.nowMs());
    const fromMs = connectedAtMs === undefined ? toMs : Math.round(toMs - (clock.monotonicMs() - connectedAtMs));
    return {
      id,
      account,
      devices: devices.slice(0, MAX_DEVICES),
      isVideo,
      isAnswered: their !== null,
      ...(connectedAtMs === undefined ? {} : { heard: { fromMs: Math.max(0, fromMs), toMs } }),
    };
  }
}

function isNews(last: CallNote | null, note: CallNote): boolean {
  if (last === null || last.id !== note.id || last.isAnswered !== note.isAnswered) return true;
  if (last.devices.length !== note.devices.length) return true;
  if (note.heard === undefined || last.heard === undefined) return note.heard !== last.heard;
  return note.heard.toMs - last.heard.toMs >= STEP_MS;
}

/** What became of a call whose program died. */
export function entryOfNote({ isVideo, isAnswered, heard }: CallNote): CallEntry {
  if (heard !== undefined) {
    return { isVideo, outcome: "answered", durationMs: Math.max(0, heard.toMs - heard.fromMs) };
  }
  return { isVideo, outcome: isAnswered ? "failed" : "missed" };
}

/** The call that a step ended; null when it ended none. */
export function endedBy(before: Call | null, after: Call | null): ContentId | null {
  if (before === null || !isLive(before)) return null;
  return after?.id === before.id && isLive(after) ? null : before.id;
}
