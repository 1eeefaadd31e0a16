/** Bytes of files as they travel between a page and its engine, and the words for their number. */
import { fromBase64 } from "@kith/client/rpc";
import type { Text } from "../../i18n/text.ts";

/** The bytes of a base64 text from the engine, which gives nothing else. */
export function engineBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64(text);
  if (bytes === null) throw new TypeError("the engine gives bytes as base64");
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
