/**
 * Writes the data folder of a person who has used most of what is kept: `node scripts/run.mjs --conditions=source
 * test/compat/write-folder.ts FOLDER`. A folder once committed is never written anew; each layout of the stores has its own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client, Message } from "@kith/client";
import { type PersonalNode, startNode } from "@kith/node";
import { TEXTS } from "./texts.ts";

const NETWORK_FILE = fileURLToPath(new URL("../../bench/local-network.json", import.meta.url));
const POLL_MS = 25;

async function start(dataFolder: string): Promise<PersonalNode> {
  const place = { host: "127.0.0.1", port: 0, wsPort: 0, isMdnsOn: false };
  return await startNode({ dataFolder, networkFile: NETWORK_FILE, ...place });
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function arrived(client: Client, who: string, text: string): Promise<Message> {
  return await until(async () => {
    const messages = await client.call("message.list", { who, limit: 100 });
    return messages.find((each) => !each.isOwn && each.text === text);
  });
}

async function talk(ada: Client, adaAccount: string, bob: Client, bobAccount: string): Promise<void> {
  const send = (from: Client, who: string, text: string, replyTo?: string) =>
    from.call("message.send", { who, text, ...(replyTo === undefined ? {} : { replyTo }) });
  await send(bob, adaAccount, TEXTS.arabic);
  const question = await arrived(ada, bobAccount, TEXTS.arabic);
  await send(ada, bobAccount, TEXTS.answer, question.id);
  const edited = await send(ada, bobAccount, TEXTS.before);
  await ada.call("message.edit", { who: bobAccount, id: edited.id, text: TEXTS.after });
  const deleted = await send(ada, bobAccount, TEXTS.deleted);
  await ada.call("message.delete", { who: bobAccount, id: deleted.id, isForEveryone: true });
  await send(bob, adaAccount, TEXTS.liked);
  const liked = await arrived(ada, bobAccount, TEXTS.liked);
  await ada.call("message.react", { who: bobAccount, id: liked.id, emoji: TEXTS.emoji });
  await arrived(bob, adaAccount, TEXTS.after);
  await send(ada, bobAccount, TEXTS.last);
  await arrived(bob, adaAccount, TEXTS.last);
  await ada.call("chat.saveDraft", { who: bobAccount, text: TEXTS.draft });
  await ada.call("chat.set", { who: bobAccount, isPinned: true });
}

const folder = process.argv[2];
if (folder === undefined) throw new RangeError("usage: write-folder.ts FOLDER");
const other = await mkdtemp(join(tmpdir(), "kith-compat-"));
const ada = await start(folder);
const bob = await start(other);
const { account: adaAccount } = await ada.client.call("account.create", {});
const { account: bobAccount } = await bob.client.call("account.create", {});
await bob.client.call("invite.join", { invite: (await ada.client.call("invite.create", {})).text });
for (const [client, who] of [
  [ada.client, bobAccount],
  [bob.client, adaAccount],
] as const) {
  await until(async () => {
    const contacts = await client.call("contact.list", {});
    return contacts.find((each) => each.account === who && each.relation === "accepted");
  });
}
await talk(ada.client, adaAccount, bob.client, bobAccount);
await until(async () => {
  const messages = await ada.client.call("message.list", { who: bobAccount, limit: 100 });
  return messages.every((each) => !each.isOwn || each.state === "delivered" || each.isDeleted) ? true : undefined;
});
await ada.stop();
await bob.stop();
await rm(other, { recursive: true, force: true });
