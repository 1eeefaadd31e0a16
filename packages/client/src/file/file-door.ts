/**
 * Hands own files to those who were given their manifests, and all that is complete here to our other devices: serves
 * `/kith/file/1.0.0`.
 */
import {
  decodeFileQuestion,
  directFileId,
  encodeFileAnswer,
  encodeFileRefusal,
  type FileQuestion,
  HASH_BYTES,
  HASHES_PER_ANSWER,
  partCount,
  partRange,
  toHex,
  UNIT_BYTES,
  unitCount,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Acceptor, InboundChannel } from "../ports.ts";
import type { FileName } from "./file-book.ts";
import { type FileRow, isSource } from "./file-row.ts";
import { SealedUnits, type UnitParts } from "./sealed-units.ts";
import { VaultError } from "./vault-error.ts";

/** Questions answered at once, over all files and people. */
const MAX_RUNNING = 64;

/** Files open at once; the one that was asked about longest ago is closed for a new one. */
const MAX_OPEN = 8;

/** What the door tells. */
export interface DoorEvents {
  /** Bytes up to `doneBytes` of a file were handed over. */
  onServed(name: FileName, doneBytes: number): void;
  /** The other side has all of it. */
  onDone(name: FileName): void;
  /** The file is not what was offered. */
  onChanged(name: FileName): void;
}

interface OpenFile {
  readonly hashes: Uint8Array;
  readonly units: SealedUnits;
}

/** Somebody whom a file is for, or another device of this account. */
type Asker = "person" | "own";

type Known = Pick<Core, "account" | "files" | "own" | "others" | "people" | "suite">;

/** The serving side of files. */
export class FileDoor {
  readonly #core: Known;
  readonly #parts: UnitParts;
  readonly #events: DoorEvents;
  readonly #nameById = new Map<string, FileName>();
  readonly #open = new Map<string, Promise<OpenFile | null>>();
  #running = 0;
  #isStopped = false;

  constructor(core: Known, parts: UnitParts, events: DoorEvents) {
    this.#core = core;
    this.#parts = parts;
    this.#events = events;
  }

  /** Answers to questions about a file from now on: to all whom it is for, or, where it was fetched, to our other devices. */
  offer(row: FileRow): void {
    const { chat, group, isOwn, id } = row;
    const direct = toHex(directFileId(this.#core.suite, row.manifest.key));
    const named = this.#nameById.get(direct);
    const known = named && this.#core.files.get(named);
    // Whoever was offered a file could offer it back.
    if (known !== undefined && isSource(known) && !isSource(row)) return;
    this.#nameById.set(direct, { chat, group, isOwn, id });
  }

  /** Lets go of a file's bytes, and of its name when it is gone for good. */
  async withdraw(row: FileRow): Promise<void> {
    const id = toHex(directFileId(this.#core.suite, row.manifest.key));
    const { files } = this.#core;
    const named = this.#nameById.get(id);
    if (named === undefined || files.keyOf(named) !== files.keyOf(row)) return;
    if (files.get(row) === undefined) this.#nameById.delete(id);
    await this.#close(id);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#open.keys()].map((id) => this.#close(id)));
  }

  readonly acceptor: Acceptor = (inbound) => async (request) => {
    const question = decodeFileQuestion(request);
    if (!question.ok) return encodeFileRefusal("malformed");
    if (this.#running >= MAX_RUNNING) return encodeFileRefusal("busy");
    this.#running += 1;
    try {
      return await this.#answer(question.value, inbound);
    } catch (error) {
      if (error instanceof VaultError) return encodeFileRefusal("busy"); // the disk does not answer now
      throw error;
    } finally {
      this.#running -= 1;
    }
  };

  async #answer(question: FileQuestion, inbound: InboundChannel): Promise<Uint8Array> {
    const id = toHex(question.id);
    const name = this.#nameById.get(id);
    const row = name && this.#core.files.get(name);
    if (name === undefined || row === undefined || this.#isStopped) return encodeFileRefusal("gone");
    const asker = await this.#askerOf(row, question, inbound);
    const isHere = isSource(row) || (row.state === "complete" && row.isOnce !== true);
    if (asker === null || !isHere) return encodeFileRefusal("gone");
    switch (row.state) {
      case "paused":
        return encodeFileRefusal("paused");
      case "cancelled":
      case "removed":
        return encodeFileRefusal("gone");
      case "failed":
        return encodeFileRefusal("changed");
      default:
        break;
    }
    if (question.type === "done" || question.type === "member") {
      // Of a group it says that one of many has it.
      if (question.type === "done" && row.group === undefined && asker === "person") this.#events.onDone(name);
      return encodeFileAnswer(new Uint8Array(0));
    }
    const opening = this.#openFile(id, row);
    const file = await opening;
    if (file === null) return this.#changed(row);
    if (question.type === "hashes") return answerHashes(file.hashes, question.from);
    const answer = await this.#part(row, file, question, asker);
    if (answer !== null) return answer;
    // One that was closed for another file meanwhile reads nothing: that says nothing about the file.
    return this.#open.get(id) === opening ? this.#changed(row) : encodeFileRefusal("busy");
  }

  /**
   * A file of a chat is for the person of the chat, one of a group for the devices that belong to it now, and each file
   * for our other devices. Who is removed meanwhile gets nothing more. @returns null for all others.
   */
  async #askerOf(row: FileRow, question: FileQuestion, inbound: InboundChannel): Promise<Asker | null> {
    const { account, own, people, others } = this.#core;
    const { chat, group } = row;
    const device = await (own ?? others.groupFiles)?.askers.deviceOf(question, inbound);
    if (account.chain.devices.some(({ deviceId }) => deviceId === device)) return "own";
    if (!isSource(row)) return null;
    const isFor =
      group === undefined
        ? people.contact(chat)?.relation === "accepted"
        : device !== undefined && others.groupFiles?.isReader(group, device) === true;
    return isFor ? "person" : null;
  }

  /** Null when the bytes are not those that were offered. */
  async #part(
    row: FileRow,
    { units }: OpenFile,
    { unit, part }: Extract<FileQuestion, { readonly type: "part" }>,
    asker: Asker,
  ): Promise<Uint8Array | null> {
    const { sizeBytes } = row.manifest;
    if (unit >= unitCount(sizeBytes) || part >= partCount(sizeBytes, unit)) return encodeFileRefusal("malformed");
    const prefixed = await units.unit(unit);
    if (prefixed === null) return null;
    const [start, end] = partRange(sizeBytes, unit, part);
    if (asker === "person") this.#events.onServed(row, Math.min(unit * UNIT_BYTES + end, sizeBytes));
    return encodeFileAnswer(prefixed.subarray(1 + start, 1 + end));
  }

  #changed(row: FileRow): Uint8Array {
    if (!isSource(row)) return encodeFileRefusal("gone"); // a damaged copy says nothing of the file
    this.#events.onChanged(row);
    return encodeFileRefusal("changed");
  }

  #openFile(id: string, row: FileRow): Promise<OpenFile | null> {
    const open = this.#open.get(id) ?? this.#openAnew(id, row);
    this.#open.delete(id);
    this.#open.set(id, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) void this.#close(oldest);
    return open;
  }

  #openAnew(id: string, row: FileRow): Promise<OpenFile | null> {
    const open = this.#openRow(row);
    open.catch(() => this.#open.delete(id)); // the next question tries again; this one tells why
    return open;
  }

  async #openRow(row: FileRow): Promise<OpenFile | null> {
    const { files } = this.#core;
    const hashes = await files.hashes(row);
    if (hashes === undefined) return null;
    const units = await SealedUnits.open(this.#parts, row, { hashes, vaultName: files.vaultName(row) });
    return units && { hashes, units };
  }

  async #close(id: string): Promise<void> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    await (await open)?.units.close();
  }
}

function answerHashes(hashes: Uint8Array, from: number): Uint8Array {
  const start = from * HASH_BYTES;
  if (start >= hashes.length) return encodeFileRefusal("malformed");
  return encodeFileAnswer(hashes.subarray(start, start + HASHES_PER_ANSWER * HASH_BYTES));
}
