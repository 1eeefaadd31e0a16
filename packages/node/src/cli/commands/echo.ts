/** `echo`: Echo in a process and a data folder of its own. */
import type { Client } from "@kith/client";
import { createEchoBot, meetNode } from "../../bot/echo-bot.ts";
import { findDataFolder } from "../../config/data-folder.ts";
import { hostNode } from "../../daemon/host-node.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { NODE_OPTIONS, prepareNode, REPEATABLE_NODE_OPTIONS } from "../node-options.ts";
import { describeFailure, printError } from "../print-error.ts";
import { printableJson, printableText } from "../printable.ts";
import type { StartNode } from "./start.ts";

async function ensureOwnAccount(client: Client): Promise<string> {
  const { state, account } = await client.call("account.status", {});
  if (state === "none" || account === undefined) return (await client.call("account.create", {})).account;
  return account;
}

interface EchoReady {
  readonly folder: string;
  readonly invite: string;
  readonly nodeFolder: string;
  readonly meeting: Awaited<ReturnType<typeof meetNode>>;
}

function describeMeeting({ folder, invite, nodeFolder, meeting }: EchoReady): readonly string[] {
  const lines = [text("echo.ready", { folder })];
  const name = text("echo.name");
  if (meeting.state === "met") {
    const { madeAccount } = meeting;
    if (madeAccount !== undefined) lines.push(text("echo.madeAccount", { account: printableText(madeAccount) }));
    lines.push(text("echo.met", { name }));
  }
  if (meeting.state === "known") lines.push(text("echo.known", { name }));
  if (meeting.state === "no-node") lines.push(text("echo.noNode", { folder: nodeFolder, invite }));
  if (meeting.state === "failed") {
    const { what, advice } = describeFailure(meeting.error);
    lines.push(text("echo.failed", { reason: what }), advice, text("echo.join", { invite }));
  }
  return [...lines, text("echo.help")];
}

function printReady({ terminal, isJson }: CommandContext, ready: EchoReady): void {
  const { folder, invite, meeting } = ready;
  if (isJson) terminal.line(printableJson({ ready: true, folder, invite, meeting: meeting.state }));
  else for (const line of describeMeeting(ready)) terminal.line(line);
}

/** The folder of the node to meet: the given one, else the personal node's beside Echo's default. */
function findNodeFolder({ args }: CommandContext): string {
  return findDataFolder("personal", args.text("node"));
}

async function run(context: CommandContext, startNode: StartNode): Promise<undefined> {
  const { signal, terminal } = context;
  const { options } = await prepareNode("echo", context);
  const node = await startNode({ ...options, isRelayOn: true });
  const hosted = await hostNode({ node, dataFolder: options.dataFolder, pagePort: null, peerPagePort: null, signal });
  const stop = new AbortController();
  try {
    const account = await ensureOwnAccount(node.client);
    const bot = createEchoBot(node.client, options.dataFolder);
    bot.on("error", (error) => printError(terminal, error, false));
    const running = bot.run(stop.signal);
    // A bot whose node goes away ends the wait below through the node itself.
    running.catch(() => undefined);
    const invite = (await node.client.call("invite.create", {})).text;
    const nodeFolder = findNodeFolder(context);
    const meeting = await meetNode(invite, account, nodeFolder);
    printReady(context, { folder: options.dataFolder, invite, nodeFolder, meeting });
    await Promise.race([hosted.waitForEnd(), running]);
  } finally {
    stop.abort();
    await hosted.close();
  }
}

/** The command over a given way to start a node. */
export function createEchoCommand(startNode: StartNode): Command {
  return {
    isLongRunning: true,
    args: {
      ...NODE_OPTIONS,
      node: { type: "string", description: text("option.node"), valueHint: "DIR" },
    },
    repeatable: REPEATABLE_NODE_OPTIONS,
    run: (context) => run(context, startNode),
  };
}

/** Runs Echo. */
export const echoCommand: Command = createEchoCommand(async (options) => {
  const { startPersonalNode } = await import("../../daemon/personal-node.ts");
  return await startPersonalNode(options);
});
