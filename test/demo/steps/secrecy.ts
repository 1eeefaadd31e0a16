/** What relays hold and print is searched for anything that names a person or what they said. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openLevelStore } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import { collectNeedles, findNeedle, type Needle } from "../needles.ts";
import type { DemoRelay, World } from "../world.ts";
import type { Step } from "./step.ts";

/** Something that was searched. */
interface Haystack {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Ends every node, then searches the relays' queue stores and logs. */
export const searchRelays: Step = {
  name: "secrecy",
  title: "The relays' queue stores and logs hold no handle, account, device key or text",
  async run(world) {
    const needles = await collectNeedles(world);
    check(needles.length >= 30, `there is enough to search for, ${needles.length} secrets`);
    for (const person of world.people) checkEqual((await person.end("SIGTERM")).code, 0, `exit code of ${person.name}`);
    for (const relay of world.relays.slice(1)) {
      checkEqual((await relay.process.end("SIGTERM")).code, 0, `exit code of ${relay.name}`);
    }
    await checkSearchFinds(world, needles);
    for (const relay of world.relays) await searchRelay(world, relay, needles);
  },
};

/** The same search over a directory store, which is there to hold handles, must find some. */
async function checkSearchFinds({ relays }: World, needles: readonly Needle[]): Promise<void> {
  const [, relay] = relays;
  check(relay !== undefined, "there is a second relay");
  const found = (await readStore(join(relay.dataFolder, "directory"))).some((each) => findNeedle(each.bytes, needles));
  check(found, "the search finds a handle in the directory store, where handles belong");
}

async function searchRelay(
  { transcript, processes }: World,
  relay: DemoRelay,
  needles: readonly Needle[],
): Promise<void> {
  const queues = await readStore(join(relay.dataFolder, "queues"));
  const haystacks: readonly Haystack[] = [
    ...queues,
    { name: "log", bytes: Buffer.from(processes.logOf(relay.name)) },
    { name: "metrics and configuration", bytes: await readFile(join(relay.dataFolder, "config.json")) },
  ];
  for (const { name, bytes } of haystacks) {
    const found = findNeedle(bytes, needles);
    checkEqual(found?.what, undefined, `found in ${name} of ${relay.name}`);
  }
  const sizeBytes = haystacks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  check(queues.length > 1 && sizeBytes > 10_000, `${relay.name} has something to search`);
  transcript.note(`${relay.name}: ${needles.length} secrets searched in ${sizeBytes} bytes, none found`);
}

/** The files of a store as they are, and its records as they are read: a table file is compressed. */
async function readStore(folder: string): Promise<readonly Haystack[]> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => ({ name: join("queues", name), bytes: await readFile(join(folder, name)) })),
  );
  const store = await openLevelStore({ location: folder, acceptsDamage: true });
  try {
    const records = await store.entries({ gte: "", lt: "~" });
    const parts = records.flatMap(([key, value]) => [Buffer.from(`${key}\n`), Buffer.from(value), Buffer.from("\n")]);
    return [...files, { name: "records of the queue store", bytes: Buffer.concat(parts) }];
  } finally {
    await store.close();
  }
}
