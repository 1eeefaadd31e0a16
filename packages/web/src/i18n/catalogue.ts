/** Catalogues: `en.json` is the source of the keys; the compiler refuses another language that misses one. */

import type { Language } from "./language.ts";
import type source from "./messages/en.json";

type Source = typeof source;

/** The key of a plain text. */
export type TextKey = { [K in keyof Source]: Source[K] extends string ? K : never }[keyof Source];

/** The key of a text with one form for each plural category of its language. */
export type CountKey = Exclude<keyof Source, TextKey>;

/** The forms of a counted text. */
export type CountForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Every text of one language. */
export type Catalogue = { readonly [K in TextKey]: string } & { readonly [K in CountKey]: CountForms };

type Part = Partial<Catalogue>;
type Loaders = { readonly [L in Language]: () => Promise<{ readonly default: Part }> };

/** What the files of the first drawing say, cut out by the bundler. */
const WORDS: Loaders = {
  en: () => import("./messages/en.json?words"),
  ar: () => import("./messages/ar.json?words"),
  hi: () => import("./messages/hi.json?words"),
};

/** Everything else. */
const MORE: Loaders = {
  en: () => import("./messages/en.json?more"),
  ar: () => import("./messages/ar.json?more"),
  hi: () => import("./messages/hi.json?more"),
};

/** Loads the words of the first drawing. */
export async function loadWords(language: Language): Promise<Part> {
  return (await WORDS[language]()).default;
}

/** Loads the whole catalogue of a language. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  const [words, more] = await Promise.all([WORDS[language](), MORE[language]()]);
  return { ...words.default, ...more.default } as Catalogue;
}
