/** `link`: makes another device one of the account, or this one. */
import { hostname } from "node:os";
import type { LinkStatus } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeTime } from "../describe.ts";
import type { ExitCode } from "../exit-codes.ts";
import { printableName, printableText } from "../printable.ts";

/** The exit code of a link that came to nothing. */
const FAILED: ExitCode = 7;

/** Shows a code and waits for the other device, or uses one here. */
export const linkCommand: Command = {
  args: {
    code: { type: "positional", required: false, description: text("option.linkCode") },
    name: { type: "string", description: text("option.deviceName"), valueHint: "NAME" },
    history: { type: "boolean", description: text("option.history") },
  },
  isLongRunning: true,
  async run(context) {
    const { args, connect, signal } = context;
    const client = await connect();
    const code = args.text("code");
    const name = args.text("name") ?? hostname();
    const status =
      code === undefined
        ? await client.call("link.begin", { name, kind: "node" })
        : await client.call("link.join", { code, name, kind: "node" });
    const cancel = (): void => void client.call("link.cancel", {}).catch(() => undefined); // the node may have ended first
    signal.addEventListener("abort", cancel);
    try {
      await showCode(context, status);
      return await follow(context, client, status);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  },
};

async function showCode({ isJson, print, terminal }: CommandContext, status: LinkStatus): Promise<void> {
  const { code, expiresAtMs = 0 } = status;
  if (code === undefined) return;
  if (isJson) return print(status, []);
  const { renderUnicodeCompact } = await import("uqr");
  const lines = [
    renderUnicodeCompact(code, { border: 2 }),
    code,
    "",
    text("link.use"),
    text("link.expires", { time: describeTime(expiresAtMs) }),
  ];
  for (const line of lines) terminal.line(line);
}

/** Follows the link to its end. */
async function follow(context: CommandContext, client: NodeClient, begun: LinkStatus): Promise<ExitCode | undefined> {
  let status: LinkStatus | null = begun;
  let isAsked = false;
  while (status !== null && !context.signal.aborted) {
    if (status.stage === "done" || status.stage === "failed") return finish(context, status);
    if (status.stage === "compare" && !isAsked) {
      isAsked = true;
      const isSame = await compare(context, status);
      status = await client.call("link.confirm", { isSame, withHistory: context.args.flag("history") });
      if (isSame) context.terminal.note(text("link.waiting"));
    } else status = await client.call("link.get", { version: status.version });
  }
  return FAILED;
}

/** Shows the words and asks; where nobody sits, a line `yes` on standard input says that they are the same. */
async function compare({ isJson, print, signal, terminal }: CommandContext, status: LinkStatus): Promise<boolean> {
  const { words = [], device, account, handle } = status;
  if (isJson) print(status, []);
  else {
    if (device !== undefined) terminal.line(text("link.device", { name: printableName(device.name) }));
    const who = handle === undefined ? (account ?? "") : `@${handle}`;
    if (who !== "") terminal.line(text("link.account", { who: printableText(who) }));
    terminal.line("");
    terminal.line(terminal.style("bold", words.join("  ")));
    terminal.line("");
  }
  if (terminal.isInteractive && !isJson) {
    const { askSameWords } = await import("../prompts.ts");
    return await askSameWords(signal);
  }
  terminal.note(text("link.sayYes"));
  for await (const line of terminal.lines(signal)) return line.trim().toLowerCase() === "yes";
  throw new NodeError("USAGE", text("usage.sameWords"));
}

function finish({ print }: CommandContext, status: LinkStatus): ExitCode | undefined {
  const { stage, side, reason = "refused" } = status;
  print(status, [stage === "done" ? text(`link.done.${side}`) : text(`link.failed.${reason}`)]);
  return stage === "done" ? undefined : FAILED;
}
