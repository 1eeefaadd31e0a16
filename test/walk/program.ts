/** Runs the program as a person or a service does: in processes of its own, told apart by what they print. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Longest run of one command, in ms: a look-up walks the DHT, a join waits for a relay. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Longest wait for a process to end after a signal, in ms. */
const END_TIMEOUT_MS = 20_000;

/** The program from its sources, so that nothing has to be built before. */
export const FROM_SOURCE: readonly string[] = [
  process.execPath,
  "--conditions=source",
  fileURLToPath(new URL("../../packages/node/src/main.ts", import.meta.url)),
];

/** What stands before the words of a command line, and where it runs. */
export interface Program {
  readonly command: readonly string[];
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process in a group of its own, without a terminal and without input. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #name: string;
  #stdout = "";
  #stderr = "";
  #onOutput: () => void = () => undefined;

  constructor(program: Program, words: readonly string[]) {
    const [file = "", ...before] = program.command;
    this.#name = words.join(" ");
    this.#child = spawn(file, [...before, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      ...(program.folder === undefined ? {} : { cwd: program.folder }),
      ...(program.env === undefined ? {} : { env: program.env }),
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stdout += chunk;
      this.#onOutput();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stderr += chunk;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
    this.ended.catch(() => undefined);
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Resolves with the match once the output has it. @throws Error with all output when the process ends before. */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      const look = (): void => {
        const match = pattern.exec(this.#stdout);
        if (match !== null) resolve(match);
      };
      this.#onOutput = look;
      look();
    });
    const tooEarly = this.ended.then(({ code, signal }) => {
      throw new Error(`"${this.#name}" ended with ${signal ?? code}: ${this.#stdout}${this.#stderr}`);
    });
    const failure = () => `"${this.#name}" did not print ${pattern}: ${this.#stdout}${this.#stderr}`;
    return within(Promise.race([found, tooEarly]), timeoutMs, failure);
  }

  /** Sends SIGTERM to this process only, as `kill` does, and waits for its end. */
  terminate(): Promise<Ended> {
    this.#child.kill("SIGTERM");
    return within(this.ended, END_TIMEOUT_MS, () => `"${this.#name}" did not end: ${this.#stdout}${this.#stderr}`);
  }

  /** Sends SIGTERM to every process of the group, as service managers do, and waits for the end of this one. */
  terminateAll(): Promise<Ended> {
    this.#signalGroup("SIGTERM");
    return within(this.ended, END_TIMEOUT_MS, () => `"${this.#name}" did not end: ${this.#stdout}${this.#stderr}`);
  }

  /** Whether any process of the group is left: this one, or one that it started. */
  get isAnythingLeft(): boolean {
    return this.#signalGroup(0);
  }

  /** Ends the whole group at once, whatever it does. */
  kill(): void {
    this.#signalGroup("SIGKILL");
  }

  #signalGroup(signal: "SIGKILL" | "SIGTERM" | 0): boolean {
    if (this.#child.pid === undefined) return false;
    try {
      return process.kill(-this.#child.pid, signal);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
      throw error;
    }
  }
}

/** Runs one command to its end. */
export async function runCommand(program: Program, ...words: readonly string[]): Promise<Ended> {
  const running = new Running(program, words);
  try {
    return await within(running.ended, COMMAND_TIMEOUT_MS, () => `"${words.join(" ")}" did not end`);
  } finally {
    running.kill();
  }
}

/** The JSON a successful command prints with `--json`. @throws Error with all output for any other end. */
export async function askCommand<T>(program: Program, ...words: readonly string[]): Promise<T> {
  const ended = await runCommand(program, ...words, "--json");
  if (ended.code === 0) return JSON.parse(ended.stdout) as T;
  throw new Error(`"${words.join(" ")}" ended with ${ended.signal ?? ended.code}: ${ended.stdout}${ended.stderr}`);
}

/** One object for each line that `kith read --json` printed; none when it ended in another way. */
export async function readMessages(program: Program, ...words: readonly string[]): Promise<readonly ReadMessage[]> {
  const { stdout } = await runCommand(program, "read", ...words, "--json");
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ReadMessage);
}

/** The part of a printed message that tests look at. */
export interface ReadMessage {
  readonly text: string;
  readonly isOwn: boolean;
  readonly state: string;
}

async function within<T>(promise: Promise<T>, timeoutMs: number, describe: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${describe()} (within ${timeoutMs} ms)`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
