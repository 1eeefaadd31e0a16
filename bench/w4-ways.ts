/** W4 by other ways than straight from a node to a node: over a relay while the sender is away, and with a kill at half. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../test/support/free-port.ts";
import { TcpCut } from "../test/support/tcp-cut.ts";
import type { RelayReady } from "./w2-relay-worker.ts";
import { hashOf, MIB } from "./w4-files.ts";
import type {
  FileMeet,
  FileNodePlace,
  FileNodeReady,
  FileOffered,
  FileParked,
  FileSend,
  FileTake,
  FileTaken,
} from "./w4-worker.ts";
import { startWorker, type Worker } from "./worker-process.ts";

const NODE = new URL("./w4-worker.ts", import.meta.url);
const RELAY = new URL("./w2-relay-worker.ts", import.meta.url);

/** What a file over a relay showed. */
export interface RelayedFigures {
  readonly savedMbPerSecond: number;
  readonly isHashOk: boolean;
}

/** What a file with a kill at half showed. */
export interface KilledFigures {
  /** Bytes on the line beyond those of the same file without a kill. */
  readonly againMiB: number;
  readonly isHashOk: boolean;
}

function startNode(folder: string, place: FileNodePlace = {}): Worker {
  return startWorker(NODE, [folder, JSON.stringify(place)]);
}

/** The sender leaves the file at the relay and goes; the clock runs from the receiver's acceptance to the saved file. */
export async function takeRelayed(folder: string, path: string, sizeBytes: number): Promise<RelayedFigures> {
  const relay = startWorker(RELAY, [join(folder, "relay")]);
  const workers = [relay];
  const start = async (name: string, address: string): Promise<{ worker: Worker; invite: string }> => {
    const worker = startNode(join(folder, name), { relays: [address] });
    workers.push(worker);
    return { worker, invite: (await worker.next<FileNodeReady>("ready")).invite };
  };
  try {
    const { address } = await relay.next<RelayReady>("ready");
    const sender = await start("a", address);
    const receiver = await start("b", address);
    await meet(sender.worker, receiver.invite);
    await receiver.worker.stop();
    const send: FileSend = { type: "send", path };
    await sender.worker.ask<FileOffered>(send, "offered");
    await sender.worker.ask<FileParked>({ type: "whenParked" }, "parked");
    await sender.worker.stop();
    const { worker } = await start("b", address);
    const taken = await takeTo(worker, join(folder, "saved"));
    return {
      savedMbPerSecond: sizeBytes / 1e6 / (taken.fetchSeconds + taken.saveSeconds),
      isHashOk: (await hashOf(path)) === (await hashOf(taken.path)),
    };
  } finally {
    await Promise.all(workers.map((each) => each.stop()));
  }
}

/** The same file twice through a door that counts: whole, and with the receiver killed when half of it has passed. */
export async function takeKilled(folder: string, path: string, sizeBytes: number): Promise<KilledFigures> {
  const whole = await passThrough(join(folder, "whole"), path, null);
  const killed = await passThrough(join(folder, "killed"), path, sizeBytes / 2);
  return { againMiB: (killed.bytes - whole.bytes) / MIB, isHashOk: whole.isHashOk && killed.isHashOk };
}

async function passThrough(
  folder: string,
  path: string,
  killAtBytes: number | null,
): Promise<{ readonly bytes: number; readonly isHashOk: boolean }> {
  await mkdir(folder);
  const cut = new TcpCut();
  const announce = [`/ip4/127.0.0.1/tcp/${await cut.listen()}`];
  const port = await freePort();
  cut.leadTo(port);
  const sender = startNode(join(folder, "a"), { port, announce });
  let receiver = startNode(join(folder, "b"));
  try {
    const [, ready] = await Promise.all([sender, receiver].map((each) => each.next<FileNodeReady>("ready")));
    await meet(sender, ready?.invite ?? "");
    const send: FileSend = { type: "send", path };
    await sender.ask<FileOffered>(send, "offered");
    const before = cut.bytes;
    if (killAtBytes !== null) {
      const isCut = cut.cutAfter(killAtBytes);
      takeTo(receiver, join(folder, "first")).catch(() => undefined); // it is killed
      await isCut;
      await receiver.kill();
      cut.mend();
      receiver = startNode(join(folder, "b"));
      await receiver.next<FileNodeReady>("ready");
    }
    const taken = await takeTo(receiver, join(folder, "saved"));
    return { bytes: cut.bytes - before, isHashOk: (await hashOf(path)) === (await hashOf(taken.path)) };
  } finally {
    await Promise.all([sender.stop(), receiver.stop()]);
    await cut.close();
  }
}

/** Makes the two contacts. */
export async function meet(worker: Worker, invite: string): Promise<void> {
  const meeting: FileMeet = { type: "meet", invite };
  await worker.ask(meeting, "met");
}

async function takeTo(worker: Worker, folder: string): Promise<FileTaken> {
  await mkdir(folder);
  const take: FileTake = { type: "take", folder };
  return worker.ask<FileTaken>(take, "taken");
}
