/** The methods that decide about files and read them: loaded by an app when it first does so. */
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import type { Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Handlers } from "../methods/handlers.ts";
import { requireAccepted } from "../send/compose.ts";
import { toBase64 } from "./base64.ts";
import { fromMessage } from "./file-book.ts";
import { readFileUnit } from "./file-reader.ts";
import { type FileRow, isSource } from "./file-row.ts";
import { type NamedFile, type OfferedFile, requireFile } from "./named-file.ts";

type Decided = "file.accept" | "file.pause" | "file.cancel" | "file.read" | "file.preview";

/** The methods over the account that is open. */
export function fileDecisions(inside: Inside): Pick<Handlers, Decided> {
  return {
    "file.accept": (named) => decide(inside, named, acceptFile),
    "file.pause": (named) => decide(inside, named, pauseFile),
    "file.cancel": (named) => decide(inside, named, cancelFile),
    async "file.read"({ unit, ...named }) {
      const { core, files } = inside.engine();
      const { name } = await requireFile(core, named);
      const { data, unitCount } = await readFileUnit(core, files.ports, name, unit);
      return { data: toBase64(data), unitCount };
    },
    async "file.preview"(named) {
      const { manifest } = await requireFile(inside.engine().core, named);
      return { jpeg: manifest.preview === undefined ? null : toBase64(manifest.preview) };
    },
  };
}

async function decide(inside: Inside, named: NamedFile, decision: Decision): Promise<Message> {
  const { core, files } = inside.engine();
  const file = await requireFile(core, named);
  const before = core.files.get(file.name);
  const row = before ?? newRow(file);
  if (decision === acceptFile) requireOfferer(core, row);
  else if (before === undefined && row.isCopy) {
    throw new MessengerError("FILE_NOT_HERE", "another device of yours has this file");
  }
  const after = decision(row);
  if (after !== null) await files.change(after);
  return file.view();
}

/** The row after a person's decision; null when it changes nothing. */
type Decision = (row: FileRow) => FileRow | null;

function acceptFile({ reason: _reason, ...row }: FileRow): FileRow | null {
  // Of an own file that was removed there is nothing left to offer.
  if (row.state === "complete" || (isSource(row) && row.state === "removed")) return null;
  const state = isSource(row) ? "offered" : "wanted";
  return row.state === state ? null : { ...row, state };
}

function pauseFile(row: FileRow): FileRow | null {
  const isUnderWay = row.state === "wanted" || (isSource(row) && row.state === "offered");
  return isUnderWay ? { ...row, state: "paused" } : null;
}

/** A complete file stays, and one that cannot come any more. */
function cancelFile({ reason: _reason, ...row }: FileRow): FileRow | null {
  if (row.state === "cancelled" || row.state === "removed" || (row.state === "complete" && !isSource(row))) return null;
  return { ...row, state: "cancelled", doneBytes: 0 };
}

function newRow({ name, message, manifest }: OfferedFile): FileRow {
  const copy = name.isOwn ? { isCopy: true as const } : {};
  return { ...name, ...copy, state: "offered", ...fromMessage(message, manifest), doneBytes: 0 };
}

/** Nothing is fetched from whoever was not let in, or not any more; a member of a group may be a stranger. */
function requireOfferer(core: Core, { chat, group, isOwn, isCopy }: FileRow): void {
  if (isCopy) return;
  const isBlocked = core.people.contact(chat)?.relation === "blocked";
  if (group === undefined || (isBlocked && !isOwn)) requireAccepted(core, chat);
}
