/** Methods about files. */
import type { ContentId } from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import type { Engine } from "../engine.ts";
import { fromBase64, toBase64 } from "../file/base64.ts";
import { fromMessage } from "../file/file-book.ts";
import { readFileUnit } from "../file/file-reader.ts";
import type { FileRow } from "../file/file-row.ts";
import { type NamedFile, type OfferedFile, requireFile } from "../file/named-file.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireAccepted } from "../send/compose.ts";
import type { Handlers } from "./handlers.ts";

type FileHandlers = Omit<Pick<Handlers, Extract<keyof Handlers, `file.${string}`>>, "file.list">;

/** The methods over one engine. */
export function fileMethods(engine: Engine): FileHandlers {
  const { core } = engine;
  const decide = async (named: NamedFile, decision: Decision): Promise<Message> => {
    const file = await requireFile(core, named);
    if (decision === acceptFile) requireSender(core, file);
    const before = core.files.get(file.name);
    if (before === undefined && file.name.isOwn) {
      throw new MessengerError("FILE_NOT_HERE", "another device of yours has this file");
    }
    const after = decision(before ?? newRow(file));
    if (after !== null) await engine.files.change(after);
    return file.view();
  };
  return {
    "file.accept": (named) => decide(named, acceptFile),
    "file.pause": (named) => decide(named, pauseFile),
    "file.cancel": (named) => decide(named, cancelFile),
    async "file.begin"({ preview, voice, id, ...head }) {
      const given = {
        ...(preview === undefined ? {} : { preview: requireBytes(preview, "preview") }),
        ...(voice === undefined ? {} : { voice: { ...voice, waveform: Uint8Array.from(voice.waveform) } }),
      };
      return { id: await engine.uploads.begin({ ...head, ...given, id: id as ContentId | undefined }) };
    },
    async "file.append"({ id, offset, data }) {
      return { doneBytes: await engine.uploads.append(id as ContentId, offset, requireBytes(data, "data")) };
    },
    async "file.finish"({ id }) {
      return engine.uploads.finish(id as ContentId);
    },
    async "file.discard"({ id }) {
      await engine.uploads.discard(id as ContentId);
      return { discarded: true };
    },
    async "file.read"({ unit, ...named }) {
      const { name } = await requireFile(core, named);
      const { data, unitCount } = await readFileUnit(core, engine.files.ports, name, unit);
      return { data: toBase64(data), unitCount };
    },
    async "file.preview"(named) {
      const { manifest } = await requireFile(core, named);
      return { jpeg: manifest.preview === undefined ? null : toBase64(manifest.preview) };
    },
  };
}

/** The row after a person's decision; null when it changes nothing. */
type Decision = (row: FileRow) => FileRow | null;

function acceptFile({ reason: _reason, ...row }: FileRow): FileRow | null {
  // Of an own file that was removed there is nothing left to offer.
  if (row.state === "complete" || (row.isOwn && row.state === "removed")) return null;
  const state = row.isOwn ? "offered" : "wanted";
  return row.state === state ? null : { ...row, state };
}

function pauseFile(row: FileRow): FileRow | null {
  const isUnderWay = row.state === "wanted" || (row.isOwn && row.state === "offered");
  return isUnderWay ? { ...row, state: "paused" } : null;
}

/** A complete file stays, and one that cannot come any more. */
function cancelFile({ reason: _reason, ...row }: FileRow): FileRow | null {
  if (row.state === "cancelled" || row.state === "removed" || (row.state === "complete" && !row.isOwn)) return null;
  return { ...row, state: "cancelled", doneBytes: 0 };
}

function newRow({ name, message, manifest }: OfferedFile): FileRow {
  return { ...name, state: name.isOwn ? "cancelled" : "offered", ...fromMessage(message, manifest), doneBytes: 0 };
}

/** Nothing is fetched from whoever was not let in, or not any more; a member of a group may be a stranger. */
function requireSender(core: Core, { name: { chat, group, isOwn } }: OfferedFile): void {
  const isBlocked = core.people.contact(chat)?.relation === "blocked";
  if (group === undefined || (isBlocked && !isOwn)) requireAccepted(core, chat);
}

function requireBytes(text: string, rule: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes !== null) return bytes;
  throw new MessengerError("PARAMS_INVALID", `the parameter "${rule}" is no base64`, { details: { rule } });
}
