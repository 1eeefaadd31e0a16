/** What JSON-RPC needs of a transport: whole lines in order, both ways. */

/** One end of a connection that moves lines; a line holds no line break. */
export interface LineCarrier {
  /** Hands a line over; the promise resolves once more may be sent. Lines sent after the close are dropped. */
  send(line: string): Promise<void>;
  /** At most one listener; lines that came earlier are given to it at once. */
  onLine(listener: (line: string) => void): void;
  /** Called once, also when the connection is closed already. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Longest request line a server reads, in bytes: five times the longest text of a message, for its escapes. */
export const MAX_REQUEST_LINE_BYTES: number = 256 * 1024;

/** Longest answer line, in bytes; a list that does not fit is refused and asked for in smaller parts. */
export const MAX_ANSWER_LINE_BYTES: number = 16 * 1024 * 1024;

class MemoryEnd implements LineCarrier {
  other: MemoryEnd | null = null;
  #lines: string[] = [];
  #isClosed = false;
  #onLine: ((line: string) => void) | null = null;
  #onClose: (() => void) | null = null;

  async send(line: string): Promise<void> {
    const other = this.other;
    if (other === null || this.#isClosed) return;
    await Promise.resolve();
    other.#take(line);
  }

  onLine(listener: (line: string) => void): void {
    this.#onLine = listener;
    for (const line of this.#lines.splice(0)) listener(line);
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
    if (this.#isClosed) listener();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose?.();
    this.other?.close();
  }

  #take(line: string): void {
    if (this.#isClosed) return;
    if (this.#onLine === null) this.#lines.push(line);
    else this.#onLine(line);
  }
}

/** Two ends within one process: what one sends the other reads, a microtask later. */
export function createMemoryCarriers(): readonly [LineCarrier, LineCarrier] {
  const left = new MemoryEnd();
  const right = new MemoryEnd();
  left.other = right;
  right.other = left;
  return [left, right];
}
