/**
 * Proof of work at the door: over this relay, its random value of the day, the operation and its target.
 * A spent proof is remembered for as long as its value is accepted, on disk too: after a restart it is still spent.
 */
import type { Store, StoreChange } from "@kith/client";
import {
  bytes,
  bytesToUint32,
  type CryptoSuite,
  concat,
  decodeAs,
  encodeAs,
  equalBytes,
  field,
  InvariantError,
  LABELS,
  optional,
  proofBits,
  type RandomBytes,
  type RelayId,
  record,
  type Shape,
  toHex,
  uint,
  workTarget,
} from "@kith/protocol";
import type { StableTime } from "./stable-time.ts";

/** What the gate works on. */
export interface WorkGateOptions {
  readonly relay: RelayId;
  readonly store: Store;
  readonly time: StableTime;
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
  readonly maxSpent: number;
}

/** What a proof can be for. */
export type WorkSubject = Parameters<typeof workTarget>[2];

/** A proof as shown. */
export interface WorkClaim {
  readonly subject: WorkSubject;
  readonly nonce: Uint8Array;
  /** Bits needed. */
  readonly bits: number;
}

/** The verdict on a proof; `changes` must be part of the batch that holds its effect. */
export type WorkVerdict =
  | { readonly ok: true; readonly bits: number; readonly changes: readonly StoreChange[] }
  | { readonly ok: false; readonly code: "work-needed" | "spent" };

/** How long the value of the day before is accepted, in ms. */
const GRACE_MS = 10 * 60 * 1000;

const DAY_KEY = "w/day";
const SPENT_PAGE = 1000;

interface DayRow {
  readonly value: Uint8Array;
  readonly day: number;
  readonly previous?: Uint8Array | undefined;
  readonly previousUntilMs: number;
}

const dayRow: Shape<DayRow> = record<DayRow>({
  value: field(1, bytes(16)),
  day: field(2, uint()),
  previous: optional(3, bytes(16)),
  previousUntilMs: field(4, uint()),
});

function spentKey(value: Uint8Array, proof: string): string {
  return `p/${toHex(value)}/${proof}`;
}

/** Values of the day and the proofs spent on them. */
export class WorkGate {
  readonly #options: WorkGateOptions;
  #row: DayRow;
  #isSaved = false;
  /** Keys of spent rows, of both accepted values. */
  #spent = new Set<string>();
  #spentOnCurrent = 0;

  constructor(options: WorkGateOptions) {
    this.#options = options;
    this.#row = { value: options.random(16), day: options.time.day(), previousUntilMs: 0 };
  }

  /** Takes up the value and the spent proofs of before the last stop. */
  async start(): Promise<void> {
    const { store } = this.#options;
    const row = await store.get(DAY_KEY);
    if (row !== undefined) {
      const decoded = decodeAs(dayRow, row, 256);
      if (!decoded.ok) throw new InvariantError(`row of the day: ${decoded.error.code}`);
      this.#row = decoded.value;
      this.#isSaved = true;
    }
    const rows = await store.entries({ gte: "p/", lt: "p0" });
    const current = spentKey(this.#row.value, "");
    for (const [key] of rows) {
      this.#spent.add(key);
      if (key.startsWith(current)) this.#spentOnCurrent += 1;
    }
  }

  /** The 16-byte value that new proofs are made over. */
  dayValue(): Uint8Array {
    const { time, maxSpent } = this.#options;
    if (this.#row.day !== time.day() || this.#spentOnCurrent >= maxSpent) this.#renew();
    return this.#row.value;
  }

  #renew(): void {
    const { time, random } = this.#options;
    const nowMs = time.nowMs();
    this.#row = { value: random(16), day: time.day(), previous: this.#row.value, previousUntilMs: nowMs + GRACE_MS };
    this.#isSaved = false;
    this.#spentOnCurrent = 0;
  }

  /** Judges a proof and, when it is good, spends it. */
  spend(claim: WorkClaim): WorkVerdict {
    const { suite, relay } = this.#options;
    const nonce = bytesToUint32(claim.nonce) * 2 ** 32 + bytesToUint32(claim.nonce, 4);
    if (!Number.isSafeInteger(nonce)) return { ok: false, code: "work-needed" };
    let isSpent = false;
    for (const value of this.#acceptedValues()) {
      const data = workTarget(relay, value, claim.subject);
      const bits = proofBits(suite, { label: LABELS.relayWork, data, nonce });
      if (bits < claim.bits) continue;
      const key = spentKey(value, toHex(suite.sha256(concat(data, claim.nonce)).subarray(0, 16)));
      if (this.#spent.has(key)) isSpent = true;
      else return { ok: true, bits, changes: this.#remember(key, value) };
    }
    return { ok: false, code: isSpent ? "spent" : "work-needed" };
  }

  #acceptedValues(): readonly Uint8Array[] {
    const value = this.dayValue();
    const { previous, previousUntilMs } = this.#row;
    const isGrace = previous !== undefined && this.#options.time.nowMs() < previousUntilMs;
    return isGrace ? [value, previous] : [value];
  }

  #remember(key: string, value: Uint8Array): readonly StoreChange[] {
    this.#spent.add(key);
    if (equalBytes(value, this.#row.value)) this.#spentOnCurrent += 1;
    return [...this.#unsaved(), { key, value: new Uint8Array() }];
  }

  #unsaved(): readonly StoreChange[] {
    if (this.#isSaved) return [];
    this.#isSaved = true;
    return [{ key: DAY_KEY, value: encodeAs(dayRow, this.#row) }];
  }

  /** Saves the value of the day and forgets proofs of values that are no longer accepted. */
  async sweep(): Promise<void> {
    const { store } = this.#options;
    const accepted = this.#acceptedValues().map((value) => spentKey(value, ""));
    const outdated = [...this.#spent].filter((key) => !accepted.some((prefix) => key.startsWith(prefix)));
    for (const key of outdated) this.#spent.delete(key);
    const changes: StoreChange[] = [...this.#unsaved(), ...outdated.map((key) => ({ key }))];
    for (let at = 0; at < changes.length; at += SPENT_PAGE) await store.commit(changes.slice(at, at + SPENT_PAGE));
  }
}
