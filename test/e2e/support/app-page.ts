/** One tab of the app, and what people do in it, in the language of its profile. */
import type { Locator, Page } from "playwright-core";
import { type AppLanguage, pattern, type WordKey, word } from "./words.ts";

type Role = Parameters<Page["getByRole"]>[0];

/** What another device or process has to do first may take as long on a busy machine, in ms. */
const ELSEWHERE_MS = 60_000;

/** How somebody makes an account. */
export interface NewAccount {
  readonly handle?: string;
  readonly pin?: string;
}

/** A tab. */
export class AppPage {
  readonly page: Page;
  readonly language: AppLanguage;

  constructor(page: Page, language: AppLanguage) {
    this.page = page;
    this.language = language;
  }

  /** An element by its role and the text that names it. */
  part(role: Role, key: WordKey): Locator {
    return this.page.getByRole(role, { name: pattern(this.language, key) });
  }

  /** An element whose name is exactly this text. */
  exactly(role: Role, key: WordKey): Locator {
    return this.page.getByRole(role, { name: word(this.language, key), exact: true });
  }

  async press(key: WordKey): Promise<void> {
    await this.exactly("button", key).click();
  }

  /** Waits for a heading. */
  async heading(key: WordKey): Promise<void> {
    await this.part("heading", key).waitFor({ timeout: ELSEWHERE_MS });
  }

  /** Waits for a text that is on show. */
  async text(key: WordKey): Promise<void> {
    await this.page.getByText(pattern(this.language, key)).first().waitFor({ timeout: ELSEWHERE_MS });
  }

  /** Makes an account and puts the words off; at a page for peers a relay must be there by then. */
  async makeAccount({ handle, pin }: NewAccount = {}): Promise<void> {
    if (handle === undefined) await this.press("welcome.later");
    else {
      await this.page.getByLabel(word(this.language, "welcome.field"), { exact: true }).fill(handle);
      await this.press("welcome.next");
    }
    if (pin === undefined) await this.press("pin.none");
    else {
      await this.page.getByLabel(word(this.language, "pin.field"), { exact: true }).fill(pin);
      await this.page.getByLabel(word(this.language, "pin.repeat"), { exact: true }).fill(pin);
      await this.press("pin.set");
    }
    await this.press("words.later");
  }

  /** The last step of a peer: a relay is connected. */
  async stayReachable(): Promise<void> {
    await this.heading("reachable.title");
    await this.page
      .getByText(word(this.language, "relayState.connected"), { exact: true })
      .first()
      .waitFor({ timeout: ELSEWHERE_MS });
    await this.press("reachable.done");
  }

  /** Opens a screen by the part of its address after the sign. */
  async goTo(path: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${path}`);
  }

  /** Makes an invite and reads it from the screen. */
  async invite(): Promise<string> {
    await this.goTo("new/mine");
    const field = this.part("textbox", "new.inviteText");
    await field.waitFor({ timeout: ELSEWHERE_MS });
    return await field.inputValue();
  }

  /** Joins by an invite and ends in the conversation. */
  async join(invite: string): Promise<void> {
    await this.goTo("new/invite");
    await this.exactly("textbox", "new.inviteField").fill(invite);
    await this.press("new.join");
    await this.composer.waitFor({ timeout: ELSEWHERE_MS });
  }

  /** Opens the only conversation of the list. */
  async openChat(): Promise<void> {
    await this.page.locator("[data-list] a[data-chat]").first().click({ timeout: ELSEWHERE_MS });
    await this.composer.waitFor();
  }

  /** Where messages are written. */
  get composer(): Locator {
    return this.exactly("textbox", "chat.message");
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** A message of the open conversation. */
  message(text: string): Locator {
    return this.page.getByRole("article").filter({ hasText: text });
  }

  /** Waits until a message is in the open conversation. */
  async read(text: string): Promise<void> {
    await this.message(text).first().waitFor({ timeout: ELSEWHERE_MS });
  }

  /** Waits until an own message says one of these of itself. */
  async sees(text: string, ...keys: readonly WordKey[]): Promise<void> {
    const label = new RegExp(keys.map((key) => pattern(this.language, key).source).join("|"));
    await this.page
      .getByRole("article", { name: label })
      .filter({ hasText: text })
      .first()
      .waitFor({ timeout: ELSEWHERE_MS });
  }

  /** The texts of the other side that are on show and hold `part`, oldest first. */
  async heard(part: string): Promise<readonly string[]> {
    const articles = await this.page.getByRole("article").filter({ hasText: part }).all();
    const labels = await Promise.all(articles.map((article) => article.getAttribute("aria-label")));
    const found = new RegExp(`${part}\\d*`);
    const own = `${word(this.language, "chat.you")}, `;
    return labels.flatMap((label) => (label === null || label.startsWith(own) ? [] : (found.exec(label)?.[0] ?? [])));
  }
}
