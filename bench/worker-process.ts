/** Worker processes of a work: started with the flags of this one, spoken to in JSON, ended with it. */
import { type ChildProcess, fork } from "node:child_process";

/** A message between a work and its workers; `type` says which. */
export interface WorkerMessage {
  readonly type: string;
}

/** One worker seen from its work. */
export interface Worker {
  /** Sends a message and waits for the answer whose type is given. */
  ask<T extends WorkerMessage>(message: WorkerMessage, type: T["type"]): Promise<T>;
  /** The next message of a type. */
  next<T extends WorkerMessage>(type: T["type"]): Promise<T>;
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

/** Longest wait for one answer, in ms: a whole round on a busy machine. */
const ANSWER_TIMEOUT_MS = 300_000;

/** Starts a worker. @param module URL of its program. @param flags of Node, beside those of this process. */
export function startWorker(module: URL, args: readonly string[], flags: readonly string[] = []): Worker {
  const execArgv = [...process.execArgv, ...flags];
  const child = fork(module, args, { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv });
  const kept: WorkerMessage[] = [];
  const waiting: { type: string; resolve: (message: WorkerMessage) => void; reject: (error: Error) => void }[] = [];
  child.on("message", (message: WorkerMessage) => {
    const index = waiting.findIndex(({ type }) => type === message.type);
    if (index < 0) kept.push(message);
    else waiting.splice(index, 1)[0]?.resolve(message);
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`a worker ended with ${code ?? signal}`));
  });
  const next = <T extends WorkerMessage>(type: T["type"]): Promise<T> => {
    const index = kept.findIndex((message) => message.type === type);
    if (index >= 0) return Promise.resolve(kept.splice(index, 1)[0] as T);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no "${type}" from a worker`)), ANSWER_TIMEOUT_MS);
      const settle = <V>(done: (value: V) => void) => {
        return (value: V): void => {
          clearTimeout(timer);
          done(value);
        };
      };
      waiting.push({ type, resolve: settle((message) => resolve(message as T)), reject: settle(reject) });
    });
  };
  return {
    ask(message, type) {
      child.send(message);
      return next(type);
    },
    next,
    stop: () => stopChild(child),
    async kill() {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.send({ type: "stop" });
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}

/** Resident memory after the collector has run, where the flag `--expose-gc` lets it. */
export function settledRssBytes(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
  return process.memoryUsage.rss();
}

/** Tells the work something; for workers. */
export function tellWork(message: WorkerMessage): void {
  process.send?.(message);
}

/** Answers the messages of the work by type until it says stop or is gone; for workers. */
export function serveWork(
  handlers: Readonly<Record<string, (message: never) => unknown>>,
  stop: () => Promise<void>,
): void {
  const end = async (): Promise<void> => {
    await stop();
    process.exit(0);
  };
  process.once("disconnect", () => process.exit(1));
  process.on("message", (message: WorkerMessage) => {
    if (message.type === "stop") void end();
    else void handlers[message.type]?.(message as never);
  });
}
