/** The same file through hyperdht: an encrypted stream over UDP between two processes, kept neither sealed nor in parts. */
import { join } from "node:path";
import { installHyperdht } from "../scripts/verify/hyperdht.mjs";
import { hashOf } from "./w4-files.ts";
import { startWorker, type WorkerMessage } from "./worker-process.ts";

const WORKER = new URL("./hyperdht/file-worker.mjs", import.meta.url);

interface Served extends WorkerMessage {
  readonly key: string;
  readonly bootstrap: readonly object[];
}

interface Taken extends WorkerMessage {
  readonly seconds: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
}

interface Report extends WorkerMessage {
  readonly cpuSeconds: number;
}

/** One transfer, from the connection until the file is written and synced. */
export interface HyperdhtFigures {
  readonly mbPerSecond: number;
  /** Of both ends. */
  readonly cpuSecondsPerGb: number;
  readonly isHashOk: boolean;
}

/** Takes a file of so many bytes; null where hyperdht cannot be installed or does not bring it, which is said. */
export async function takeHyperdht(folder: string, path: string, sizeBytes: number): Promise<HyperdhtFigures | null> {
  const failure = await installHyperdht();
  try {
    if (failure === null) return await take(folder, path, sizeBytes);
    process.stderr.write(`hyperdht is left out: ${failure}\n`);
  } catch (error) {
    process.stderr.write(`hyperdht is left out: ${(error as Error).message}\n`);
  }
  return null;
}

async function take(folder: string, path: string, sizeBytes: number): Promise<HyperdhtFigures> {
  const [server, client] = [startWorker(WORKER, [path]), startWorker(WORKER, [])];
  try {
    const { key, bootstrap } = await server.next<Served>("ready");
    const before = await server.ask<Report>({ type: "report" }, "report");
    const saved = join(folder, "hyperdht.bin");
    const order = { type: "take", key, bootstrap, path: saved, sizeBytes };
    const { seconds, cpuSeconds } = await client.ask<Taken>(order, "taken");
    const after = await server.ask<Report>({ type: "report" }, "report");
    return {
      mbPerSecond: sizeBytes / 1e6 / seconds,
      cpuSecondsPerGb: (cpuSeconds + after.cpuSeconds - before.cpuSeconds) / (sizeBytes / 1e9),
      isHashOk: (await hashOf(path)) === (await hashOf(saved)),
    };
  } finally {
    await Promise.all([server.stop(), client.stop()]);
  }
}
