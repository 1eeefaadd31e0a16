/** `start`: a person's node in the foreground. */
import type { AccountStatus, Client } from "@kith/client";
import { hostNode } from "../../daemon/host-node.ts";
import type { NodeStatus, PersonalNode, PersonalNodeOptions } from "../../daemon/node-contract.ts";
import { text } from "../../i18n/text.ts";
import { readPinFile } from "../account-steps.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeAccount } from "../describe.ts";
import { NODE_OPTIONS, prepareNode, REPEATABLE_NODE_OPTIONS } from "../node-options.ts";
import { PIN_FILE } from "../options.ts";
import { describeFailure, printError } from "../print-error.ts";
import { printableJson, printableText } from "../printable.ts";
import { formatWords } from "./words.ts";

/** How long the first invite may keep a node from being ready, in ms: a relay that does not answer takes seconds. */
const INVITE_WAIT_MS = 2000;

/** Starts a person's node. */
export type StartNode = (options: PersonalNodeOptions) => Promise<PersonalNode>;

/** What is printed once the node is ready. */
interface Ready {
  readonly status: NodeStatus;
  readonly account: AccountStatus;
  readonly pageUrl: string | null;
  readonly peerPageUrl: string | null;
  readonly isRelayOn: boolean;
  /** An invite, or the reason why there is none; null when nobody lives here. */
  readonly invite: { readonly text: string } | { readonly reason: string } | null;
}

async function makeFirstAccount(client: Client, context: CommandContext, pin: string | undefined): Promise<void> {
  const { askFirstRun } = await import("../prompts.ts");
  const answers = await askFirstRun(context.signal);
  const chosen = pin ?? answers.pin;
  const { account } = await client.call("account.create", {
    ...(answers.handle === undefined ? {} : { handle: answers.handle }),
    ...(chosen === undefined ? {} : { pin: chosen }),
  });
  context.terminal.line(text("made.account", { account: printableText(account) }));
  if (!answers.isShowingWords) return;
  const { words } = await client.call("account.words", {});
  for (const line of [text("words.title"), "", ...formatWords(words ?? []), "", text("words.next"), ""]) {
    context.terminal.line(line);
  }
}

/** Asks what only a person can answer, and only at a terminal; a wrong answer is printed and the node runs on. */
async function settleAccount(client: Client, context: CommandContext): Promise<AccountStatus> {
  const { args, terminal, isJson, signal } = context;
  const isAsking = terminal.isInteractive && !isJson;
  const pinFile = args.text("pin-file");
  const pin = pinFile === undefined ? undefined : await readPinFile(pinFile, terminal);
  const { state } = await client.call("account.status", {});
  try {
    if (state === "none" && isAsking) await makeFirstAccount(client, context, pin);
    if (state === "locked") {
      const given = pin ?? (isAsking ? await (await import("../prompts.ts")).askPin(signal) : undefined);
      if (given !== undefined) await client.call("account.unlock", { pin: given });
    }
  } catch (error) {
    if (!signal.aborted) printError(terminal, error, false);
  }
  return await client.call("account.status", {});
}

async function makeInvite(client: Client, { state }: AccountStatus): Promise<Ready["invite"]> {
  if (state !== "ready") return null;
  const invite = client.call("invite.create", {});
  const late = new Promise<null>((resolve) => setTimeout(resolve, INVITE_WAIT_MS, null).unref());
  try {
    const made = await Promise.race([invite, late]);
    return made === null ? { reason: text("start.inviteLater") } : { text: made.text };
  } catch (error) {
    return { reason: describeFailure(error).what };
  }
}

function describeReady({ status, account, pageUrl, peerPageUrl, isRelayOn, invite }: Ready): readonly string[] {
  const lines = [text("start.ready")];
  lines.push(...status.listening.map((address) => text("start.reached", { address: printableText(address) })));
  if (status.listening.length === 0) lines.push(text("start.notReached"));
  if (isRelayOn) lines.push(text("start.public"));
  if (pageUrl !== null) lines.push(text("start.page", { url: pageUrl }));
  if (peerPageUrl !== null) lines.push(text("start.peerPage", { url: peerPageUrl }));
  if (account.state === "none") lines.push(text("start.noAccount"));
  if (account.state === "locked") lines.push(text("start.locked"));
  if (account.state === "ready") lines.push(text("start.you", { who: describeAccount(account) }));
  if (invite !== null && "text" in invite) lines.push(text("start.invite", { invite: invite.text }));
  if (invite !== null && "reason" in invite) lines.push(text("start.noInvite", invite));
  lines.push("", text("start.nobody"), text("start.nobody1"), text("start.nobody2"), text("start.nobody3"));
  if (account.areWordsConfirmed === false) lines.push("", text("start.reminder"));
  return lines;
}

function printReady({ terminal, isJson }: CommandContext, ready: Ready): void {
  if (isJson) terminal.line(printableJson({ ready: true, ...ready }));
  else for (const line of describeReady(ready)) terminal.line(line);
}

async function run(context: CommandContext, startNode: StartNode): Promise<undefined> {
  const { args, signal, terminal, isJson } = context;
  const { options, pagePort, peerPagePort, lastPeerPagePort } = await prepareNode("personal", context);
  const peerPage = args.flag("peer-page") ? peerPagePort : null;
  if (peerPage !== null && lastPeerPagePort !== null && peerPage !== lastPeerPagePort) {
    terminal.note(text("start.peerPageMoved", { before: String(lastPeerPagePort), now: String(peerPage) }));
  }
  const isRelayOn = args.flag("serve");
  const node = await startNode({ ...options, isRelayOn });
  const hosted = await hostNode({
    node,
    dataFolder: options.dataFolder,
    pagePort: args.flag("page") ? pagePort : null,
    peerPagePort: peerPage,
    signal,
  });
  try {
    const account = await settleAccount(node.client, context);
    const invite = signal.aborted ? null : await makeInvite(node.client, account);
    // The link opens the account: a service's journal, which others may read, gets the address without the token.
    const pageUrl = isJson || terminal.isInteractive ? hosted.pageUrl : (hosted.pageUrl?.split("#")[0] ?? null);
    printReady(context, {
      status: await node.status(),
      account,
      pageUrl,
      peerPageUrl: hosted.peerPageUrl,
      isRelayOn,
      invite,
    });
    await hosted.waitForEnd();
    if (!isJson) terminal.line(text("start.stopping"));
  } finally {
    await hosted.close();
  }
}

/** The command over a given way to start a node. */
export function createStartCommand(startNode: StartNode): Command {
  return {
    isLongRunning: true,
    args: {
      ...NODE_OPTIONS,
      "page-port": { type: "string", description: text("option.pagePort"), valueHint: "PORT" },
      page: {
        type: "boolean",
        default: true,
        description: text("option.page"),
        negativeDescription: text("option.noPage"),
      },
      "peer-page-port": { type: "string", description: text("option.peerPagePort"), valueHint: "PORT" },
      "peer-page": {
        type: "boolean",
        default: true,
        description: text("option.peerPage"),
        negativeDescription: text("option.noPeerPage"),
      },
      serve: {
        type: "boolean",
        default: true,
        description: text("option.serve"),
        negativeDescription: text("option.noServe"),
      },
      "pin-file": PIN_FILE,
    },
    repeatable: REPEATABLE_NODE_OPTIONS,
    run: (context) => run(context, startNode),
  };
}

/** Runs a person's node. */
export const startCommand: Command = createStartCommand(async (options) => {
  const { startPersonalNode } = await import("../../daemon/personal-node.ts");
  return await startPersonalNode(options);
});
