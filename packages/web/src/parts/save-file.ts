/** Hands bytes or a text to the browser to save; nothing leaves the device. */

/** Time the browser gets to take hold of the bytes, in ms. */
const TAKEN_MS = 60_000;

/** Saves a text. @param type its media type. */
export function saveFile(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** Saves bytes under a name. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_MS);
}
