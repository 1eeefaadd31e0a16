/**
 * Decides which own files go to relays, and brings them there one after the other: those that nobody fetched soon after
 * they were offered, because the other side is away or the two cannot reach each other.
 */
import { type OwnState, ok, type RelayId, type RelayRef } from "@kith/protocol";
import type { Core } from "../../core.ts";
import { isAddressHiddenFrom } from "../../people/hidden-address.ts";
import type { Cancel } from "../../ports.ts";
import type { FileName, ParkReason } from "../file-book.ts";
import type { FileRelayParts } from "../file-relays.ts";
import type { FileRow } from "../file-row.ts";
import { findOffer } from "../offering.ts";
import { SealedUnits } from "../sealed-units.ts";
import { BlobLink } from "./blob-link.ts";
import { type ParkEnd, parkFile } from "./park-file.ts";
import type { ParkedNotes } from "./parked-notes.ts";

/** A file is left to be fetched directly for so long, in ms: where its message was taken directly too, much longer. */
const FIRST_WAIT_MS = 10_000;
const DIRECT_WAIT_MS = 10 * 60_000;

/** Wait after a try that failed, and after bytes were seen moving directly, in ms. */
const RETRY_MS = 5 * 60_000;

/** Wait after a first try in which no relay answered, doubled with each further one up to that, in ms. */
const FIRST_RETRY_MS = 10_000;

/** How often is looked whether relays still have what they took, in ms. */
const CHECK_MS = 6 * 3600 * 1000;

/** A file of a group is brought to relays again for so long, in ms: who reads it later asks its sender's device. */
const GROUP_LIFE_MS = 14 * 24 * 3600 * 1000;

/** Relays that hold all of a file, where as many are known. */
const COPIES = 2;

const TAKEN: readonly OwnState[] = ["delivered", "read"];

/** Everything that goes to relays. */
export class Parker {
  readonly #parts: FileRelayParts;
  readonly #notes: ParkedNotes;
  readonly #core: Core;
  readonly #stop = new AbortController();
  /** By file: when to look at it next, monotonic ms. */
  readonly #dueAtMs = new Map<string, number>();
  readonly #seenAtMs = new Map<string, number>();
  /** By file: tries in a row in which no relay answered. */
  readonly #misses = new Map<string, number>();
  /** Files of which relays may hold a part. */
  readonly #begun = new Set<string>();
  #cancel: Cancel = () => undefined;
  #isLooking = false;
  /** Of the file that is on its way. */
  #units: SealedUnits | null = null;

  constructor(parts: FileRelayParts, notes: ParkedNotes) {
    this.#parts = parts;
    this.#notes = notes;
    this.#core = parts.core;
  }

  /** Looks at the files: there may be a new one. */
  look(): void {
    this.#schedule();
  }

  /** Looks at all files anew. */
  wake(): void {
    this.#dueAtMs.clear();
    this.#misses.clear();
    this.#schedule();
  }

  /** What is under way ends by itself, or never, once the store of the run has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancel();
    await this.#close();
  }

  /** Deletes what relays hold of an own file. */
  async release(row: FileRow): Promise<void> {
    const key = this.#core.files.keyOf(row);
    if (!this.#begun.delete(key) && row.parked === undefined) return;
    for (const relay of row.manifest.relays) {
      await this.#at(relay, row, async (link) => {
        const { space, ownerKey } = link.space;
        await link.ask({ type: "drop", id: space, key: ownerKey }, "done");
        return "held";
      });
    }
    await this.#notes.onParked(row, []);
  }

  /** Plans the next look at a file; one that is under way plans it when it ends. */
  #schedule(): void {
    this.#cancel();
    if (this.#isLooking || this.#stop.signal.aborted) return;
    const next = this.#next();
    if (next === null) return;
    const delayMs = Math.max(0, next.dueAtMs - this.#core.clock.monotonicMs());
    this.#cancel = this.#core.clock.after(delayMs, () => {
      this.#isLooking = true;
      void this.#look(next.row).finally(() => {
        this.#isLooking = false;
        this.#schedule();
      });
    });
  }

  #next(): { readonly row: FileRow; readonly dueAtMs: number } | null {
    const nowMs = this.#core.clock.monotonicMs();
    let next: { readonly row: FileRow; readonly dueAtMs: number } | null = null;
    for (const row of this.#core.files.all()) {
      if (!row.isOwn || row.state !== "offered") continue;
      const key = this.#core.files.keyOf(row);
      const seenAtMs = this.#seenAtMs.get(key) ?? nowMs;
      this.#seenAtMs.set(key, seenAtMs);
      const dueAtMs = this.#dueAtMs.get(key) ?? seenAtMs + FIRST_WAIT_MS;
      if (next === null || dueAtMs < next.dueAtMs) next = { row, dueAtMs };
    }
    return next;
  }

  async #look(row: FileRow): Promise<void> {
    const { clock, files } = this.#core;
    const key = files.keyOf(row);
    this.#dueAtMs.set(key, clock.monotonicMs() + RETRY_MS);
    if (!this.#isWanted(row)) return;
    if (row.parked === undefined && (await this.#isTakenDirectly(row))) {
      const untilMs = (this.#seenAtMs.get(key) ?? 0) + DIRECT_WAIT_MS;
      if (untilMs > clock.monotonicMs()) return void this.#dueAtMs.set(key, untilMs);
    }
    if (await this.#isOver(row)) {
      if (row.parked !== undefined) await this.#notes.onParked(row, []);
      return void this.#dueAtMs.set(key, clock.monotonicMs() + CHECK_MS);
    }
    const held = await this.#park(row);
    this.#dueAtMs.set(key, clock.monotonicMs() + (held ? CHECK_MS : this.#retryMs(key)));
  }

  #retryMs(key: string): number {
    const misses = this.#misses.get(key) ?? 0;
    return misses === 0 ? RETRY_MS : Math.min(FIRST_RETRY_MS * 2 ** (misses - 1), RETRY_MS);
  }

  /** @returns whether a relay has all of it. */
  async #park(row: FileRow): Promise<boolean> {
    const { files } = this.#core;
    const { relays } = row.manifest;
    if (relays.length === 0) return this.#fail(row, "no-relay");
    const hashes = await files.hashes(row);
    const units = hashes && (await SealedUnits.open(this.#parts, row, { hashes, vaultName: files.vaultName(row) }));
    if (hashes === undefined || units === undefined || units === null) return false; // told when it is asked for
    if (this.#stop.signal.aborted) return units.close().then(() => false);
    this.#units = units;
    const key = files.keyOf(row);
    this.#begun.add(key);
    const held: RelayId[] = [];
    let reason: ParkReason = "unreachable";
    let isLost = false;
    try {
      for (const relay of relays) {
        if (held.length === COPIES) break;
        const end = await this.#at(relay, row, (link) =>
          parkFile(
            {
              suite: this.#core.suite,
              manifest: row.manifest,
              hashes,
              units,
              isWanted: () => this.#isWanted(row),
              onProgress: (doneBytes) => held.length === 0 && this.#notes.onParking(row, { doneBytes }),
            },
            link,
          ),
        );
        if (end === "stopped" || end === "changed") break;
        if (end === "lost") isLost = true;
        if (end === "held") {
          held.push(relay.relay);
          await this.#notes.onParked(row, held);
        } else if (end === "full" || end === "too-large") reason = end;
      }
    } finally {
      await this.#close();
    }
    const isMissed = held.length === 0 && reason === "unreachable";
    this.#misses.set(key, isMissed ? (this.#misses.get(key) ?? 0) + 1 : 0);
    if (held.length > 0) return true;
    if (row.parked !== undefined && isLost) return true; // it does not answer now; it may well have it
    if (row.parked !== undefined) await this.#notes.onParked(row, []); // none has it any more
    return this.#isWanted(row) ? this.#fail(row, reason) : this.#quit(row);
  }

  async #close(): Promise<void> {
    const units = this.#units;
    this.#units = null;
    await units?.close();
  }

  #fail(row: FileRow, reason: ParkReason): false {
    this.#notes.onParking(row, { doneBytes: 0, reason });
    return false;
  }

  #quit(row: FileRow): false {
    this.#notes.onParking(row, null);
    return false;
  }

  async #at(relay: RelayRef, row: FileRow, task: (link: BlobLink) => Promise<ParkEnd>): Promise<ParkEnd> {
    const { signal } = this.#stop;
    const end = await this.#core.pool.once<ParkEnd>(relay, async (session) => {
      if (session.isOwn) return ok("unsupported");
      return ok(await task(new BlobLink(this.#core, session, row.manifest.key, signal)));
    });
    return end.ok ? end.value : "lost";
  }

  /** Still offered, and nobody is fetching it directly. */
  #isWanted(name: FileName): boolean {
    const { files } = this.#core;
    const isOffered = files.get(name)?.state === "offered" && files.activity(name)?.kind !== "moving";
    return isOffered && !this.#stop.signal.aborted;
  }

  /** Nobody says when all of a group have a file. */
  async #isOver(row: FileRow): Promise<boolean> {
    const offer = row.group === undefined ? undefined : await findOffer(this.#core, row);
    return offer !== undefined && offer.content.sentAtMs + GROUP_LIFE_MS < this.#core.clock.nowMs();
  }

  /** A device that took the message straight from here can come for the file; one that had it from a relay perhaps cannot. */
  async #isTakenDirectly({ chat, group, id }: FileRow): Promise<boolean> {
    // Of many one can hardly come, and nobody to whom this device does not show where it is.
    if (group !== undefined || isAddressHiddenFrom(this.#core, chat)) return false;
    const message = await this.#core.messages.find(chat, "own", id);
    return message?.deliveries.some(({ record }) => record.isDirect && TAKEN.includes(record.state)) ?? false;
  }
}
