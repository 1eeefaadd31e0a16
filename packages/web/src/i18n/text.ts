/** Texts, numbers and dates in one language. Values of a text are isolated, numbers take the digits chosen. */
import { isolate } from "./bidi.ts";
import type { Catalogue, CountForms, CountKey, TextKey } from "./catalogue.ts";
import { type Digits, type Language, localeOf } from "./language.ts";

/** What fills the `{places}` of a text. */
export type TextValues = Readonly<Record<string, string | number>>;

/** A day for separators and the chat list, as a number that compares. */
export function dayOf(atMs: number): number {
  const date = new Date(atMs);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** A date in full. */
const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric" };

/** Units with their length in seconds, the largest first. */
const EXACT_UNITS = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** What the app is where its words are read: they differ where one speaks of a node and the other of the browser. */
export type Face = "node" | "peer";

/** One language's words and formats. */
export class Text {
  readonly language: Language;
  readonly locale: string;
  readonly #catalogue: Partial<Catalogue>;
  readonly #face: Face;
  readonly #plurals: Intl.PluralRules;
  readonly #number: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  /** @param catalogue may lack what only screens that are not loaded yet say. */
  constructor(catalogue: Partial<Catalogue>, language: Language, digits: Digits, face: Face = "node") {
    this.#catalogue = catalogue;
    this.#face = face;
    this.language = language;
    this.locale = localeOf(language, digits);
    this.#plurals = new Intl.PluralRules(this.locale);
    this.#number = new Intl.NumberFormat(this.locale);
    this.#time = new Intl.DateTimeFormat(this.locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.#relative = new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" });
  }

  /** The text of a key. */
  say(key: TextKey, values: TextValues = {}): string {
    return this.#fill(this.#pattern(key), values);
  }

  /** The text of a key for a count of things; `{count}` is filled. */
  count(key: CountKey, count: number, values: TextValues = {}): string {
    const forms: CountForms = this.#catalogue[key] ?? { other: "" };
    return this.#fill(forms[this.#plurals.select(count)] ?? forms.other, { ...values, count });
  }

  /** The text of a key cut at its `{places}`: texts at even, names of places at odd positions. */
  parts(key: TextKey): readonly string[] {
    return this.#pattern(key).split(/\{(\w+)\}/);
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** Several things in one phrase. */
  list(parts: readonly string[]): string {
    return new Intl.ListFormat(this.locale, { type: "conjunction" }).format(parts.map(isolate));
  }

  /** Hour and minute. */
  time(atMs: number): string {
    return this.#time.format(atMs);
  }

  /** Today, yesterday, a weekday within a week, else the date. */
  day(atMs: number, nowMs: number): string {
    const days = dayOf(atMs) - dayOf(nowMs);
    if (days === 0 || days === -1) return capitalize(this.#relative.format(days, "day"), this.locale);
    if (days < 0 && days > -7) return this.#date(atMs, { weekday: "long" });
    const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
    return this.#date(atMs, { day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
  }

  /** The shortest useful form for a list: time, weekday or date. */
  moment(atMs: number, nowMs: number): string {
    const days = dayOf(atMs) - dayOf(nowMs);
    if (days === 0) return this.time(atMs);
    if (days < 0 && days > -7) return this.#date(atMs, { weekday: "short" });
    return this.#date(atMs, { day: "numeric", month: "numeric", year: "2-digit" });
  }

  /** The date in full. */
  date(atMs: number): string {
    return this.#date(atMs, DATE);
  }

  /** Date and time in full. */
  dateTime(atMs: number): string {
    return this.#date(atMs, { ...DATE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** A length of time in its largest sensible unit, exactly where one says it exactly. */
  duration(lengthMs: number): string {
    const seconds = Math.max(1, Math.ceil(lengthMs / 1000));
    for (const [unit, length] of EXACT_UNITS) if (seconds % length === 0) return this.#unit(seconds / length, unit);
    if (seconds < 90) return this.#unit(seconds, "second");
    if (seconds < 90 * 60) return this.#unit(Math.ceil(seconds / 60), "minute");
    return this.#unit(Math.ceil(seconds / 3600), "hour");
  }

  /** A peer has words of its own under the same key. */
  #pattern(key: TextKey): string {
    const own = `peer.${key}`;
    if (this.#face === "peer" && own in this.#catalogue) return this.#catalogue[own as TextKey] ?? "";
    return this.#catalogue[key] ?? "";
  }

  #date(atMs: number, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.locale, options).format(atMs);
  }

  #unit(value: number, unit: string): string {
    return new Intl.NumberFormat(this.locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
  }

  #fill(pattern: string, values: TextValues): string {
    return pattern.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name];
      if (value === undefined) return place;
      return typeof value === "number" ? this.#number.format(value) : isolate(value);
    });
  }
}

function capitalize(text: string, locale: string): string {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase(locale) + rest.join("");
}
