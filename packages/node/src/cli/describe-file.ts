/** Files in words: never more than what is known about where their bytes are. */
import type { FileInfo, Message } from "@kith/client";
import { text } from "../i18n/text.ts";
import { printableName } from "./printable.ts";

/** Characters of an id that are shown: enough to tell files apart. */
const SHOWN_ID_CHARACTERS = 8;

const UNITS = ["KB", "MB", "GB"] as const;

/** `900 bytes`, `1.2 MB`. */
export function describeSize(bytes: number): string {
  let [value, unit] = [bytes / 1000, 0];
  if (value < 1) return text("file.bytes", { count: bytes });
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** `0:07`, `1:02:03`. */
export function describeLength(lengthMs: number): string {
  const seconds = Math.floor(lengthMs / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const start = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
  return `${start}:${two(seconds % 60)}`;
}

/** Where a file stands. @param isSaidHere it is a message of this account. */
export function describeFileState(file: FileInfo, isSaidHere: boolean): string {
  const { state, reason, doneBytes, sizeBytes, parked, isCopy } = file;
  const isOwn = isSaidHere && isCopy !== true;
  const percent = sizeBytes === 0 ? 0 : Math.floor((doneBytes / sizeBytes) * 100);
  switch (state) {
    case "offered":
      if (parked !== undefined) return describeParked(parked, sizeBytes);
      return text(isOwn ? "file.state.offeredOwn" : "file.state.offered");
    case "complete":
      return text(isOwn ? "file.state.completeOwn" : "file.state.complete");
    case "moving":
      return text(isOwn ? "file.state.movingOwn" : "file.state.moving", { percent });
    case "paused":
      return text("file.state.paused", { percent });
    case "waiting":
      return text(`file.waiting.${waitReason(reason, isCopy)}`, { percent });
    case "failed":
      return text(`file.failed.${failReason(reason, isCopy)}`);
    case "cancelled":
      return text(isOwn ? "file.state.cancelledOwn" : "file.state.cancelled");
    case "removed":
      return text(isOwn ? "file.state.removedOwn" : "file.state.removed");
    case "elsewhere":
      return text("file.state.elsewhere");
    case "unusable":
      return text("file.state.unusable");
  }
}

function describeParked(
  { state, doneBytes, relays, reason }: NonNullable<FileInfo["parked"]>,
  sizeBytes: number,
): string {
  if (state === "going") return text("file.parked.going", { percent: Math.floor((doneBytes / sizeBytes) * 100) });
  return state === "there"
    ? text("file.parked.there", { count: relays })
    : text(`file.parked.${reason ?? "unreachable"}`);
}

type WaitWord =
  | "asking"
  | "asking-own"
  | "offline"
  | "own-offline"
  | "damaged-there"
  | "paused-there"
  | "paused-own"
  | "busy";

function waitReason(reason: FileInfo["reason"], isCopy: FileInfo["isCopy"]): WaitWord {
  switch (reason) {
    case "paused-there":
      return isCopy ? "paused-own" : reason;
    case "busy":
    case "offline":
    case "own-offline":
    case "damaged-there":
      return reason;
    default:
      return isCopy ? "asking-own" : "asking";
  }
}

function failReason(
  reason: FileInfo["reason"],
  isCopy: FileInfo["isCopy"],
): "gone" | "gone-own" | "changed" | "damaged" | "disk" {
  return reason === "changed" || reason === "damaged" || reason === "disk" ? reason : isCopy ? "gone-own" : "gone";
}

/** A file on one line, without who sent it. */
export function describeFile(file: FileInfo, isOwn: boolean): string {
  if (file.state === "unusable") return text("file.state.unusable");
  const values = { name: printableName(file.name), size: describeSize(file.sizeBytes) };
  const what =
    file.voice === undefined
      ? text("file.line", values)
      : text("file.voice", { ...values, length: describeLength(file.voice.durationMs) });
  return `${what}, ${describeFileState(file, isOwn)}`;
}

/** How a person names a file in a command. */
export function shortId({ id }: Pick<Message, "id">): string {
  return id.slice(0, SHOWN_ID_CHARACTERS);
}
