/** A bot that repeats what it is told, as `kith echo` does. Usage: node main.ts [FOLDER] */
import { createBot, createFilePosition, startNode } from "@kith/node";

const dataFolder = process.argv[2] ?? "echo-data";
const { client } = await startNode({ dataFolder });
const { state } = await client.call("account.status", {});
if (state === "none") await client.call("account.create", {});
const invite = await client.call("invite.create", {});
console.log(`talk to me: kith join ${invite.text}`);
const bot = createBot(client, { position: createFilePosition(`${dataFolder}/bot.json`) });
await bot.on("text", ({ text, reply }) => reply(text)).run(new AbortController().signal);
