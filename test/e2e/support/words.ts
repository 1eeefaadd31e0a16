/** The words of the app in a language, so that one flow is walked in all of them. */
import ar from "../../../packages/web/src/i18n/messages/ar.json" with { type: "json" };
import en from "../../../packages/web/src/i18n/messages/en.json" with { type: "json" };
import hi from "../../../packages/web/src/i18n/messages/hi.json" with { type: "json" };

/** Languages of the app. */
export type AppLanguage = "en" | "ar" | "hi";

/** A key of the catalogue; texts that count have one for each form. */
export type WordKey = keyof typeof en | `${keyof typeof en}.${"one" | "other"}`;

type Entry = string | Readonly<Record<string, string>>;

const CATALOGUES: Readonly<Record<AppLanguage, Readonly<Record<string, Entry>>>> = { en, ar, hi };

/** The text of a key. */
export function word(language: AppLanguage, key: WordKey): string {
  const catalogue = CATALOGUES[language];
  const [, counted = "", form = ""] = /^(.*)\.(one|other)$/.exec(key) ?? [];
  const entry = catalogue[key] ?? catalogue[counted];
  const text = typeof entry === "object" ? entry[form] : entry;
  if (text === undefined) throw new TypeError(`${key} is no text`);
  return text;
}

/** Matches a text of the app whatever stands in its places, which the app puts into isolates. */
export function pattern(language: AppLanguage, key: WordKey): RegExp {
  return new RegExp(escaped(word(language, key).split(/\{\w+\}/)).join(".*"));
}

/** Matches a counted text with this count, in any digits. */
export function counted(language: AppLanguage, key: keyof typeof en, count: number): RegExp {
  const entry = CATALOGUES[language][key];
  if (typeof entry !== "object") throw new TypeError(`${key} counts nothing`);
  const text = entry[new Intl.PluralRules(language).select(count)] ?? entry.other ?? "";
  const digits = ["latn", "arab", "deva"].map((system) => new Intl.NumberFormat(`en-u-nu-${system}`).format(count));
  return new RegExp(escaped(text.split("{count}")).join(`.?(?:${digits.join("|")}).?`));
}

function escaped(parts: readonly string[]): readonly string[] {
  return parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
