/**
 * Handles: what people type or paste, and the one normal form that keys and signatures use.
 * Knows nothing of accounts: a handle is only a name that accounts claim.
 */
import type { Brand } from "../brand.ts";
import { mapped, type Shape, text } from "../codec/schema.ts";
import { err, ok, type Result } from "../result.ts";

/** A handle in normal form: 1 to 15 of `a-z`, `0-9`, `_`. */
export type Handle = Brand<string, "Handle">;

/** A handle and the capitals its owner chose. */
export interface WrittenHandle {
  readonly handle: Handle;
  readonly written: string;
}

/** The rule an input broke. */
export type HandleRule = "empty" | "too-long" | "character" | "not-a-profile-link";

/** Why an input is not a handle. */
export interface HandleError {
  readonly code: "HANDLE_INVALID";
  readonly rule: HandleRule;
}

/** X's own bound, in characters. */
const MAX_HANDLE_CHARACTERS = 15;

/** Longer inputs are refused unread, in UTF-16 units: a profile link with a long query still fits. */
const MAX_INPUT_CHARACTERS = 2048;

const WRITTEN = /^[A-Za-z0-9_]{1,15}$/;
/** Arabic letter mark, bidi marks, embeddings and isolates; zero-width characters and the byte order mark. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const PROFILE_LINK = /^(?:https?:\/\/)?(?:(?:www|mobile)\.)?(?:x|twitter)\.com\/@?([^/?#]*)(?:[/?#].*)?$/i;
/** First path segments of X that are pages, not people; `x.com/i/status/…` is the one people paste. */
const PAGES = new Set(["compose", "explore", "hashtag", "home", "i", "intent", "login", "search", "settings", "share"]);

/** Reads `@h`, `＠h`, `h` or a profile link on x.com or twitter.com, ignoring invisible marks and outer white space. */
export function parseHandle(input: string): Result<WrittenHandle, HandleError> {
  if (input.length > MAX_INPUT_CHARACTERS) return invalid("too-long");
  const visible = input.replace(INVISIBLE, "").trim();
  if (!visible.includes("/")) return parseName(visible.replace(/^[@＠]/, ""));
  const name = PROFILE_LINK.exec(visible)?.[1];
  if (name === undefined || name === "" || PAGES.has(name.toLowerCase())) return invalid("not-a-profile-link");
  return parseName(name);
}

function parseName(name: string): Result<WrittenHandle, HandleError> {
  if (name === "") return invalid("empty");
  if (!/^[A-Za-z0-9_]*$/.test(name)) return invalid("character");
  if (name.length > MAX_HANDLE_CHARACTERS) return invalid("too-long");
  return ok({ handle: normalHandle(name), written: name });
}

function invalid(rule: HandleRule): { readonly ok: false; readonly error: HandleError } {
  return err({ code: "HANDLE_INVALID", rule });
}

/** The normal form of a handle that already has the right characters. */
export function normalHandle(written: string): Handle {
  return written.toLowerCase() as Handle;
}

/** Codec shape of a handle in normal form. */
export const handleShape: Shape<Handle> = mapped(
  text(MAX_HANDLE_CHARACTERS),
  (value) => (WRITTEN.test(value) && value === value.toLowerCase() ? (value as Handle) : null),
  (handle) => checked(handle, handle === handle.toLowerCase()),
);

/** Codec shape of a handle as its owner writes it; the normal form is derived, so the two cannot disagree. */
export const writtenHandleShape: Shape<string> = mapped(
  text(MAX_HANDLE_CHARACTERS),
  (value) => (WRITTEN.test(value) ? value : null),
  (written) => checked(written, true),
);

/** Keeps our own encoder from writing what our decoder refuses. */
function checked(value: string, isNormal: boolean): string {
  if (!WRITTEN.test(value) || !isNormal) throw new RangeError("value is not a handle");
  return value;
}
