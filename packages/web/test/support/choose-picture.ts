/** Chooses the own picture in the settings, as a person with a file does. */
import type { Page } from "playwright-core";

/** Chooses a picture that the page draws. */
export async function choosePicture(page: Page): Promise<void> {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 400);
    const context = canvas.getContext("2d");
    const colours = context?.createLinearGradient(0, 0, 640, 400);
    colours?.addColorStop(0, "#2f5d62");
    colours?.addColorStop(1, "#f0d9ae");
    if (context) context.fillStyle = colours ?? "#000";
    context?.fillRect(0, 0, 640, 400);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer())];
  });
  const files = [{ name: "me.png", mimeType: "image/png", buffer: Buffer.from(bytes) }];
  await page.locator("input[data-picture]").setInputFiles(files);
  await page.locator("canvas").waitFor();
}
