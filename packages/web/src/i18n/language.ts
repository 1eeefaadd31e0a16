/** The languages of the app and what each needs of the page. */

/** Languages with a complete catalogue. */
export type Language = "en" | "ar" | "hi";

/** Which digits numbers are shown with: those of the language's script, or 0 to 9. */
export type Digits = "native" | "latin";

/** Every language with its own name for itself. */
export const LANGUAGES: readonly { readonly language: Language; readonly name: string }[] = [
  { language: "en", name: "English" },
  { language: "ar", name: "العربية" },
  { language: "hi", name: "हिन्दी" },
];

/** The direction of a language's interface. */
export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

const LOCALES: { readonly [L in Language]: { readonly [D in Digits]: string } } = {
  en: { native: "en-GB", latin: "en-GB" },
  ar: { native: "ar-EG-u-nu-arab", latin: "ar-EG-u-nu-latn" },
  hi: { native: "hi-IN-u-nu-deva", latin: "hi-IN-u-nu-latn" },
};

/** The digits a language is read with unless the person chooses: Arabic its own, Hindi 0 to 9. */
export function usualDigits(language: Language): Digits {
  return language === "ar" ? "native" : "latin";
}

/** The locale for `Intl`. */
export function localeOf(language: Language, digits: Digits): string {
  return LOCALES[language][digits];
}

/** True for the code of a language with a catalogue. */
export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((each) => each.language === value);
}

/** The first of the browser's languages that has a catalogue, else English. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    if (isLanguage(base)) return base;
  }
  return "en";
}
