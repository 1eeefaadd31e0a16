/** What the demonstration tells its reader: steps, and under each of them what travelled which way. */

/** Width of the column that names both ends. */
const ROUTE_WIDTH = 42;

/** Prints to one stream. */
export class Transcript {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  title(text: string): void {
    this.#write(`\n${text}`);
  }

  /** A fact that was checked. */
  note(text: string): void {
    this.#write(`    ${text}`);
  }

  /** Something went from one process to another. */
  flow(from: string, to: string, what: string): void {
    this.#write(`    ${`${from} → ${to}`.padEnd(ROUTE_WIDTH)} ${what}`);
  }

  line(text: string): void {
    this.#write(text);
  }
}
