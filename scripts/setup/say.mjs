/** Messages of the set-up go to stderr only, so that a program's stdout stays machine-readable. */

/** Writes one line to stderr. */
export function say(line) {
  process.stderr.write(`kith: ${line}\n`);
}
