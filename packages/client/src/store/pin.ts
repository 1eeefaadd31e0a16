/**
 * PINs and passphrases as people type them, and the delays after wrong ones.
 * A short PIN is a screen lock: whoever copies the disk together with the device secret tries 10,000 PINs in minutes.
 */

/** Zeros of the digit blocks that map to ASCII: Arabic-Indic, Extended Arabic-Indic, Devanagari. */
const DIGIT_ZEROS = [0x0660, 0x06f0, 0x0966];

/**
 * The form of a PIN or passphrase that is hashed: digits of other scripts become ASCII and equal-looking sequences one
 * form (NFKC), so that another keyboard does not lock a person out.
 */
export function normalizePin(pin: string): string {
  let mapped = "";
  for (const character of pin.normalize("NFKC")) mapped += asciiDigit(character);
  return mapped;
}

function asciiDigit(character: string): string {
  const point = character.codePointAt(0) as number;
  for (const zero of DIGIT_ZEROS) {
    if (point >= zero && point <= zero + 9) return String(point - zero);
  }
  return character;
}

/** Wrong tries without a delay: people mistype. */
const FREE_TRIES = 2;
const FIRST_DELAY_MS = 5000;

/** Longest wait between two tries: a person who remembers again must not be shut out for weeks. */
export const MAX_PIN_DELAY_MS: number = 24 * 3600 * 1000;

/** The wait in ms after `failedTries` wrong tries in a row: none for two, then 5 s doubling up to a day. */
export function pinDelayMs(failedTries: number): number {
  if (failedTries <= FREE_TRIES) return 0;
  return Math.min(FIRST_DELAY_MS * 2 ** (failedTries - FREE_TRIES - 1), MAX_PIN_DELAY_MS);
}
