/**
 * The files of one account: what is offered, fetched, paused and given up. Rows say what was decided; a fetcher or the
 * door does it. Follows the account's events, so that a file goes with its message.
 */
import { type AccountId, accountToText } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { viewMessage } from "../message/message-view.ts";
import type { Acceptor, Cancel, FileSources, FileVault } from "../ports.ts";
import { DoneNotes } from "./done-notes.ts";
import { Fetcher } from "./fetcher.ts";
import type { Activity, FileName } from "./file-book.ts";
import { FileDoor } from "./file-door.ts";
import type { OpenFileRelays } from "./file-relays.ts";
import { type FileReason, type FileRow, isSource } from "./file-row.ts";
import { FileSweeper } from "./file-sweeper.ts";
import type { SendPath } from "./local-files.ts";
import { mayEndFile } from "./offering.ts";
import { ParkedFiles } from "./parked-files.ts";

/** How often progress is told and noted at most, in ms. */
const TELL_INTERVAL_MS = 1_000;

/** An own file about which nobody asked for so long does not move any more, in ms. */
const QUIET_MS = 5_000;

/** Where files lie. */
export interface FilePorts {
  readonly vault: FileVault;
  /** Null where programs cannot read files by their path. */
  readonly sources: FileSources | null;
  /** `sendPath`, where there are paths: a page does without. */
  readonly sendPath?: SendPath | undefined;
  /** Loads what leaves files at relays and fetches them from there; without it both sides must be online at once. */
  readonly loadRelays?: (() => Promise<OpenFileRelays>) | undefined;
}

/** All files of a running account. */
export class Files {
  readonly #core: Core;
  readonly #ports: FilePorts;
  readonly #door: FileDoor;
  readonly #fetchers = new Map<string, Fetcher>();
  readonly #stop = new AbortController();
  readonly #toldAtMs = new Map<string, number>();
  readonly #quiet = new Map<string, Cancel>();
  /** Own files whose messages are not written yet. */
  readonly #fresh = new Set<string>();
  readonly #parked: ParkedFiles;
  readonly #doneNotes: DoneNotes;
  readonly #sweeper: FileSweeper;

  constructor(core: Core, ports: FilePorts) {
    this.#core = core;
    this.#ports = ports;
    this.#door = new FileDoor(
      core,
      { suite: core.suite, ...ports },
      {
        onServed: (name, doneBytes) => this.#onServed(name, doneBytes),
        onDone: (name) => void this.#onDone(name),
        onChanged: (name) => void this.#onChanged(name),
      },
    );
    this.#doneNotes = new DoneNotes(core, this.#stop.signal, (row) => this.change(row));
    this.#sweeper = new FileSweeper(core, {
      isFresh: (row) => this.#fresh.has(core.files.keyOf(row)),
      release: (row) => this.#parked.relays?.release(row),
      forget: (row) => this.forget(row),
    });
    this.#parked = new ParkedFiles(core, ports, {
      onOpen: () => this.wake(),
      tell: (draft, name) => this.#tell(draft, name),
    });
  }

  get ports(): FilePorts {
    return this.#ports;
  }

  /** Serves `/kith/file/1.0.0`. */
  get acceptor(): Acceptor {
    return this.#door.acceptor;
  }

  /** Offers files again and goes on with those that were wanted. */
  async start(): Promise<void> {
    void this.#follow();
    await this.#sweeper.sweep();
    await this.#sweepVault();
    for (const row of this.#core.files.all()) {
      if (row.isOwn && row.isOnce === true && row.state === "complete") this.#core.vanish.spent.ask(row);
      else if (isSource(row) || row.state === "complete") this.#door.offer(row);
      else if (row.state === "wanted") await this.#fetch(row);
    }
    void this.#parked.open();
    void this.#doneNotes.tell();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const cancel of this.#quiet.values()) cancel();
    await Promise.all([...this.#fetchers.values()].map((each) => each.stop()));
    await this.#parked.stop();
    await this.#door.stop();
  }

  /** A person, or another device of ours, gave a sign of life, or, without one, the network changed. */
  wake(account?: AccountId): void {
    for (const fetcher of this.#fetchers.values()) {
      if (account === undefined || account === this.#core.account.id || fetcher.chat === account) fetcher.wake();
    }
    if (account === undefined) this.#parked.wake();
    void this.#doneNotes.tell();
  }

  /** Keeps the row of an own file, sends its message, and answers questions about it from then on. */
  async sendOwn<T>(row: FileRow, hashes: Uint8Array, send: () => Promise<T>): Promise<T> {
    const { files } = this.#core;
    const key = files.keyOf(row);
    this.#fresh.add(key);
    try {
      const draft = new Draft(this.#core);
      draft.add(files.putHashes(row, hashes), files.put(row));
      await draft.commit();
      this.#door.offer(row);
      return await send();
    } finally {
      this.#fresh.delete(key);
      this.#parked.relays?.look();
    }
  }

  /** Writes a decision or an outcome, tells it, and starts or stops what follows from it. */
  async change(decided: FileRow): Promise<void> {
    const { files } = this.#core;
    const before = files.get(decided);
    const draft = new Draft(this.#core);
    draft.add(files.put(decided));
    if (decided.state !== "wanted") await this.#stopFetcher(decided);
    const row = this.#withDone(decided);
    draft.add(files.put(row));
    if (row.state === "complete") this.#door.offer(row);
    else if (row.state !== before?.state) await this.#door.withdraw(row);
    if (row.state !== before?.state) files.setActivity(row, null);
    await this.#tell(draft, row);
    await draft.commit();
    if (row.state === "cancelled" || row.state === "removed") await this.#ports.vault.remove(files.vaultName(row));
    if (row.state === "wanted") await this.#fetch(row);
    // The other side has all of it: this device keeps nothing of what was to be seen once.
    if (row.isOwn && row.isOnce === true && row.state === "complete") this.#core.vanish.spent.ask(row);
    this.#parked.onChange(row, before);
  }

  /** The row of a file that was stopped, with how far it got. */
  #withDone(row: FileRow): FileRow {
    const activity = this.#core.files.activity(row);
    const isStopped = row.state === "paused" || row.state === "failed";
    return isStopped && activity !== undefined ? { ...row, doneBytes: activity.doneBytes } : row;
  }

  async #fetch(row: FileRow): Promise<void> {
    const { files } = this.#core;
    const key = files.keyOf(row);
    const hashes = await files.hashes(row);
    if (this.#fetchers.has(key) || this.#stop.signal.aborted || files.get(row)?.state !== "wanted") return;
    const fetcher = new Fetcher({
      core: this.#core,
      vault: this.#ports.vault,
      vaultName: files.vaultName(row),
      row,
      hashes,
      relays: () => this.#parked.relays,
      events: {
        onHashes: async (list) => {
          const draft = new Draft(this.#core);
          draft.add(files.putHashes(row, list));
          await draft.commit();
        },
        onProgress: (doneBytes) => this.#progress(row, { kind: "moving", doneBytes }),
        onWaiting: (reason, doneBytes) => this.#progress(row, { kind: "waiting", reason, doneBytes }),
        onEnd: (reason, isTold) => void this.#onEnd(row, reason, isTold),
      },
    });
    this.#fetchers.set(key, fetcher);
  }

  async #stopFetcher(name: FileName): Promise<void> {
    const key = this.#core.files.keyOf(name);
    const fetcher = this.#fetchers.get(key);
    this.#fetchers.delete(key);
    await fetcher?.stop();
  }

  async #onEnd(name: FileName, reason: FileReason | null, isTold: boolean): Promise<void> {
    const { files } = this.#core;
    this.#fetchers.delete(files.keyOf(name));
    const row = files.get(name);
    if (row?.state !== "wanted") return;
    const { reason: _before, ...rest } = row;
    if (reason === null) {
      const told = isTold ? { isTold } : {};
      await this.change({ ...rest, state: "complete", doneBytes: row.manifest.sizeBytes, ...told });
    } else await this.change({ ...rest, state: "failed", reason });
  }

  #onServed(name: FileName, doneBytes: number): void {
    const { files, clock } = this.#core;
    const key = files.keyOf(name);
    this.#quiet.get(key)?.();
    this.#quiet.set(
      key,
      clock.after(QUIET_MS, () => {
        this.#quiet.delete(key);
        const activity = files.activity(name);
        if (activity !== undefined) this.#progress(name, { ...activity, kind: "waiting" });
      }),
    );
    const before = files.activity(name)?.doneBytes ?? 0;
    this.#progress(name, { kind: "moving", doneBytes: Math.max(before, doneBytes) });
  }

  async #onDone(name: FileName): Promise<void> {
    const row = this.#core.files.get(name);
    if (row === undefined || row.state === "complete") return;
    await this.change({ ...row, state: "complete", doneBytes: row.manifest.sizeBytes });
  }

  async #onChanged(name: FileName): Promise<void> {
    const row = this.#core.files.get(name);
    if (row === undefined || row.state === "failed") return;
    await this.change({ ...row, state: "failed", reason: "changed" });
  }

  /** Notes what goes on; told when its kind changed, and now and then while bytes move. */
  #progress(name: FileName, activity: Activity): void {
    const { files, clock } = this.#core;
    const key = files.keyOf(name);
    const before = files.activity(name);
    files.setActivity(name, activity);
    const isNews = before?.kind !== activity.kind || before.reason !== activity.reason;
    const nowMs = clock.monotonicMs();
    if (!isNews && nowMs - (this.#toldAtMs.get(key) ?? 0) < TELL_INTERVAL_MS) return;
    this.#toldAtMs.set(key, nowMs);
    void this.#noteProgress(name, activity.doneBytes);
  }

  async #noteProgress(name: FileName, doneBytes: number): Promise<void> {
    const { files } = this.#core;
    const row = files.get(name);
    if (row === undefined || this.#stop.signal.aborted) return;
    const draft = new Draft(this.#core);
    if (row.state !== "complete") draft.add(files.put({ ...row, doneBytes }));
    await this.#tell(draft, name);
    await draft.commit();
  }

  async #tell(draft: Draft, { chat, group, isOwn, id }: FileName): Promise<void> {
    if (group !== undefined) return draft.tell({ type: "group.message", group, author: accountToText(chat), id });
    const message = await this.#core.messages.find(chat, isOwn ? "own" : "their", id);
    if (message !== undefined) draft.tell({ type: "message.changed", message: await viewMessage(this.#core, message) });
  }

  /** A file goes with its message, and with the person. */
  async #follow(): Promise<void> {
    const { events } = this.#core;
    for await (const event of events.read(-1, this.#stop.signal)) {
      if (mayEndFile(event)) await this.#sweeper.sweep();
      else if (event.type === "group.message" && event.isNew !== true) await this.#sweeper.sweep(event);
      if (event.type === "contact.changed" && event.contact.relation === "blocked") await this.#pauseBlocked();
    }
  }

  /** Nothing is fetched from people who were blocked. */
  async #pauseBlocked(): Promise<void> {
    for (const row of this.#core.files.all()) {
      const isBlocked = this.#core.people.contact(row.chat)?.relation === "blocked";
      if (isBlocked && row.state === "wanted") await this.change({ ...row, state: "paused" });
    }
  }

  /** Deletes what lies in the vault for nobody: the process ended before it could. */
  async #sweepVault(): Promise<void> {
    const { files } = this.#core;
    const names = await this.#ports.vault.list();
    const used = new Set(files.all().map((row) => files.vaultName(row)));
    for (const name of names) if (!used.has(name)) await this.#ports.vault.remove(name);
  }

  /** Forgets a file with its bytes. */
  async forget(row: FileRow): Promise<void> {
    const { files } = this.#core;
    await this.#stopFetcher(row);
    const draft = new Draft(this.#core);
    draft.add(...files.remove(row));
    await draft.commit();
    await this.#door.withdraw(row);
    await this.#ports.vault.remove(files.vaultName(row));
  }
}
