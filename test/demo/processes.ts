/** The processes of the demonstration: the shipped program, started as anybody would start it. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Longest wait for the line that says a node is ready, in ms: a machine that does much else is slow. */
const READY_TIMEOUT_MS = 90_000;

/** Longest wait for a process to end by itself, in ms. */
const END_TIMEOUT_MS = 10_000;

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A node in a process of its own. */
export interface NodeProcess {
  /** The line it printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** How long it took from its start to that line, in ms. */
  readonly readyMs: number;
  readonly ended: Promise<Ended>;
  /** Sends a signal and waits for the end. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<Ended>;
}

/** Starts processes, keeps what they print, and ends what is left of them. */
export class Processes {
  readonly #program: string;
  readonly #running = new Set<ChildProcess>();
  readonly #logs = new Map<string, string[]>();

  /** @param program the file to run with this Node. */
  constructor(program: string) {
    this.#program = program;
  }

  /** Everything the processes of one name have printed, on both outputs. */
  logOf(name: string): string {
    return (this.#logs.get(name) ?? []).join("");
  }

  /** The names of all processes that were started. */
  get names(): readonly string[] {
    return [...this.#logs.keys()];
  }

  /** Starts a node; resolves once it has printed that it is ready. */
  async start(name: string, words: readonly string[]): Promise<NodeProcess> {
    const startedMs = performance.now();
    const child = this.#spawn(name, [...words, "--json"]);
    const ended = endOf(child);
    const ready = await Promise.race([
      readyLine(child),
      ended.then(({ code, signal }) => {
        throw new Error(`${name} ended before it was ready (${signal ?? code})`);
      }),
    ]);
    return {
      ready,
      readyMs: Math.round(performance.now() - startedMs),
      ended,
      end: async (signal) => {
        child.kill(signal);
        return await within(ended, END_TIMEOUT_MS, `${name} did not end after ${signal}`);
      },
    };
  }

  /** Kills whatever still runs; resolves when nothing does. */
  async endAll(): Promise<void> {
    const running = [...this.#running];
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(running.map(endOf));
  }

  #spawn(name: string, words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [this.#program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    const log = this.#logs.get(name) ?? [];
    this.#logs.set(name, log);
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    for (const output of [child.stdout, child.stderr]) output?.on("data", (chunk) => log.push(String(chunk)));
    return child;
  }
}

function endOf(child: ChildProcess): Promise<Ended> {
  const { exitCode: code, signalCode: signal } = child;
  if (code !== null || signal !== null) return Promise.resolve({ code, signal });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (endCode, endSignal) => resolve({ code: endCode, signal: endSignal }));
  });
}

async function readyLine(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  if (child.stdout === null) throw new TypeError("the process has no output");
  const lines = createInterface({ input: child.stdout });
  const line = await within(
    new Promise<string>((resolve) => lines.once("line", resolve)),
    READY_TIMEOUT_MS,
    "a node did not become ready",
  );
  const ready = JSON.parse(line);
  if (ready.ready !== true) throw new Error(`a node did not start: ${line}`);
  return ready;
}

/** The value of a promise, or an error when it takes too long. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, failure: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${failure} within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
