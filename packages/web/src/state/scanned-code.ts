/**
 * What the QR codes of Kith say: an invite, the link of a group, a link code, or a safety number to be compared. Everything scanned is foreign text.
 * @see docs/spec/01-identity.md, Safety number
 */

/** What a scanned text turned out to be. */
export type ScannedCode =
  | { readonly kind: "invite"; readonly text: string }
  | { readonly kind: "group-link"; readonly text: string }
  | { readonly kind: "link"; readonly text: string }
  | { readonly kind: "safety-number"; readonly digits: string }
  | { readonly kind: "unknown" };

/** Room for an invite in any of its forms. */
const MAX_CHARACTERS = 4096;

const INVITE_PATTERN = /^(?:kith:i\/[\w-]+|https?:\/\/[^#\s]+#i=[\w-]+)$/i;
const GROUP_LINK_PATTERN = /^(?:kith:g\/[\w-]+|https?:\/\/[^#\s]+#g=[\w-]+)$/i;
const LINK_PATTERN = /^kith:l\/[\w-]+$/i;
const SAFETY_NUMBER_PATTERN = /^kith:n\/(\d{60})$/i;

/** Writes the 60 digits of a safety number, in groups or not, as the text of a code. */
export function safetyNumberCode(safetyNumber: string): string {
  return `kith:n/${safetyNumber.replace(/\D/g, "")}`;
}

/** Reads the text of a code; anything that is none of ours is unknown. */
export function readScannedCode(scanned: string): ScannedCode {
  if (scanned.length > MAX_CHARACTERS) return { kind: "unknown" };
  const text = scanned.trim();
  if (INVITE_PATTERN.test(text)) return { kind: "invite", text };
  if (GROUP_LINK_PATTERN.test(text)) return { kind: "group-link", text };
  if (LINK_PATTERN.test(text)) return { kind: "link", text };
  const digits = SAFETY_NUMBER_PATTERN.exec(text)?.[1];
  return digits === undefined ? { kind: "unknown" } : { kind: "safety-number", digits };
}

/** Whether a text that was pasted is meant as the link of a group: mail programs break long lines. */
export function isGroupLink(pasted: string): boolean {
  return readScannedCode(pasted.replace(/\s+/g, "")).kind === "group-link";
}

/** True when a scanned number is the one expected; spaces between groups do not count. */
export function isSameNumber(digits: string, safetyNumber: string): boolean {
  return digits === safetyNumber.replace(/\D/g, "");
}
