/** A browser profile at the page for peers: what a person does there, and everything that must not happen meanwhile. */
import type { Browser, BrowserContext, Page } from "playwright-core";

/** How a profile looks at the page. */
export interface ProfileOptions {
  readonly language?: "en" | "ar" | "hi";
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
}

/** One browser profile: its storage and its tabs. */
export class Profile {
  readonly context: BrowserContext;
  /** Errors of scripts and violations of the policy, in any tab. */
  readonly faults: string[] = [];
  readonly #url: string;

  private constructor(context: BrowserContext, url: string) {
    this.context = context;
    this.#url = url;
  }

  static async open(browser: Browser, url: string, options: ProfileOptions = {}): Promise<Profile> {
    const { language = "en", theme = "light", width = 1100, height = 800 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      locale: language,
    });
    return new Profile(context, url);
  }

  /** Opens a tab; `hash` is what stands after the sign. */
  async tab(hash = "/", url: string = this.#url): Promise<Page> {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      // A relay that cannot be dialled is an everyday thing, which browsers write as an error.
      if (message.type() === "error" && !/WebSocket connection to|ERR_INTERNET_DISCONNECTED/.test(message.text())) {
        this.faults.push(message.text());
      }
    });
    await page.goto(`${url}#${hash}`);
    return page;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** Makes an account without a handle, without reading the words. */
export async function makeAccount(page: Page, { pin }: { readonly pin?: string } = {}): Promise<void> {
  await page.getByRole("button", { name: "Later, without a handle" }).click();
  if (pin === undefined) await page.getByRole("button", { name: "No PIN" }).click();
  else {
    await page.getByLabel("PIN", { exact: true }).fill(pin);
    await page.getByLabel("The same PIN again").fill(pin);
    await page.getByRole("button", { name: "Use this PIN" }).click();
  }
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("heading", { name: "Stay reachable" }).waitFor();
  await page.getByText("Connected", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Done" }).click();
}

/** Writes a message in the open conversation. */
export async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
}

/** Waits until a message is in the open conversation. */
export async function waitForMessage(page: Page, text: string): Promise<void> {
  await page
    .getByRole("article", { name: new RegExp(text) })
    .first()
    .waitFor();
}
