/**
 * What two devices say to each other while a file travels directly, on `/kith/file/1.0.0`. Questions are canonical
 * records; an answer is one status byte and, when it is good, the bytes asked for.
 * @see docs/spec/07-file.md (Directly)
 */
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  record,
  type Shape,
  uint,
  union,
} from "../codec/schema.ts";
import { type DeviceId, deviceId } from "../ids.ts";
import { MAX_FILE_UNITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { PART_BYTES } from "./geometry.ts";
import { HASH_BYTES } from "./merkle.ts";

/** Hashes in one answer: 64 KiB. */
export const HASHES_PER_ANSWER = 2048;

/** Parts in one unit at most. */
const MAX_PARTS = 16;

const MAX_QUESTION_BYTES = 160;

/** A question about one file, named by its direct id. */
export type FileQuestion =
  /** Unit hashes from number `from` on. */
  | { readonly type: "hashes"; readonly id: Uint8Array; readonly from: number }
  /** A part of a sealed unit. */
  | { readonly type: "part"; readonly id: Uint8Array; readonly unit: number; readonly part: number }
  /** The asker has all of it, verified and synced. */
  | { readonly type: "done"; readonly id: Uint8Array }
  /** Who asks about a file of a group: goes before all other questions about it on a channel. */
  | {
      readonly type: "member";
      readonly id: Uint8Array;
      readonly device: DeviceId;
      /** Of the device; see `signMemberQuestion`. */
      readonly signature: Uint8Array;
    };

/** Why a file, or a piece of it, is not handed over. */
export type FileRefusal =
  /** Not offered here, or no longer. */
  | "gone"
  /** The sender's file is not what it was when it was offered. */
  | "changed"
  /** Too much is under way; ask again later. */
  | "busy"
  /** The sender paused; ask again later. */
  | "paused"
  /** A question that makes no sense. */
  | "malformed";

const REFUSALS: readonly FileRefusal[] = ["gone", "changed", "busy", "paused", "malformed"];

const fileId = bytes(HASH_BYTES);

const questionShape: Shape<FileQuestion> = union<FileQuestion>({
  hashes: [1, record({ id: field(1, fileId), from: field(2, uint(MAX_FILE_UNITS)) })],
  part: [
    2,
    record({ id: field(1, fileId), unit: field(2, uint(MAX_FILE_UNITS)), part: field(3, uint(MAX_PARTS - 1)) }),
  ],
  done: [3, record({ id: field(1, fileId) })],
  member: [4, record({ id: field(1, fileId), device: field(2, deviceId), signature: field(3, bytes(64)) })],
});

/** The bytes of a question. */
export function encodeFileQuestion(question: FileQuestion): Uint8Array {
  return encodeAs(questionShape, question);
}

/** Reads a question. */
export function decodeFileQuestion(encoded: Uint8Array): Result<FileQuestion, DecodeError> {
  return decodeAs(questionShape, encoded, MAX_QUESTION_BYTES);
}

/** A good answer. */
export function encodeFileAnswer(content: Uint8Array): Uint8Array {
  const answer = new Uint8Array(1 + content.length);
  answer.set(content, 1);
  return answer;
}

/** A refusal. */
export function encodeFileRefusal(refusal: FileRefusal): Uint8Array {
  return Uint8Array.of(1 + REFUSALS.indexOf(refusal));
}

/** Reads an answer; the bytes are a view of it. What is no answer at all counts as malformed. */
export function decodeFileAnswer(answer: Uint8Array): Result<Uint8Array, FileRefusal> {
  const [status] = answer;
  if (status === 0 && answer.length <= 1 + PART_BYTES) return ok(answer.subarray(1));
  return err(answer.length === 1 ? (REFUSALS[(status ?? 0) - 1] ?? "malformed") : "malformed");
}
