/** Runs the bot, joins its invite, calls it and expects its echo. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CallSession } from "@kith/client/media";
import { startNode } from "@kith/node";
import { type MediaProgram, openNodeMedia } from "@kith/node/media";

const folder = await mkdtemp(join(tmpdir(), "kith-echo-call-"));
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

/** Sends 50 packets a second, and resolves with the first that comes back. */
function askEcho(heard: (text: string) => void): MediaProgram {
  let sending: ReturnType<typeof setInterval> | undefined;
  return {
    start(wire) {
      let sequence = 0;
      sending = setInterval(() => {
        const payload = new TextEncoder().encode("Is there an echo?");
        wire.send("audio", { isMarked: sequence === 0, sequence, timestamp: sequence * 960, payload });
        sequence = (sequence + 1) % 65_536;
      }, 20);
    },
    take: (_, { payload }) => heard(new TextDecoder().decode(payload)),
    giveKeyFrame: () => undefined,
    stop: () => clearInterval(sending),
  };
}

const { client, stop } = await startNode({ dataFolder: join(folder, "person"), isMdnsOn: false });
await client.call("account.create", {});
const { account } = await client.call("invite.join", { invite, text: "I will call." });
let echo: string | undefined;
const ended = new AbortController();
const openMedia = openNodeMedia(() =>
  askEcho((text) => {
    echo ??= text;
    ended.abort();
  }),
);
let session: Awaited<ReturnType<typeof CallSession.call>> | undefined;
try {
  for await (const event of client.events(0, AbortSignal.any([ended.signal, AbortSignal.timeout(90_000)]))) {
    // The bot has read the first word: then it knows who calls.
    if (
      session === undefined &&
      event.type === "message.changed" &&
      ["delivered", "read"].includes(event.message.state)
    ) {
      const parts = { client, openMedia, onChange: () => undefined, onError: console.error };
      session = await CallSession.call(parts, { who: account, isVideo: false });
    }
    if (event.type !== "call.changed") continue;
    const { call } = await client.call("call.get", {});
    if (call !== null) session?.sync(call);
  }
} finally {
  await session?.end();
}
console.log(echo === undefined ? "no echo came" : `echo: ${echo}`);

const botEnded = new Promise((resolve) => bot.once("exit", resolve));
bot.kill();
await Promise.all([stop(), botEnded]);
await rm(folder, { recursive: true });
process.exit(echo === "Is there an echo?" ? 0 : 1);
