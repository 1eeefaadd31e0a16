/** What pages show in the end, for whoever looks for the cause of a failed test. */
import type { BrowserContext } from "playwright-core";

/** A page that does not answer any more says nothing, in ms. */
const PATIENCE_MS = 5000;

/** Writes to the errors of the run what each page of a profile shows, as a screen reader finds it. */
export async function tellPages(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    const shown = await page
      .locator("body")
      .ariaSnapshot({ timeout: PATIENCE_MS })
      .catch((error: unknown) => `nothing that could be read: ${error}`);
    process.stderr.write(`a page of the failed test, at ${page.url()}:\n${shown}\n`);
  }
}
