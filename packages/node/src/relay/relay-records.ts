/** Signed address records: the relay's own, renewed when its addresses change, and newest ones of other relays. */
import type { Clock } from "@kith/client";
import {
  type CryptoSuite,
  err,
  ok,
  type RelayId,
  type RelayRecord,
  type RelayRecordError,
  type RelayRef,
  type Result,
  signRelayRecord,
  verifyRelayRecord,
} from "@kith/protocol";
import { DAY_MS } from "./relay-limits.ts";

/** Life of an own record: shorter than the 14 days that a webrtc-direct address lives. */
const LIFE_MS = 7 * DAY_MS;

/** What the records are made with. */
export interface RelayRecordsOptions {
  readonly relay: RelayId;
  readonly signingSeed: Uint8Array;
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly ownAddresses: () => RelayRef | null;
  readonly maxRemembered: number;
}

interface Kept {
  readonly record: RelayRecord;
  readonly encoded: Uint8Array;
}

/** Records by relay; a higher `seq` replaces a lower one. */
export class RelayRecords {
  readonly #options: RelayRecordsOptions;
  readonly #kept = new Map<RelayId, Kept>();
  #own: Kept | null = null;

  constructor(options: RelayRecordsOptions) {
    this.#options = options;
  }

  /** The own record; null while this relay has no address to tell. */
  async own(): Promise<Uint8Array | null> {
    const { clock, suite, signingSeed, relay, ownAddresses } = this.#options;
    const self = ownAddresses();
    if (self === null || self.addresses.length === 0) return null;
    const nowMs = clock.nowMs();
    const known = this.#own;
    const isSame = known !== null && known.record.addresses.join() === self.addresses.join();
    const leftMs = (known?.record.expiresMs ?? 0) - nowMs;
    if (isSame && leftMs > LIFE_MS - DAY_MS && leftMs <= LIFE_MS) return known.encoded;
    const seq = Math.max((known?.record.seq ?? 0) + 1, Math.floor(nowMs / 1000));
    const record = { relay, addresses: self.addresses, seq, expiresMs: nowMs + LIFE_MS };
    const own = { record, encoded: await signRelayRecord(suite, signingSeed, record) };
    if (seq > (this.#own?.record.seq ?? 0)) this.#own = own;
    return own.encoded;
  }

  /** Takes up a record of another relay when it is genuine and newer than what is known. */
  async remember(encoded: Uint8Array): Promise<Result<RelayRecord, RelayRecordError>> {
    const { suite, clock, maxRemembered, relay } = this.#options;
    const verified = await verifyRelayRecord(suite, encoded, clock.nowMs());
    if (!verified.ok) return err(verified.error);
    const record = verified.value;
    const known = this.#kept.get(record.relay);
    if (record.relay === relay || (known !== undefined && known.record.seq >= record.seq)) return ok(record);
    this.#kept.delete(record.relay);
    this.#kept.set(record.relay, { record, encoded });
    if (this.#kept.size > maxRemembered) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return ok(record);
  }

  /** The newest record of a relay; null when none is known or it has expired. */
  async get(relay: RelayId): Promise<Uint8Array | null> {
    if (relay === this.#options.relay) return this.own();
    const kept = this.#kept.get(relay);
    return kept !== undefined && kept.record.expiresMs > this.#options.clock.nowMs() ? kept.encoded : null;
  }
}
