/**
 * Brings one file here, over as many tries as it takes: asks the devices of the person who sent it and the other devices of
 * this account, waits when none that has it can be reached, and goes on where it stopped.
 */
import { type AccountId, type CryptoSuite, directFileId, type FileManifest, type RelayRef } from "@kith/protocol";
import type { Core } from "../core.ts";
import { dialableReach } from "../people/hidden-address.ts";
import type { Cancel, Channel, FileVault, VaultFile } from "../ports.ts";
import { type FetchEnd, type FetchParts, fetchMissing, type KnownUnits, scanUnits } from "./fetch-file.ts";
import type { WaitReason } from "./file-book.ts";
import type { FileRelays } from "./file-relays.ts";
import type { FileReason, FileRow } from "./file-row.ts";
import { requireGroups } from "./group-offers.ts";
import { askDevice } from "./pull-units.ts";
import { VaultError } from "./vault-error.ts";

/** Wait after a try that brought nothing, doubled with each further one up to the limit, in ms. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** The wait while the sender may be bringing the file to relays just now, in ms, and how often it is waited so before it grows on. */
const SOON_WAIT_MS = 8_000;
const SOON_WAITS = 10;

/** Tries in a row whose bytes did not verify, before the file counts as damaged. */
const MAX_DAMAGED = 3;

/** What a fetcher tells. */
export interface FetchEvents {
  onHashes(hashes: Uint8Array): Promise<void>;
  onProgress(doneBytes: number): void;
  onWaiting(reason: WaitReason, doneBytes: number): void;
  /** Null when all of it is here, verified and on disk. @param isTold whether the sender has heard so. */
  onEnd(reason: FileReason | null, isTold: boolean): void;
}

/** What a fetcher works with. */
export interface FetcherParts {
  readonly core: Pick<
    Core,
    "account" | "chats" | "clock" | "network" | "others" | "own" | "people" | "random" | "settings" | "suite"
  >;
  readonly vault: FileVault;
  readonly vaultName: string;
  readonly row: FileRow;
  readonly hashes: Uint8Array | undefined;
  /** Null while there is nothing that fetches from relays. */
  readonly relays: () => FileRelays | null;
  readonly events: FetchEvents;
}

type Verdict = { readonly wait: WaitReason } | { readonly end: FileReason | null } | "stopped";

/** A device to ask. */
interface Target {
  readonly at: RelayRef;
  /** One of ours. */
  readonly isOwn: boolean;
  /** It answers to those who prove which device they are. */
  readonly isProved: boolean;
}

/** One file on its way. */
export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #wake: () => void = () => undefined;
  #channel: Channel | null = null;
  #doneBytes = 0;
  #isTold = false;
  #waitMs = FIRST_WAIT_MS;
  #soonWaits = SOON_WAITS;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** Whose file it is. */
  get chat(): AccountId {
    return this.#parts.row.chat;
  }

  /** Tries again at once: the person gave a sign of life, or the network changed. */
  wake(): void {
    this.#waitMs = FIRST_WAIT_MS;
    this.#soonWaits = SOON_WAITS;
    this.#wake();
  }

  /** Stops; what was written stays. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#channel?.close();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { vault, vaultName, events } = this.#parts;
    let file: VaultFile | null = null;
    try {
      file = await vault.open(vaultName);
      const end = await this.#fetch(file);
      await file.close();
      if (end !== "stopped") events.onEnd(end, this.#isTold);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      await file?.close().catch(() => undefined);
      if (!this.#stop.signal.aborted) events.onEnd("disk", false);
    }
  }

  async #fetch(file: VaultFile): Promise<FileReason | null | "stopped"> {
    const { core, row, hashes, events } = this.#parts;
    const { signal } = this.#stop;
    const parts: FetchParts = {
      suite: core.suite,
      manifest: row.manifest,
      file,
      signal,
      hashes,
      onHashes: (list) => events.onHashes(list),
      onProgress: (doneBytes) => this.#progress(doneBytes),
    };
    const known = await scanUnits(parts);
    if (known === null) return "stopped";
    this.#doneBytes = known.doneBytes;
    for (let damaged = 0; !signal.aborted; ) {
      const verdict = await this.#try(parts, known);
      if (verdict === "stopped") break;
      if ("end" in verdict && verdict.end !== "damaged") return verdict.end;
      if ("end" in verdict && ++damaged === MAX_DAMAGED) return "damaged";
      events.onWaiting("wait" in verdict ? verdict.wait : "offline", this.#doneBytes);
      await this.#pause();
    }
    return "stopped";
  }

  #progress(doneBytes: number): void {
    this.#doneBytes = doneBytes;
    this.#waitMs = FIRST_WAIT_MS;
    this.#parts.events.onProgress(doneBytes);
  }

  /** Where it may be: at the sender's devices, and at our others. */
  get #targets(): readonly Target[] {
    const { core, row } = this.#parts;
    const own = core.account.id;
    return this.#holders.flatMap((account) =>
      reachOf(core, account).map((at) => ({
        at,
        isOwn: account === own,
        isProved: account === own || row.group !== undefined,
      })),
    );
  }

  get #holders(): readonly AccountId[] {
    const { core, row } = this.#parts;
    const own = core.own === null ? [] : [core.account.id];
    return row.isOwn ? own : [row.chat, ...own];
  }

  /** Asks each device that may have it and can be reached. */
  async #try(parts: FetchParts, known: KnownUnits): Promise<Verdict> {
    let reason: FileReason | null = null;
    let wait: WaitReason = this.#parts.row.isOwn ? "own-offline" : "offline";
    const gone = { own: 0, theirs: 0 };
    for (const target of this.#targets) {
      const channel = await this.#open(target.at);
      if (this.#stop.signal.aborted) return "stopped";
      if (channel === null) continue;
      const end = await this.#over(channel, target, parts, known);
      switch (end) {
        case "complete":
          return { end: null };
        case "stopped":
          return "stopped";
        case "gone":
        case "changed":
        case "damaged":
        case "malformed":
          gone[target.isOwn ? "own" : "theirs"] += 1;
          if (reason === null || reason === "gone") reason = end === "malformed" ? "damaged" : end;
          break;
        case "paused":
          wait = "paused-there";
          break;
        case "busy":
          wait = "busy";
          break;
        case "lost":
          break;
      }
    }
    // "Gone" at one device says nothing about another one that could not be asked.
    const { row, core } = this.#parts;
    const isGoneThere = row.isOwn || gone.theirs === this.#deviceCount(row.chat);
    const isGoneHere = gone.own === this.#deviceCount(core.account.id);
    const isCertain = reason !== null && (reason !== "gone" || (isGoneThere && isGoneHere));
    if (reason === "gone" && isGoneThere && wait === "offline") wait = "own-offline";
    return isCertain ? { end: reason } : wait === "paused-there" ? { wait } : this.#tryRelays(parts, known, wait);
  }

  /** Asks the relays that the sender named; what they have of it is another matter than where the sender is. */
  async #tryRelays(parts: FetchParts, known: KnownUnits, wait: WaitReason): Promise<Verdict> {
    const relays = this.#parts.relays();
    const end = relays === null || parts.manifest.relays.length === 0 ? "gone" : await relays.fetch(parts, known);
    switch (end) {
      case "complete":
        if (!this.#parts.row.isOwn) relays?.forget(this.#parts.row); // the other side may not have it yet
        return { end: null };
      case "stopped":
        return end;
      case "damaged":
        return { wait: "damaged-there" };
      default:
        return { wait };
    }
  }

  /** A dial takes seconds; whoever stops the fetcher does not wait for it. */
  #open(target: RelayRef): Promise<Channel | null> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => resolve(null), { once: true });
      this.#parts.core.network.open(target, "file", "once").then((opened) => {
        if (opened.ok && signal.aborted) opened.value.close();
        resolve(opened.ok && !signal.aborted ? opened.value : null);
      }, reject);
    });
  }

  async #over(channel: Channel, target: Target, parts: FetchParts, known: KnownUnits): Promise<FetchEnd> {
    const { core } = this.#parts;
    this.#channel = channel;
    try {
      const ask = askDevice(channel);
      if (target.isProved) {
        const id = directFileId(parts.suite, parts.manifest.key);
        const answer = await ask(await (core.own ?? requireGroups(core)).askers.introduce(id));
        if (!answer.ok) return answer.error;
      }
      const end = await fetchMissing(parts, known, ask);
      if (end === "complete" && !target.isProved) this.#isTold = await tellDone(parts.suite, parts.manifest, channel);
      return end;
    } finally {
      this.#channel = null;
      channel.close();
    }
  }

  #deviceCount(account: AccountId): number {
    return this.#parts.core.people.peersOf(account).length;
  }

  /** Waits, with growing jittered delays, or until woken. */
  async #pause(): Promise<void> {
    const { clock, random } = this.#parts.core;
    const jitter = 0.5 + (random(1)[0] ?? 0) / 256;
    const delayMs = this.#waitMs * jitter;
    if (this.#waitMs !== SOON_WAIT_MS || --this.#soonWaits <= 0) {
      this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
    }
    let cancel: Cancel = () => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = clock.after(delayMs, resolve);
      if (this.#stop.signal.aborted) resolve();
    });
    cancel();
    this.#wake = () => undefined;
  }
}

/** Tells the sender that all of a file is here. @returns whether it was heard. */
export async function tellDone(suite: CryptoSuite, { key }: FileManifest, channel: Channel): Promise<boolean> {
  return (await askDevice(channel)({ type: "done", id: directFileId(suite, key) })).ok;
}

/** Where the devices of a person can be reached directly, as far as they said. */
export function reachOf(
  core: Pick<Core, "settings" | "chats" | "people" | "clock">,
  account: AccountId,
): readonly RelayRef[] {
  return core.people.peersOf(account).flatMap(({ row }) => dialableReach(core, row)?.at ?? []);
}
