/** Bytes of files in JSON: base64 with its padding, which browsers and Node have built in. */

/** Bytes turned into text at once: more arguments than this overflow the stack of some engines. */
const STEP_BYTES = 0x8000;

/** The base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + STEP_BYTES));
  }
  return btoa(binary);
}

/** The bytes of a base64 text; null when it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null; // atob throws for one reason
  }
  const bytes = new Uint8Array(binary.length);
  // A loop over numbers: going through the characters as an iterator takes twenty times as long.
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
