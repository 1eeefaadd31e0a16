/** What a command sees of the terminal: plain lines when nobody sits there, colours only where they are wanted. */
import { createInterface } from "node:readline";
import { styleText } from "node:util";

/** The styles in use. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "magenta";

/** Input and output of a command. */
export interface Terminal {
  /** A person sits at both ends: questions may be asked. */
  readonly isInteractive: boolean;
  /** Writes one line to standard output. */
  line(value: string): void;
  /** Writes one line to standard error. */
  note(value: string): void;
  style(style: Style, value: string): string;
  /** All of standard input, at most `maxBytes`; null when there is more. */
  readAll(maxBytes: number): Promise<string | null>;
  /** Standard input line by line. */
  lines(signal: AbortSignal): AsyncIterable<string>;
}

/** The terminal of this process. */
export function createProcessTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // A reader such as `head` that has seen enough closes the pipe; that is no failure.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    line: (value) => void stdout.write(`${value}\n`),
    note: (value) => void stderr.write(`${value}\n`),
    style: (style, value) => styleText(style, value, { stream: stdout }),
    readAll: (maxBytes) => readAll(stdin, maxBytes),
    lines: (signal) => readLines(stdin, signal),
  };
}

async function readAll(stdin: NodeJS.ReadStream, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stdin) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) return null;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function* readLines(stdin: NodeJS.ReadStream, signal: AbortSignal): AsyncGenerator<string> {
  const reader = createInterface({ input: stdin, terminal: false, signal });
  try {
    yield* reader;
  } finally {
    reader.close();
  }
}
