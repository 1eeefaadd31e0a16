/** Two nodes, one file: sent, stopped in the middle, gone on with, and saved. Usage: node main.ts [FILE] */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client, Message } from "@kith/client";
import { startNode } from "@kith/node";

const folder = await mkdtemp(join(tmpdir(), "kith-send-a-file-"));
let path = process.argv[2];
if (path === undefined) {
  path = join(folder, "holiday.bin");
  await writeFile(path, randomBytes(64 * 1024 * 1024));
}

/** The next message about which `isWanted` says yes. */
async function waitFor(client: Client, isWanted: (message: Message) => boolean): Promise<Message> {
  for await (const event of client.events(0, AbortSignal.timeout(120_000))) {
    if ("message" in event && isWanted(event.message)) return event.message;
  }
  throw new Error("it did not happen within two minutes");
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

const noor = await startNode({ dataFolder: join(folder, "noor"), isMdnsOn: false });
let sam = await startNode({ dataFolder: join(folder, "sam"), isMdnsOn: false });
const { account: noorAccount } = await noor.client.call("account.create", {});
await sam.client.call("account.create", {});
const { text: invite } = await noor.client.call("invite.create", {});
await sam.client.call("invite.join", { invite, text: "Send me the pictures" });
const { chat: samAccount } = await waitFor(noor.client, ({ state }) => state === "received");

// Sending reads the file once and offers it; nothing leaves before Sam asks for it.
const { id } = await noor.files().sendPath({ who: samAccount, path, name: basename(path) });
const offer = await waitFor(sam.client, (message) => message.id === id);
console.log(`Sam is offered ${offer.file?.name}, ${offer.file?.sizeBytes} bytes`);

// Sam asks for it, goes away in the middle and comes back: what was there is not sent again.
await sam.client.call("file.accept", { who: noorAccount, id });
const partly = await waitFor(sam.client, ({ file }) => (file?.doneBytes ?? 0) > 0);
await sam.stop();
console.log(`Sam goes away with ${partly.file?.doneBytes} bytes or a little more`);
sam = await startNode({ dataFolder: join(folder, "sam"), isMdnsOn: false });
await waitFor(sam.client, ({ file }) => file?.state === "complete");

// Every unit is verified once more on its way out.
const { name, units } = await sam.files().open({ who: noorAccount, id });
await pipeline(Readable.from(units), createWriteStream(join(folder, `copy of ${name}`)));
const isSame = (await hashOf(path)) === (await hashOf(join(folder, `copy of ${name}`)));
console.log(isSame ? "Sam has the same file" : "the files differ");

await Promise.all([noor.stop(), sam.stop()]);
await rm(folder, { recursive: true });
process.exit(isSame ? 0 : 1);
