/** Runs the relay and lets it keep a message for somebody who is away. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client, Message } from "@kith/client";
import { type PersonalNode, startNode } from "@kith/node";

const folder = await mkdtemp(join(tmpdir(), "kith-host-a-relay-"));
const relay = spawn(process.execPath, [...process.execArgv, "main.ts", join(folder, "relay")], {
  cwd: import.meta.dirname,
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => relay.kill());
const address = await new Promise<string>((resolve, reject) => {
  let output = "";
  relay.stdout.on("data", (chunk) => {
    output += chunk;
    const found = /^\/\S+\/tcp\/\d+\/p2p\/\w+$/m.exec(output)?.[0];
    if (found !== undefined) resolve(found);
  });
  relay.on("exit", () => reject(new Error(`the relay ended: ${output}`)));
});

/** A person who uses this relay and is none. */
const start = (name: string): Promise<PersonalNode> =>
  startNode({ dataFolder: join(folder, name), relays: [address], isRelayOn: false, isMdnsOn: false });

async function waitFor(client: Client, isWanted: (message: Message) => boolean): Promise<Message> {
  for await (const event of client.events(0, AbortSignal.timeout(90_000))) {
    if ("message" in event && isWanted(event.message)) return event.message;
  }
  throw new Error("the message did not come within 90 s");
}

const noor = await start("noor");
let sam = await start("sam");
await noor.client.call("account.create", {});
await sam.client.call("account.create", {});
const { text: invite } = await noor.client.call("invite.create", {});
await sam.client.call("invite.join", { invite, text: "Hello" });
const hello = await waitFor(noor.client, ({ state }) => state === "received");
await noor.client.call("message.send", { who: hello.chat, text: "Hello Sam" });
await waitFor(sam.client, ({ text }) => text === "Hello Sam");

await sam.stop();
await noor.client.call("message.send", { who: hello.chat, text: "Read this later" });
const kept = await waitFor(noor.client, (message) => message.text === "Read this later" && message.state === "sent");
console.log(`Sam is away; relays that keep the message: ${kept.heldBy?.relays}`);
sam = await start("sam");
const late = await waitFor(sam.client, ({ text }) => text === "Read this later");
console.log(`Sam is back and reads: ${late.text}`);

const ended = new Promise((resolve) => relay.once("exit", resolve));
await Promise.all([noor.stop(), sam.stop()]);
relay.kill();
await ended;
await rm(folder, { recursive: true });
process.exit(kept.heldBy?.relays === 1 ? 0 : 1);
