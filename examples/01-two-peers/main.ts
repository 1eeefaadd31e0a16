/** Two people, each with a node of their own, meet by an invite and exchange a message each way. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client, Message } from "@kith/client";
import { startNode } from "@kith/node";

/** Waits until a node tells of a message in a state, those of the past included. */
async function waitFor(client: Client, state: Message["state"]): Promise<Message> {
  for await (const event of client.events(0, AbortSignal.timeout(60_000))) {
    if ("message" in event && event.message.state === state) return event.message;
  }
  throw new Error(`no message was ${state} within a minute`);
}

const folder = await mkdtemp(join(tmpdir(), "kith-two-peers-"));
const noor = await startNode({ dataFolder: join(folder, "noor"), isMdnsOn: false });
const sam = await startNode({ dataFolder: join(folder, "sam"), isMdnsOn: false });
await noor.client.call("account.create", {});
await sam.client.call("account.create", {});

const invite = await noor.client.call("invite.create", {});
console.log(`Noor gives Sam an invite: ${invite.text.slice(0, 40)}…`);
await sam.client.call("invite.join", { invite: invite.text, text: "Salām Noor, Sam here." });

const hello = await waitFor(noor.client, "received");
console.log(`Noor reads: ${hello.text}`);
await noor.client.call("message.send", { who: hello.chat, text: "Welcome, Sam!" });

console.log(`Sam reads: ${(await waitFor(sam.client, "received")).text}`);
console.log(`Noor sees: ${(await waitFor(noor.client, "delivered")).state}`);

await Promise.all([noor.stop(), sam.stop()]);
await rm(folder, { recursive: true });
process.exit();
