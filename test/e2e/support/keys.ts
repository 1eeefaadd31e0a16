/** A person who has a keyboard and nothing else. */
import type { Page } from "playwright-core";
import { type AppLanguage, pattern, type WordKey } from "./words.ts";

/** More stops than any screen has. */
const MAX_STOPS = 60;

/** Presses keys in a page, and reaches things as such a person does: by Tab. */
export class Keys {
  readonly #page: Page;
  readonly #language: AppLanguage;

  constructor(page: Page, language: AppLanguage = "en") {
    this.#page = page;
    this.#language = language;
  }

  /** Waits until something is there and goes to it by Tab. @throws Error when Tab does not lead there. */
  async reach(key: WordKey): Promise<void> {
    const name = pattern(this.#language, key);
    const wanted = this.#page.getByRole("button", { name }).or(this.#page.getByRole("link", { name })).first();
    await wanted.waitFor({ timeout: 30_000 });
    for (let stops = 0; stops < MAX_STOPS; stops += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await this.#page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}`);
  }

  /** Types where the focus is, once it is in a field. */
  async type(text: string): Promise<void> {
    await this.#page.waitForFunction(() => document.activeElement?.matches("input, textarea") === true);
    await this.#page.keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }
}
