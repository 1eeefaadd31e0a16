/** Reads an X archive from its zip into records, in an order that needs little memory: lists, conversations, posts. */
import type { ArchiveHead, ArchiveRecord } from "../client.ts";
import { damaged, invalid, tooLarge } from "./archive-error.ts";
import { JsonElements } from "./json-elements.ts";
import {
  type ArchiveEvent,
  type ArchiveMessage,
  type FormerHandle,
  readConversation,
  readFormerHandle,
  readListed,
  readManifest,
  readMessage,
  readNamed,
} from "./x-records.ts";
import { type ByteSource, openZip, readEntry, type ZipEntry } from "./zip-reader.ts";

/** What is heard while it is read. */
export interface ArchiveWatch {
  readonly signal: AbortSignal;
  /** Packed bytes of the files that are read. */
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

/** An archive that was opened: whose it is, and its records. */
export interface OpenArchive {
  readonly head: ArchiveHead;
  readonly records: AsyncGenerator<ArchiveRecord, void>;
}

const MANIFEST = "data/manifest.js";

/** The files that are read; everything else in the zip stays packed. */
const WANTED =
  /^data\/(?:(manifest|screen-name-change)|(following|follower|block|mute|direct-messages|direct-messages-group|tweets?)(?:-part\d{1,4})?)\.js$/;

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** What the wanted files may come to when they are unpacked: ten times what the busiest people have. */
const MAX_UNPACKED_BYTES = 4 * 1024 ** 3;

/** Bounds of what is kept: far above what X lets a person have. */
const MAX_PEOPLE = 1_000_000;
const MAX_FORMER_HANDLES = 100;
const MAX_THREAD_PEOPLE = 500;

type List = "following" | "followers" | "blocked" | "muted";
const LISTS: Readonly<Record<string, List>> = {
  following: "following",
  follower: "followers",
  block: "blocked",
  mute: "muted",
};

/** Opens an archive. @throws MessengerError ARCHIVE_INVALID, ARCHIVE_DAMAGED or ARCHIVE_TOO_LARGE, here or while it is read. */
export async function openXArchive(source: ByteSource, watch: ArchiveWatch): Promise<OpenArchive> {
  const entries = await openZip(source, (name) => WANTED.test(name));
  const unpacked = [...entries.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (unpacked > MAX_UNPACKED_BYTES) throw tooLarge(MAX_UNPACKED_BYTES);
  const reader = new ArchiveReader(source, entries, watch);
  return { head: await reader.head(), records: reader.records() };
}

class ArchiveReader {
  readonly #source: ByteSource;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #watch: ArchiveWatch;
  readonly #totalBytes: number;
  #doneBytes = 0;
  readonly #listsById = new Map<string, Set<List>>();
  readonly #handleById = new Map<string, { readonly handle: string; readonly atMs: number }>();
  #threads = 0;

  constructor(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>, watch: ArchiveWatch) {
    this.#source = source;
    this.#entries = entries;
    this.#watch = watch;
    this.#totalBytes = [...entries.values()].reduce((sum, { packedBytes }) => sum + packedBytes, 0);
  }

  async head(): Promise<ArchiveHead> {
    const entry = this.#entries.get(MANIFEST);
    if (entry === undefined) throw invalid("manifest");
    const manifest = readManifest(await this.#readWhole(entry));
    if (manifest === null) throw invalid("manifest");
    const formerHandles: FormerHandle[] = [];
    for (const value of await this.#all("screen-name-change")) {
      const former = readFormerHandle(value);
      if (former !== null && formerHandles.length < MAX_FORMER_HANDLES) formerHandles.push(former);
    }
    return { ...manifest, formerHandles };
  }

  async *records(): AsyncGenerator<ArchiveRecord, void> {
    for (const [file, list] of Object.entries(LISTS)) {
      for await (const { value } of this.#elements(file, false)) this.#note(readListed(value), list);
    }
    yield* this.#conversations("direct-messages");
    yield* this.#conversations("direct-messages-group");
    for (const file of ["tweets", "tweet"]) {
      for await (const { value } of this.#elements(file, false)) this.#noteNames(value);
    }
    for (const [id, lists] of this.#listsById) {
      const handle = this.#handleById.get(id)?.handle;
      yield { type: "person", id, lists: [...lists], ...(handle === undefined ? {} : { handle }) };
    }
  }

  /** Messages of a conversation come before it is known whose it is. */
  async *#conversations(file: string): AsyncGenerator<ArchiveRecord, void> {
    let people = new Set<string>();
    let name: string | undefined;
    for await (const { kind, value } of this.#elements(file, true)) {
      if (kind === "inner") {
        const read = readMessage(value);
        if (read === null) continue;
        if (isMessage(read)) {
          people.add(read.senderId);
          yield { type: "message", thread: this.#threads, ...read };
          continue;
        }
        for (const id of read.people) people.add(id);
        // Newest first: the first name is the last one.
        name ??= read.name;
        continue;
      }
      const { people: pair, isGroup } = readConversation(value);
      const all = [...new Set([...pair, ...people])].slice(0, MAX_THREAD_PEOPLE);
      for (const id of all) this.#note(id, null);
      yield { type: "thread", thread: this.#threads, isGroup, people: all, ...(name === undefined ? {} : { name }) };
      this.#threads += 1;
      people = new Set();
      name = undefined;
    }
  }

  #note(id: string | null, list: List | null): void {
    if (id === null) return;
    const known = this.#listsById.get(id) ?? new Set();
    if (list !== null) known.add(list);
    this.#listsById.set(id, known);
    if (this.#listsById.size > MAX_PEOPLE) throw tooLarge(MAX_PEOPLE);
  }

  /** Only of people who are known from elsewhere; the newest post has the last word. */
  #noteNames(value: unknown): void {
    const { named, atMs } = readNamed(value);
    for (const { id, handle } of named) {
      const before = this.#handleById.get(id);
      if (!this.#listsById.has(id) || (before !== undefined && before.atMs > atMs)) continue;
      this.#handleById.set(id, { handle, atMs });
    }
  }

  /** The elements of a file and of its parts, in their order. */
  async *#elements(file: string, hasInner: boolean) {
    const name = new RegExp(`^data/${file}(?:-part(\\d+))?\\.js$`);
    const parts = [...this.#entries.values()]
      .map((entry) => ({ entry, part: Number(name.exec(entry.name)?.[1] ?? (name.test(entry.name) ? 0 : -1)) }))
      .filter(({ part }) => part >= 0)
      .sort((a, b) => a.part - b.part);
    for (const { entry } of parts) {
      const elements = new JsonElements(hasInner);
      for await (const piece of this.#read(entry)) yield* elements.push(piece);
      elements.end();
    }
  }

  async #all(file: string): Promise<readonly unknown[]> {
    const values: unknown[] = [];
    for await (const { value } of this.#elements(file, false))
      if (values.length < MAX_FORMER_HANDLES) values.push(value);
    return values;
  }

  async *#read(entry: ZipEntry): AsyncGenerator<Uint8Array, void> {
    const onPacked = (bytes: number): void => {
      this.#doneBytes += bytes;
      this.#watch.onProgress(this.#doneBytes, this.#totalBytes);
    };
    for await (const piece of readEntry(this.#source, entry, onPacked)) {
      this.#watch.signal.throwIfAborted();
      yield piece;
    }
  }

  async #readWhole(entry: ZipEntry): Promise<unknown> {
    if (entry.sizeBytes > MAX_MANIFEST_BYTES) throw tooLarge(MAX_MANIFEST_BYTES);
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    try {
      for await (const piece of this.#read(entry)) text += decoder.decode(piece, { stream: true });
      return JSON.parse((text + decoder.decode()).slice(text.indexOf("=") + 1).replace(/;\s*$/, ""));
    } catch (cause) {
      if (cause instanceof SyntaxError || cause instanceof TypeError) throw damaged("json", cause);
      throw cause;
    }
  }
}

function isMessage(read: ArchiveMessage | ArchiveEvent): read is ArchiveMessage {
  return "senderId" in read;
}
