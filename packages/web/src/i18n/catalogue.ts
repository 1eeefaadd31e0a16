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

const LOADERS: { readonly [L in Language]: () => Promise<Catalogue> } = {
  en: async () => (await import("./messages/en.json")).default,
  ar: async () => (await import("./messages/ar.json")).default,
  hi: async () => (await import("./messages/hi.json")).default,
};

/** Loads the catalogue of a language; each is a file of its own. */
export function loadCatalogue(language: Language): Promise<Catalogue> {
  return LOADERS[language]();
}
