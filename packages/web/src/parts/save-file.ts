/** Hands a text to the browser to save; nothing leaves the device. */

/** Time the browser gets to take the text, in ms. */
const TAKEN_MS = 10_000;

/** @param type the media type of the text. */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_MS);
}
