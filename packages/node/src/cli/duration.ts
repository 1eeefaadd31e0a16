/** Times such as `30s`, `5m`, `8h`, `1d` and `2w`, read and said. */
import { type CountKey, countText } from "../i18n/text.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS: readonly { readonly sign: string; readonly ms: number; readonly key: CountKey }[] = [
  { sign: "w", ms: 7 * DAY_MS, key: "duration.weeks" },
  { sign: "d", ms: DAY_MS, key: "duration.days" },
  { sign: "h", ms: HOUR_MS, key: "duration.hours" },
  { sign: "m", ms: MINUTE_MS, key: "duration.minutes" },
  { sign: "s", ms: SECOND_MS, key: "duration.seconds" },
];

/** A time in ms; null for anything but a whole number with one unit. */
export function parseDuration(written: string): number | null {
  const [, digits, sign] = /^(\d{1,9})([smhdw])$/.exec(written.trim().toLowerCase()) ?? [];
  const unit = UNITS.find((each) => each.sign === sign);
  return unit === undefined ? null : Number(digits) * unit.ms;
}

/** A time in words, in the largest unit that says it exactly. */
export function describeDuration(ms: number): string {
  const unit = UNITS.find((each) => ms >= each.ms && ms % each.ms === 0);
  return unit === undefined
    ? countText("duration.seconds", Math.round(ms / SECOND_MS))
    : countText(unit.key, ms / unit.ms);
}
