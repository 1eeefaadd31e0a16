/** The life of a vanishing message. */
import { mapped, type Shape, uint } from "../codec/schema.ts";

/** The shortest life: time enough to read a text. */
export const MIN_VANISH_AFTER_MS: number = 30 * 1000;

/** The longest life, four weeks: what shall stay longer is no vanishing message. */
export const MAX_VANISH_AFTER_MS: number = 28 * 24 * 3600 * 1000;

/** Codec shape of a life in ms, within its bounds. */
export const vanishAfter: Shape<number> = mapped(
  uint(MAX_VANISH_AFTER_MS),
  (ms) => (isVanishAfter(ms) ? ms : null),
  (ms) => {
    if (!isVanishAfter(ms)) throw new RangeError("a vanishing message lives 30 s to 4 weeks");
    return ms;
  },
);

/** Whether a number of ms can be the life of a vanishing message. */
export function isVanishAfter(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= MIN_VANISH_AFTER_MS && ms <= MAX_VANISH_AFTER_MS;
}
