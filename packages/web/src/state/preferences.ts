/** What this browser remembers of how the person wants the app: language, digits, theme. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Catalogue, loadCatalogue, loadWords } from "../i18n/catalogue.ts";
import { type Digits, directionOf, isLanguage, type Language, pickLanguage, usualDigits } from "../i18n/language.ts";
import { type Face, Text } from "../i18n/text.ts";

/** `system` follows the device. */
export type Theme = "system" | "light" | "dark";

const LANGUAGE_KEY = "kith.language";
const DIGITS_KEY = "kith.digits";
const THEME_KEY = "kith.theme";

/** The person's choices, kept in the storage of this origin and applied to the page. */
export class Preferences {
  readonly theme: Signal<Theme>;
  readonly digits: Signal<Digits>;
  readonly #text: Signal<Text>;
  readonly #storage: Storage;
  #catalogue: Partial<Catalogue>;
  #whole: Promise<void> | null = null;
  #isWhole = false;
  #face: Face = "node";

  private constructor(storage: Storage, catalogue: Partial<Catalogue>, language: Language) {
    this.#storage = storage;
    this.#catalogue = catalogue;
    const theme = storage.getItem(THEME_KEY);
    this.theme = signal(theme === "light" || theme === "dark" ? theme : "system");
    const digits = storage.getItem(DIGITS_KEY);
    this.digits = signal(digits === "native" || digits === "latin" ? digits : usualDigits(language));
    this.#text = signal(new Text(catalogue, language, this.digits.value));
    this.#apply();
  }

  /** Reads what was chosen before and loads that language. */
  static async load(storage: Storage, browserLanguages: readonly string[]): Promise<Preferences> {
    const chosen = storage.getItem(LANGUAGE_KEY);
    const language = isLanguage(chosen) ? chosen : pickLanguage(browserLanguages);
    return new Preferences(storage, await loadWords(language), language);
  }

  /** True once every word is here: screens that are loaded later need them. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Loads the words that the first drawing did not wait for; once. */
  loadWhole(): Promise<void> {
    this.#whole ??= this.setLanguage(this.#text.peek().language, false).catch((error: unknown) => {
      this.#whole = null;
      throw error;
    });
    return this.#whole;
  }

  /** The words of the chosen language. */
  get text(): ReadonlySignal<Text> {
    return this.#text;
  }

  /** @param isChosen false when it is what the browser speaks. */
  async setLanguage(language: Language, isChosen: boolean = true): Promise<void> {
    this.#catalogue = await loadCatalogue(language);
    this.#isWhole = true;
    if (isChosen) this.#storage.setItem(LANGUAGE_KEY, language);
    if (this.#storage.getItem(DIGITS_KEY) === null) this.digits.value = usualDigits(language);
    this.#text.value = this.#makeText(language);
    this.#apply();
  }

  setDigits(digits: Digits): void {
    this.#storage.setItem(DIGITS_KEY, digits);
    this.digits.value = digits;
    this.#text.value = this.#makeText(this.#text.value.language);
  }

  setTheme(theme: Theme): void {
    if (theme === "system") this.#storage.removeItem(THEME_KEY);
    else this.#storage.setItem(THEME_KEY, theme);
    this.theme.value = theme;
    this.#apply();
  }

  /** From now on the words are those of a peer. */
  speakAsPeer(): void {
    this.#face = "peer";
    this.#text.value = this.#makeText(this.#text.value.language);
  }

  #makeText(language: Language): Text {
    return new Text(this.#catalogue, language, this.digits.value, this.#face);
  }

  #apply(): void {
    const root = document.documentElement;
    root.lang = this.#text.value.language;
    root.dir = directionOf(this.#text.value.language);
    if (this.theme.value === "system") delete root.dataset.theme;
    else root.dataset.theme = this.theme.value;
  }
}
