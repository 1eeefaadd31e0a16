/** A bot that answers calls and sends back what it sees and hears. Usage: node main.ts [FOLDER] */
import { createBot, createFilePosition, startNode } from "@kith/node";
import { createEcho, openNodeMedia } from "@kith/node/media";

const dataFolder = process.argv[2] ?? "echo-call-data";
const { client } = await startNode({ dataFolder });
const { state } = await client.call("account.status", {});
if (state === "none") await client.call("account.create", {});
const invite = await client.call("invite.create", {});
console.log(`call me: kith join ${invite.text}`);
const bot = createBot(client, { position: createFilePosition(`${dataFolder}/bot.json`) });
await bot.on("call", ({ answer }) => answer(openNodeMedia(createEcho))).run(new AbortController().signal);
