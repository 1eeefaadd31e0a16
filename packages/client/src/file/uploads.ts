/**
 * Files that come in pieces, from pages, which have no paths. Each piece is sealed as it comes and only sealed bytes are
 * kept; the message leaves when all of it is here. What is not finished does not survive the process.
 */
import { type ContentId, toHex, UNIT_BYTES, unitCount, unitPlainBytes, type VoiceNote } from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Cancel, VaultFile } from "../ports.ts";
import { checkPreview, checkSize, type FileParts, type FileTarget, requireTarget, sendSealed } from "./local-files.ts";
import { FileSealer } from "./seal-file.ts";

/** Files that may come at once. */
const MAX_UPLOADS = 16;

/** How long the next piece may take, in ms: a page that is gone says nothing. */
const IDLE_MS = 10 * 60 * 1000;

/** What is said about a file before its bytes come. */
export interface UploadHead {
  /** Whom to; or a group. */
  readonly who?: string | undefined;
  readonly group?: string | undefined;
  readonly name: string;
  readonly sizeBytes: number;
  readonly mediaType?: string | undefined;
  readonly preview?: Uint8Array | undefined;
  readonly voice?: VoiceNote | undefined;
  readonly isOnce?: boolean | undefined;
  readonly id?: ContentId | undefined;
}

interface Upload {
  readonly head: UploadHead;
  readonly target: FileTarget;
  readonly file: VaultFile;
  readonly sealer: FileSealer;
  /** The unit that is being gathered. */
  unit: Uint8Array;
  filled: number;
  doneBytes: number;
  cancelIdle: Cancel;
  /** Pieces are taken one after the other. */
  turn: Promise<void>;
}

/** The files that are coming. */
export class Uploads {
  readonly #parts: FileParts;
  readonly #open = new Map<ContentId, Upload>();

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  /** @returns the id of the message to be. @throws MessengerError FILE_SIZE, NOT_ACCEPTED, GROUP_NOT_JOINED, UPLOADS_FULL, PARAMS_INVALID. */
  async begin(head: UploadHead): Promise<ContentId> {
    const { core, files } = this.#parts;
    checkSize(head);
    const target = requireTarget(core, head);
    checkPreview(head.preview);
    const id = head.id ?? (toHex(core.random(16)) as ContentId);
    if (this.#open.size >= MAX_UPLOADS || this.#open.has(id)) {
      throw new MessengerError("UPLOADS_FULL", "too many files are coming at once", {
        details: { limit: MAX_UPLOADS },
      });
    }
    const file = await files.ports.vault.open(this.#vaultName(core, target, id));
    this.#open.set(id, {
      head,
      target,
      file,
      sealer: new FileSealer(core, head.sizeBytes, file),
      unit: new Uint8Array(unitPlainBytes(head.sizeBytes, 0)),
      filled: 0,
      doneBytes: 0,
      cancelIdle: () => undefined,
      turn: Promise.resolve(),
    });
    this.#watch(id);
    return id;
  }

  /** Takes the next piece. @returns the bytes that are here. @throws MessengerError UPLOAD_GONE, PARAMS_INVALID. */
  append(id: ContentId, offset: number, piece: Uint8Array): Promise<number> {
    return this.#inTurn(id, async (upload) => {
      if (offset !== upload.doneBytes || offset + piece.length > upload.head.sizeBytes) {
        throw new MessengerError("PARAMS_INVALID", "this piece does not come next", { details: { rule: "offset" } });
      }
      for (let at = 0; at < piece.length; ) {
        const taken = Math.min(piece.length - at, upload.unit.length - upload.filled);
        upload.unit.set(piece.subarray(at, at + taken), upload.filled);
        upload.filled += taken;
        at += taken;
        if (upload.filled === upload.unit.length) await this.#sealUnit(upload);
      }
      upload.doneBytes += piece.length;
      return upload.doneBytes;
    });
  }

  /** Sends the file, once all of it is here. @throws MessengerError UPLOAD_GONE, PARAMS_INVALID. */
  finish(id: ContentId): Promise<Message> {
    return this.#inTurn(id, async (upload) => {
      const { head, target, sealer, file } = upload;
      if (upload.doneBytes !== head.sizeBytes) {
        throw new MessengerError("PARAMS_INVALID", "not all of the file is here", { details: { rule: "offset" } });
      }
      // The empty unit in which a file of whole units ends.
      if (sealer.next < unitCount(head.sizeBytes)) await this.#sealUnit(upload);
      const sealed = await sealer.finish();
      await file.close();
      this.#forget(id);
      return sendSealed(this.#parts, target, { ...head, sealed, id });
    });
  }

  /** Gives a file up; one that is not there is no error. */
  async discard(id: ContentId): Promise<void> {
    const upload = this.#open.get(id);
    if (upload === undefined) return;
    this.#forget(id);
    await upload.turn;
    await upload.file.close();
    const { core, files } = this.#parts;
    await files.ports.vault.remove(this.#vaultName(core, upload.target, id));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.discard(id)));
  }

  async #sealUnit(upload: Upload): Promise<void> {
    const { sealer, head } = upload;
    await sealer.add(upload.unit);
    const left = sealer.next < unitCount(head.sizeBytes) ? unitPlainBytes(head.sizeBytes, sealer.next) : 0;
    if (upload.unit.length !== left || left < UNIT_BYTES) upload.unit = new Uint8Array(left);
    upload.filled = 0;
  }

  #inTurn<T>(id: ContentId, task: (upload: Upload) => Promise<T>): Promise<T> {
    const upload = this.#open.get(id);
    if (upload === undefined) {
      return Promise.reject(new MessengerError("UPLOAD_GONE", "this file is not coming any more; begin again"));
    }
    this.#watch(id);
    const result = upload.turn.then(() => task(upload));
    upload.turn = result.then(
      () => undefined,
      () => undefined, // told to whoever gave the piece
    );
    return result;
  }

  #watch(id: ContentId): void {
    const upload = this.#open.get(id);
    if (upload === undefined) return;
    upload.cancelIdle();
    upload.cancelIdle = this.#parts.core.clock.after(IDLE_MS, () => void this.discard(id));
  }

  #forget(id: ContentId): void {
    this.#open.get(id)?.cancelIdle();
    this.#open.delete(id);
  }

  #vaultName(core: Core, { account, group }: FileTarget, id: ContentId): string {
    return core.files.vaultName({ chat: account, group, isOwn: true, id });
  }
}
