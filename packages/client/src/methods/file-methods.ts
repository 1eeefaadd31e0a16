/** Methods about files. */
import { type ContentId, type FileManifest, manifestOf } from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import type { Engine } from "../engine.ts";
import { fromBase64, toBase64 } from "../file/base64.ts";
import { fromMessage } from "../file/file-book.ts";
import { readFileUnit } from "../file/file-reader.ts";
import type { FileRow } from "../file/file-row.ts";
import { requireFile } from "../file/local-files.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { requireAccepted } from "../send/compose.ts";
import type { Handlers } from "./handlers.ts";

const DEFAULT_LIST = 50;

/** Messages of one chat looked through for files. */
const MAX_LOOKED_AT = 500;

type FileHandlers = Pick<Handlers, Extract<keyof Handlers, `file.${string}`>>;

/** The methods over one engine. */
export function fileMethods(engine: Engine): FileHandlers {
  const { core } = engine;
  const decide = async (who: string, id: string, decision: Decision): Promise<Message> => {
    const { account } = requireContact(core.people, who);
    if (decision !== pauseFile && decision !== cancelFile) requireAccepted(core, account);
    const { message, manifest } = await requireFile(core, { account, id: id as ContentId });
    const before = core.files.get({ chat: account, isOwn: message.isOwn, id: id as ContentId });
    if (before === undefined && message.isOwn) {
      throw new MessengerError("FILE_NOT_HERE", "another device of yours sent this file and has it");
    }
    const after = decision(before ?? newRow(message, manifest));
    if (after !== null) await engine.files.change(after);
    return viewMessage(core, message);
  };
  return {
    "file.list": ({ who, limit = DEFAULT_LIST }) => listFiles(core, who, limit),
    "file.accept": ({ who, id }) => decide(who, id, acceptFile),
    "file.pause": ({ who, id }) => decide(who, id, pauseFile),
    "file.cancel": ({ who, id }) => decide(who, id, cancelFile),
    async "file.begin"({ who, preview, voice, id, ...head }) {
      const { account } = requireContact(core.people, who);
      const given = {
        ...(preview === undefined ? {} : { preview: requireBytes(preview, "preview") }),
        ...(voice === undefined ? {} : { voice: { ...voice, waveform: Uint8Array.from(voice.waveform) } }),
      };
      return { id: await engine.uploads.begin({ ...head, account, ...given, id: id as ContentId | undefined }) };
    },
    async "file.append"({ id, offset, data }) {
      return { doneBytes: await engine.uploads.append(id as ContentId, offset, requireBytes(data, "data")) };
    },
    async "file.finish"({ id }) {
      return viewMessage(core, await engine.uploads.finish(id as ContentId));
    },
    async "file.discard"({ id }) {
      await engine.uploads.discard(id as ContentId);
      return { discarded: true };
    },
    async "file.read"({ who, id, unit }) {
      const { account } = requireContact(core.people, who);
      const { message } = await requireFile(core, { account, id: id as ContentId });
      const name = { chat: account, isOwn: message.isOwn, id: id as ContentId };
      const { data, unitCount } = await readFileUnit(core, engine.files.ports, name, unit);
      return { data: toBase64(data), unitCount };
    },
    async "file.preview"({ who, id }) {
      const { account } = requireContact(core.people, who);
      const { manifest } = await requireFile(core, { account, id: id as ContentId });
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

function newRow(message: MessageRow, manifest: FileManifest): FileRow {
  const { chat, isOwn, content } = message;
  const state = isOwn ? "cancelled" : "offered";
  return { chat, isOwn, id: content.id, state, ...fromMessage(message, manifest), doneBytes: 0 };
}

async function listFiles(core: Core, who: string | undefined, limit: number): Promise<readonly Message[]> {
  const chats = who === undefined ? core.people.contacts() : [requireContact(core.people, who)];
  const found: MessageRow[] = [];
  for (const { account } of chats) {
    const rows = await core.messages.list(account, MAX_LOOKED_AT);
    found.push(...rows.filter((row) => row.marks?.isDeleted !== true && manifestOf(row.content) !== null));
  }
  found.sort((a, b) => Number(isLive(core, b)) - Number(isLive(core, a)) || b.orderMs - a.orderMs);
  return Promise.all(found.slice(0, limit).map((row) => viewMessage(core, row)));
}

function isLive(core: Core, { chat, isOwn, content }: MessageRow): boolean {
  return core.files.activity({ chat, isOwn, id: content.id }) !== undefined;
}

function requireBytes(text: string, rule: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes !== null) return bytes;
  throw new MessengerError("PARAMS_INVALID", `the parameter "${rule}" is no base64`, { details: { rule } });
}
