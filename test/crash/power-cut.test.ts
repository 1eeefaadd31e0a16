/**
 * The power of a machine is cut while relays, a sender and a recipient on its disk exchange messages. What anybody was
 * told before the cut must be true after it. `CRASH_CUTS` sets how often; skipped without root or loop devices.
 */
import { closeSync, fsyncSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Message } from "@kith/client";
import { afterEach, describe, expect, test } from "vitest";
import { type Draft, writeDrafts } from "../demo/person.ts";
import { Cast } from "./cast.ts";
import { LoopDisk, whyNoLoopDisk } from "./loop-disk.ts";

const CUTS = Number(process.env.CRASH_CUTS ?? "10");

/** Messages between two cuts; the cut comes at a random one of them. */
const MESSAGES = 120;

/** Relays of the cast: as many as must hold a message before it is shown as sent. */
const RELAYS = 2;

const WAIT_MS = 60_000;

const obstacle = whyNoLoopDisk();
if (obstacle !== null) process.stdout.write(`power cuts are skipped: ${obstacle}\n`);

let disk: LoopDisk | null = null;
let cast: Cast | null = null;

afterEach(async () => {
  await cast?.end();
  disk?.remove();
  [cast, disk] = [null, null];
});

describe.skipIf(obstacle !== null)("a power cut", () => {
  test("takes away what was not synced and leaves what was", () => {
    disk = LoopDisk.make();
    writeFileSync(join(disk.place, "synced"), "here", { flush: true });
    syncFolder(disk.place);
    writeFileSync(join(disk.place, "not-synced"), "gone");
    disk.cutPower();
    expect(readdirSync(disk.place)).toEqual(["lost+found", "synced"]);
  });

  test(`loses nothing that anybody was told, ${CUTS} times`, async () => {
    disk = LoopDisk.make();
    cast = await Cast.start(RELAYS, disk.place);
    const all: Draft[] = [];
    for (let cut = 1; cut <= CUTS; cut++) {
      const drafts = writeDrafts(cast.world.marker, `before cut ${cut}`, MESSAGES);
      all.push(...drafts);
      const known = await sendUntilCut(cast, disk, drafts);
      await checkWithoutSender(cast, known);
      await cast.sender.start();
      await checkKept(cast, known);
      await cast.sendAll(drafts.filter(({ id }) => !known.kept.has(id)));
      await settle(cast, drafts);
    }
    expect(await cast.findings(all)).toEqual([]);
  });
});

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** What was known outside the machine when its power went. */
interface Known {
  /** Ids that the sender's node had answered for. */
  readonly kept: ReadonlySet<string>;
  /** Ids that were shown as sent: held by relays, or taken by the recipient. */
  readonly sent: ReadonlySet<string>;
}

/** Sends with the recipient away, so that mail lies on relays; cuts the power among the sends. */
async function sendUntilCut(of: Cast, on: LoopDisk, drafts: readonly Draft[]): Promise<Known> {
  const kept = new Set<string>();
  const cutAfter = Math.ceil(Math.random() * (drafts.length - 1));
  await of.recipient.kill();
  let cut: Promise<Known> | null = null;
  const cutNow = async (): Promise<Known> => {
    await Promise.all([of.sender, ...of.relays].map((each) => each.kill()));
    const sent = new Set(drafts.map(({ id }) => id).filter((id) => isSent(of, id)));
    on.cutPower();
    return { kept: new Set(kept), sent };
  };
  const sending = of.sendUntilDown(drafts, ({ id }) => {
    kept.add(id);
    if (kept.size === cutAfter) cut = cutNow();
  });
  await sending;
  if (cut === null) throw new Error("the power was not cut");
  return await cut;
}

function isSent(of: Cast, id: string): boolean {
  const message = of.world.sender.journal.ownById.get(id);
  return message !== undefined && message.state !== "queued";
}

/** The sender's device stays dead: the relays alone must have what was shown as sent. */
async function checkWithoutSender(of: Cast, { sent }: Known): Promise<void> {
  const { recipient } = of.world;
  for (const relay of of.relays) await relay.start();
  await of.recipient.start();
  const hasAll = (): boolean => {
    const received = new Set(recipient.journal.received.map(({ id }) => id));
    return [...sent].every((id) => received.has(id));
  };
  await of.until(`the recipient has all ${sent.size} messages that were shown as sent`, hasAll, WAIT_MS);
}

async function checkKept(of: Cast, { kept }: Known): Promise<void> {
  const { sender, recipient } = of.world;
  const found = new Set((await sender.chatWith(recipient)).map(({ id }: Message) => id));
  expect([...kept].filter((id) => !found.has(id))).toEqual([]);
}

async function settle(of: Cast, drafts: readonly Draft[]): Promise<void> {
  const ids = drafts.map(({ id }) => id);
  const { journal } = of.world.sender;
  const isDone = (): boolean => journal.count(ids, ({ state }) => state === "delivered") === ids.length;
  await of.until("every message is delivered", isDone, WAIT_MS);
}
