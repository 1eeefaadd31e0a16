/** Runs the bot, joins its invite and expects its echo. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNode } from "@kith/node";

const folder = await mkdtemp(join(tmpdir(), "kith-echo-bot-"));
const bot = spawn(process.execPath, [...process.execArgv, "main.ts", join(folder, "bot")], {
  cwd: import.meta.dirname,
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => bot.kill());
const invite = await new Promise<string>((resolve, reject) => {
  let output = "";
  bot.stdout.on("data", (chunk) => {
    output += chunk;
    const found = /kith join (kith:i\/\S+)\n/.exec(output)?.[1];
    if (found !== undefined) resolve(found);
  });
  bot.on("exit", () => reject(new Error(`the bot ended: ${output}`)));
});

const node = await startNode({ dataFolder: join(folder, "person"), isMdnsOn: false });
await node.client.call("account.create", {});
await node.client.call("invite.join", { invite, text: "Is there an echo?" });
let echo: string | undefined;
for await (const event of node.client.events(0, AbortSignal.timeout(90_000))) {
  if (event.type !== "message.received") continue;
  echo = event.message.text;
  break;
}
console.log(echo === undefined ? "no echo came" : `echo: ${echo}`);

const ended = new Promise((resolve) => bot.once("exit", resolve));
bot.kill();
await Promise.all([node.stop(), ended]);
await rm(folder, { recursive: true });
process.exit(echo === "Is there an echo?" ? 0 : 1);
