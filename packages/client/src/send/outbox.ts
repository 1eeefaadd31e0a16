/**
 * The outbox: everything on its way, one lane a device, in order. A lane tries its routes, waits with growing jittered
 * delays when none works, and never gives up by itself. Contents stay until the device said `delivered`.
 */
import type { ContentId, DeliveryEvent, DeviceId, RelayId } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { Cancel } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import { advanceThrough, recordDelivery } from "./delivery-record.ts";
import { type OutboxRow, outboxRowShape, withoutMessage } from "./outbox-row.ts";

/** One row in its lane. */
export interface OutboxEntry {
  readonly key: string;
  row: OutboxRow;
  /** On disk: only then may it leave. */
  isCommitted: boolean;
  /** Asked for again by the other side, or not delivered for long: goes out once more. */
  isRepeat: boolean;
  /** When it was last marked to go out once more, Unix ms. */
  repeatedAtMs?: number;
}

/** What tries to move the rows of one lane; says whether anything moved. */
export type Carrier = (device: DeviceId, entries: readonly OutboxEntry[]) => Promise<boolean>;

interface Lane {
  readonly entries: OutboxEntry[];
  isRunning: boolean;
  isKicked: boolean;
  delayMs: number;
  cancelRetry: Cancel;
}

const COUNTER_DIGITS = 12;

/** Rows one try carries: a frame's worth. */
const MAX_CARRIED = 64;

/** All lanes of one account. */
export class Outbox {
  readonly #core: Core;
  readonly #table: Table<OutboxRow>;
  readonly #lanes = new Map<DeviceId, Lane>();
  readonly #carrier: Carrier;
  #counter = 0;
  #isStopped = true;

  constructor(core: Core, carrier: Carrier) {
    this.#core = core;
    const guard = core.vanish.state.guard<OutboxRow>(({ account }) => core.people.chatKey(account));
    this.#table = createTable(core.store, "outbox", outboxRowShape, guard);
    this.#carrier = carrier;
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) {
      this.#lane(value.device).entries.push({
        key,
        row: value,
        isCommitted: true,
        isRepeat: value.message === undefined,
      });
      this.#counter = Math.max(this.#counter, Number(key.split("/")[1]));
    }
  }

  start(): void {
    this.#isStopped = false;
    for (const device of this.#lanes.keys()) this.kick(device);
  }

  stop(): void {
    this.#isStopped = true;
    for (const lane of this.#lanes.values()) lane.cancelRetry();
  }

  /** Puts a row into its lane as part of a draft; it may leave once the draft is on disk. */
  add(draft: Draft, row: OutboxRow): void {
    this.#counter += 1;
    const key = `${this.#core.people.peerKey(row.device)}/${String(this.#counter).padStart(COUNTER_DIGITS, "0")}`;
    const entry: OutboxEntry = { key, row, isCommitted: false, isRepeat: false };
    this.#lane(row.device).entries.push(entry);
    draft.add(this.#table.put(key, row));
    draft.afterwards(() => {
      entry.isCommitted = true;
      this.kick(row.device);
    });
  }

  /** Tries a lane now: new rows, a new address, or a sign of life from the other side. */
  kick(device: DeviceId): void {
    const lane = this.#lanes.get(device);
    if (lane === undefined || this.#isStopped) return;
    lane.cancelRetry();
    if (lane.isRunning) lane.isKicked = true;
    else void this.#run(device, lane);
  }

  kickAll(): void {
    for (const device of this.#lanes.keys()) this.kick(device);
  }

  /** Rows of a device that wait for a session, in order. */
  unsealed(device: DeviceId): readonly OutboxEntry[] {
    return this.#lane(device).entries.filter((entry) => entry.row.message === undefined);
  }

  /** The payloads of contents in a lane, in order; those sealed before that were kept for sealing again are among them. */
  payloads(device: DeviceId): readonly Uint8Array[] {
    return (this.#lanes.get(device)?.entries ?? []).flatMap(({ row }) => row.payload ?? []);
  }

  /** Replaces a row, as when its payload was sealed. */
  replace(draft: Draft, entry: OutboxEntry, row: OutboxRow): void {
    entry.row = row;
    draft.add(this.#table.put(entry.key, row));
  }

  /**
   * Notes what happened to a row and to its message, all of it in one call a draft; rows that have done their work go. Called inside the lock.
   * @returns whether the row moved on, so that the lane has something new to do.
   */
  async note(draft: Draft, entry: OutboxEntry, events: readonly DeliveryEvent[], relayCount: number): Promise<boolean> {
    const { contentId } = entry.row;
    if (!this.#lane(entry.row.device).entries.includes(entry)) {
      // The word of a delivery can overtake the answer to the frame that carried it: a row that is gone stays gone.
      await recordDelivery(this.#core, draft, entry.row, events, relayCount);
      return true;
    }
    const hasMoved = entry.isRepeat;
    entry.isRepeat = false;
    const before = entry.row.progress;
    const progress = advanceThrough(before, events, relayCount);
    const isDone = contentId === undefined ? progress.state !== "queued" : isFinal(progress.state);
    if (isDone) this.#remove(draft, entry);
    else if (progress !== before) this.replace(draft, entry, { ...entry.row, progress });
    await recordDelivery(this.#core, draft, entry.row, events, relayCount);
    return hasMoved || progress.state !== before.state;
  }

  /** Writes the rows for a device once more, under the state key of now; the caller holds the person's lock. */
  reseal(draft: Draft, device: DeviceId): void {
    for (const { key, row } of this.#lanes.get(device)?.entries ?? []) draft.add(this.#table.put(key, row));
  }

  /** The row of a content on one device. */
  find(device: DeviceId, contentId: ContentId): OutboxEntry | undefined {
    return this.#lanes.get(device)?.entries.find((entry) => entry.row.contentId === contentId);
  }

  /** Rows that have lain in a request box since before `atMs`. */
  waitingSince(atMs: number): readonly OutboxEntry[] {
    const entries = [...this.#lanes.values()].flatMap((lane) => lane.entries);
    return entries.filter(({ row }) => row.progress.state === "waiting" && row.createdAtMs < atMs);
  }

  /** Vanishing contents whose device has not come for too long. */
  outlived(nowMs: number): readonly OutboxEntry[] {
    const entries = [...this.#lanes.values()].flatMap((lane) => lane.entries);
    return entries.filter(({ row }) => row.untilMs !== undefined && row.untilMs <= nowMs);
  }

  /** Opens contents that the other side never got, so that they are sealed anew and go out once more. */
  unseal(draft: Draft, device: DeviceId, isWanted: (row: OutboxRow) => boolean): void {
    for (const entry of this.#lane(device).entries) {
      const opened = entry.isCommitted && isWanted(entry.row) ? withoutMessage(entry.row) : null;
      if (opened === null) continue;
      entry.isRepeat = true;
      this.replace(draft, entry, opened);
    }
  }

  /**
   * Sends again what relays have held undelivered since before `atMs`: if they all lost it, this device still has it.
   * A relay that has it knows it by its id, a device that has it says so again.
   */
  repeatStale(atMs: number): void {
    const nowMs = this.#core.clock.nowMs();
    for (const [device, lane] of this.#lanes) {
      const stale = lane.entries.filter(({ row, repeatedAtMs = row.createdAtMs }) => {
        return row.progress.state === "sent" && repeatedAtMs < atMs;
      });
      for (const entry of stale) {
        entry.isRepeat = true;
        entry.repeatedAtMs = nowMs;
      }
      if (stale.length > 0) this.kick(device);
    }
  }

  /** Contents that a relay gave a receipt for and that are not known as delivered. */
  countHeldBy(device: DeviceId, relay: RelayId): number {
    return this.#heldBy(device, relay).length;
  }

  /** Sends what a relay held once more, because it lost some of it; the relays that have it know it by its id. */
  repeatHeldBy(device: DeviceId, relay: RelayId): void {
    const held = this.#heldBy(device, relay);
    for (const entry of held) {
      entry.isRepeat = true;
      entry.repeatedAtMs = this.#core.clock.nowMs();
    }
    if (held.length > 0) this.kick(device);
  }

  #heldBy(device: DeviceId, relay: RelayId): readonly OutboxEntry[] {
    const entries = this.#lanes.get(device)?.entries ?? [];
    return entries.filter(({ row }) => row.progress.relays.includes(relay));
  }

  /** Forgets a lane, when its person is deleted. */
  drop(draft: Draft, device: DeviceId): void {
    const lane = this.#lanes.get(device);
    lane?.cancelRetry();
    for (const entry of lane?.entries ?? []) draft.add(this.#table.remove(entry.key));
    this.#lanes.delete(device);
  }

  /** Forgets a lane whose device is no longer one of its person: what was on its way to it never arrives. */
  async giveUp(draft: Draft, device: DeviceId): Promise<void> {
    for (const entry of [...(this.#lanes.get(device)?.entries ?? [])]) {
      await this.note(draft, entry, [{ type: "failed", reason: "no-device" }], 0);
    }
    this.drop(draft, device);
  }

  /** Whether something for a device is still nowhere but here. */
  hasQueued(device: DeviceId): boolean {
    return this.#lanes.get(device)?.entries.some(({ row }) => row.progress.state === "queued") ?? false;
  }

  /** Rows of a device that are not known as delivered. */
  count(device: DeviceId): number {
    return this.#lanes.get(device)?.entries.length ?? 0;
  }

  #remove(draft: Draft, entry: OutboxEntry): void {
    const lane = this.#lane(entry.row.device);
    const index = lane.entries.indexOf(entry);
    if (index >= 0) lane.entries.splice(index, 1);
    draft.add(this.#table.remove(entry.key));
  }

  #lane(device: DeviceId): Lane {
    let lane = this.#lanes.get(device);
    if (lane === undefined) {
      lane = { entries: [], isRunning: false, isKicked: false, delayMs: 0, cancelRetry: () => undefined };
      this.#lanes.set(device, lane);
    }
    return lane;
  }

  async #run(device: DeviceId, lane: Lane): Promise<void> {
    lane.isRunning = true;
    try {
      await this.#carryReady(device, lane);
    } finally {
      lane.isRunning = false;
    }
    if (!this.#isStopped && lane.entries.some(isReady)) this.#retryLater(device, lane);
  }

  async #carryReady(device: DeviceId, lane: Lane): Promise<void> {
    let hasMoved = true;
    while (!this.#isStopped && (hasMoved || lane.isKicked)) {
      lane.isKicked = false;
      const ready = lane.entries.filter(isReady).slice(0, MAX_CARRIED);
      if (ready.length === 0) break;
      hasMoved = await this.#carrier(device, ready);
      if (hasMoved) lane.delayMs = 0;
    }
  }

  #retryLater(device: DeviceId, lane: Lane): void {
    const { retryFirstMs, retryMaxMs } = this.#core.parameters;
    lane.delayMs = Math.min(Math.max(lane.delayMs * 2, retryFirstMs), retryMaxMs);
    const jitter = 0.75 + ((this.#core.random(1)[0] as number) / 255) * 0.5;
    lane.cancelRetry = this.#core.clock.after(lane.delayMs * jitter, () => this.kick(device));
  }
}

function isReady(entry: OutboxEntry): boolean {
  return entry.isCommitted && (entry.isRepeat || entry.row.progress.state === "queued");
}

function isFinal(state: OutboxRow["progress"]["state"]): boolean {
  return state === "delivered" || state === "read" || state === "failed";
}
