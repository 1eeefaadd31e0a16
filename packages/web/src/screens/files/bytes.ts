/** Bytes of files as they travel between a page and its engine, and the words for their number. */
import type { Text } from "../../i18n/text.ts";

/** Bytes turned into text at once: more arguments than this overflow the stack of some browsers. */
const STEP_BYTES = 0x8000;

/** The base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + STEP_BYTES));
  }
  return btoa(binary);
}

/** The bytes of a base64 text from the engine. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  // A loop over numbers: going through the characters as an iterator takes twenty times as long.
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `1.2 MB`, in the digits and words of the language. */
export function sizeText(bytes: number, text: Text): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const maximumFractionDigits = unit > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(text.locale, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits,
  }).format(value);
}

/** How much of a file is here, `45 %`. */
export function percentText(doneBytes: number, sizeBytes: number, text: Text): string {
  const share = sizeBytes === 0 ? 0 : Math.floor((100 * doneBytes) / sizeBytes) / 100;
  return new Intl.NumberFormat(text.locale, { style: "percent" }).format(share);
}
