/**
 * The segments of an account in its sealed store: written small, joined as they grow, rewritten when messages go.
 * Every change takes along the number of the last event it knows, in one batch: a restart goes on from there.
 */
import { decodeAs, encodeAs, field, InvariantError, list, record, type Shape, uint } from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { mergeSegments } from "./segment-merge.ts";
import { openSegment, type SegmentReader } from "./segment-reader.ts";
import { encodeSegment, type IndexedMessage } from "./segment-writer.ts";

/** Rewrite the index from the messages when what it holds changes its meaning. */
const SCHEMA = 2;

/** Segments of about one size are joined when there are so many of them. */
const SEGMENTS_PER_TIER = 4;

/** A segment of this many messages is joined no more: rewriting it takes some tenths of a second. */
const FULL_SEGMENT_MESSAGES = 65_536;

const MAX_SEGMENTS = 4096;
const MAX_STATE_BYTES = 256 * 1024;

const STATE_KEY = "search/state";
const SEGMENT_PREFIX = "search/segment/";

interface SegmentInfo {
  readonly number: number;
  readonly size: number;
}

interface ShelfState {
  readonly schema: number;
  /** The last event whose effect is in the segments. */
  readonly seq: number;
  readonly nextNumber: number;
  readonly segments: readonly SegmentInfo[];
}

const stateShape: Shape<ShelfState> = record<ShelfState>({
  schema: field(1, uint()),
  seq: field(2, uint()),
  nextNumber: field(3, uint()),
  segments: field(4, list(record<SegmentInfo>({ number: field(1, uint()), size: field(2, uint()) }), MAX_SEGMENTS)),
});

/** What goes into a new segment. */
export interface NewEntry {
  readonly message: IndexedMessage;
  /** As `termKey` gives them, none twice. */
  readonly terms: readonly string[];
}

/** All segments of one account. */
export class SegmentShelf {
  readonly #store: Store;
  readonly #readers = new Map<number, SegmentReader>();
  #segments: readonly SegmentInfo[] = [];
  #nextNumber = 1;
  #seq = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The last event whose effect is in the segments. */
  get seq(): number {
    return this.#seq;
  }

  /** Messages in all segments. */
  get size(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Opens what is kept. @returns false when there is nothing that this version can read: it must be made anew. */
  async load(): Promise<boolean> {
    const bytes = await this.#store.get(STATE_KEY);
    const state = bytes && decodeAs(stateShape, bytes, MAX_STATE_BYTES);
    if (!state?.ok || state.value.schema !== SCHEMA) return false;
    for (const { number } of state.value.segments) {
      const segment = await this.#store.get(segmentKey(number));
      const reader = segment === undefined ? null : openSegment(segment);
      if (reader === null) return false;
      this.#readers.set(number, reader);
    }
    this.#segments = state.value.segments;
    this.#nextNumber = state.value.nextNumber;
    this.#seq = state.value.seq;
    return true;
  }

  /** Every segment, newest first. */
  readers(): readonly SegmentReader[] {
    return this.#segments.map(({ number }) => this.#reader(number)).reverse();
  }

  /** Forgets every segment and stands at event `seq`. */
  async clear(seq: number): Promise<void> {
    const old = await this.#store.entries({ gte: SEGMENT_PREFIX, lt: `${SEGMENT_PREFIX}~` });
    this.#readers.clear();
    await this.#write(
      [],
      seq,
      old.map(([key]) => ({ key })),
    );
  }

  /** Keeps new entries in a segment of their own, and joins segments when that makes too many. */
  async add(entries: readonly NewEntry[], seq: number): Promise<void> {
    if (entries.length === 0) return this.#write(this.#segments, seq, []);
    const sorted = entries.toSorted((a, b) => a.message.orderMs - b.message.orderMs);
    const bytes = encodeSegment(
      sorted.map(({ message }) => message),
      numbersByTerm(sorted),
    );
    await this.#replace([], { bytes, size: sorted.length }, seq);
    for (let tier = this.#fullTier(); tier !== null; tier = this.#fullTier()) {
      const merged = mergeSegments(
        tier.map(({ number }) => this.#reader(number)),
        () => true,
      );
      await this.#replace(tier, merged, seq);
    }
  }

  /** Takes messages out of every segment that has some of them. */
  async remove(isRemoved: (message: IndexedMessage) => boolean): Promise<void> {
    for (const info of this.#segments) {
      const reader = this.#reader(info.number);
      if (!anyMessage(reader, isRemoved)) continue;
      await this.#replace(
        [info],
        mergeSegments([reader], (message) => !isRemoved(message)),
        this.#seq,
      );
    }
  }

  #reader(number: number): SegmentReader {
    const reader = this.#readers.get(number);
    if (reader === undefined) throw new InvariantError("a segment in use is not open");
    return reader;
  }

  /** Segments of one tier, oldest first, that are to be joined; null when no tier is full. */
  #fullTier(): readonly SegmentInfo[] | null {
    for (let tier = 0; SEGMENTS_PER_TIER ** (tier + 1) <= FULL_SEGMENT_MESSAGES; tier++) {
      const segments = this.#segments.filter(({ size }) => tierOf(size) === tier);
      if (segments.length >= SEGMENTS_PER_TIER) return segments;
    }
    return null;
  }

  async #replace(
    old: readonly SegmentInfo[],
    made: { readonly bytes: Uint8Array; readonly size: number } | null,
    seq: number,
  ): Promise<void> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const rest = this.#segments.filter((each) => !old.includes(each));
    const changes: StoreChange[] = old.map((each) => ({ key: segmentKey(each.number) }));
    if (made !== null) {
      const reader = openSegment(made.bytes);
      if (reader === null) throw new InvariantError("a segment just made cannot be read");
      this.#readers.set(number, reader);
      changes.push({ key: segmentKey(number), value: made.bytes });
    }
    await this.#write(made === null ? rest : [...rest, { number, size: made.size }], seq, changes);
    for (const each of old) this.#readers.delete(each.number);
  }

  async #write(segments: readonly SegmentInfo[], seq: number, changes: readonly StoreChange[]): Promise<void> {
    this.#segments = segments;
    this.#seq = seq;
    const state: ShelfState = { schema: SCHEMA, seq, nextNumber: this.#nextNumber, segments };
    await this.#store.commit([...changes, { key: STATE_KEY, value: encodeAs(stateShape, state) }]);
  }
}

/** Segments whose sizes lie between the same powers of `SEGMENTS_PER_TIER` are of one tier. */
function tierOf(size: number): number {
  let tier = 0;
  for (let rest = size; rest >= SEGMENTS_PER_TIER; rest = Math.floor(rest / SEGMENTS_PER_TIER)) tier += 1;
  return tier;
}

function numbersByTerm(entries: readonly NewEntry[]): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const [number, { terms }] of entries.entries()) {
    for (const term of terms) {
      const known = numbers.get(term);
      if (known === undefined) numbers.set(term, [number]);
      else known.push(number);
    }
  }
  return numbers;
}

function anyMessage(reader: SegmentReader, isWanted: (message: IndexedMessage) => boolean): boolean {
  for (let number = 0; number < reader.size; number++) if (isWanted(reader.message(number))) return true;
  return false;
}

function segmentKey(number: number): string {
  return SEGMENT_PREFIX + String(number).padStart(10, "0");
}
