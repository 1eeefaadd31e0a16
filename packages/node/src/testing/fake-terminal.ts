/** A terminal whose output is kept and whose input comes from the test. */
import type { Terminal } from "../cli/terminal.ts";

/** Nobody sits at it unless the test says so. */
export class FakeTerminal implements Terminal {
  isInteractive = false;
  /** Lines of standard output. */
  readonly out: string[] = [];
  /** Lines of standard error. */
  readonly notes: string[] = [];
  /** All of standard input, for `readAll`. */
  input = "";
  readonly #typed: string[] = [];
  #isEnded = false;
  #wake: (() => void) | null = null;

  line(value: string): void {
    this.out.push(value);
  }

  note(value: string): void {
    this.notes.push(value);
  }

  style(_style: string, value: string): string {
    return value;
  }

  async readAll(maxBytes: number): Promise<string | null> {
    return Buffer.byteLength(this.input) > maxBytes ? null : this.input;
  }

  /** Types one line on standard input. */
  type(line: string): void {
    this.#typed.push(line);
    this.#wake?.();
  }

  /** Ends standard input. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener("abort", wake);
    while (!signal.aborted) {
      const line = this.#typed.shift();
      if (line !== undefined) yield line;
      else if (this.#isEnded) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
