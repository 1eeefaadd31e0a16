/**
 * Kith as one side of a benchmark harness that drives messengers through one contract: `setup`, `server`, `client`.
 * W1 only: two clients, both online, each a person's node with its own data folder. Needs the built packages.
 * `send` resolves when the message is in the synced outbox; `onMessage` gets the bytes after the recipient's commit.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { startNode } from "@kith/node";

/** Double ratchet end to end; S: synced before the acknowledgement. */
export const meta = { e2ee: true, durable: "S" };

const NETWORK = { netId: "bench", parameters: { relayWork: { create: 0, bundleGet: 0, boxPut: 0 } } };
const MEET_TIMEOUT_MS = 60_000;

/** Writes what both clients share. */
export async function setup({ dir }) {
  const networkFile = path.join(dir, "network.json");
  await writeFile(networkFile, JSON.stringify(NETWORK));
  return { networkFile };
}

/** Both people are online and reach each other directly: there is no server. */
export async function server() {
  return null;
}

/** Starts one person's node; b shows an invite in the shared folder and a joins it. */
export async function client({ id, peer, dir, info, onMessage }) {
  const node = await startNode({
    dataFolder: path.join(dir, id),
    networkFile: info.networkFile,
    host: "127.0.0.1",
    port: 0,
    wsPort: 0,
    isMdnsOn: false,
  });
  const stop = new AbortController();
  await node.client.call("account.create", {});
  const accepted = waitForContact(node.client);
  // b begins: it shows an invite and knows a once a has joined. a is ready once b has let it in.
  if (id < peer) await join(node.client, dir);
  else await invite(node.client, dir);
  const who = id < peer ? await accepted : null;
  void listen(node.client, onMessage, stop.signal);
  return {
    async send(bytes) {
      const text = bytes.toString("latin1");
      await node.client.call("message.send", { who: who ?? (await accepted), text });
    },
    async close() {
      stop.abort();
      await node.stop();
    },
  };
}

/** Bytes travel as the text of one message, a character each. */
async function listen(client, onMessage, signal) {
  for await (const event of client.events(-1, signal)) {
    if (event.type === "message.received") onMessage(Buffer.from(event.message.text, "latin1"));
  }
}

async function invite(client, dir) {
  const { text } = await client.call("invite.create", {});
  await writeFile(path.join(dir, "invite.new"), text);
  await rename(path.join(dir, "invite.new"), path.join(dir, "invite"));
}

async function join(client, dir) {
  await client.call("invite.join", { invite: await readFile(path.join(dir, "invite"), "utf8") });
}

/** The account of the other side once it is an accepted contact. */
async function waitForContact(client) {
  for await (const event of client.events(0, AbortSignal.timeout(MEET_TIMEOUT_MS))) {
    if (event.type === "contact.changed" && event.contact.relation === "accepted") return event.contact.account;
  }
  throw new Error("the two clients did not meet");
}
