/** `relay`: a relay for others in the foreground, without any person's identity; its back-up and its restoring. */
import { resolve } from "node:path";
import { NodeError } from "../../config/node-error.ts";
import { printRelayConfig, type RelayConfig } from "../../config/relay-config.ts";
import type { NodeStatus, RelayOptions, RunningRelay } from "../../daemon/node-contract.ts";
import { text } from "../../i18n/text.ts";
import { type HostedRelay, hostRelay } from "../../relay-host/host-relay.ts";
import type { Command, CommandContext } from "../command.ts";
import { printableJson, printableText } from "../printable.ts";
import { prepareRelay, RELAY_OPTIONS, readRelayConfig } from "../relay-options.ts";

/** Starts a relay. */
export type StartRelay = (options: RelayOptions) => Promise<RunningRelay>;

type Action = (
  context: CommandContext,
  config: RelayConfig,
  dataFolder: string,
  start: StartRelay,
) => Promise<undefined>;

async function serve(
  context: CommandContext,
  config: RelayConfig,
  dataFolder: string,
  startRelay: StartRelay,
): Promise<undefined> {
  const { signal, isJson, terminal } = context;
  const { options, sources, log, turn } = await prepareRelay(config, dataFolder, context);
  const relay = await startRelay(options);
  const hosted = await hostRelay({ relay, dataFolder, config, sources, log, turn, signal });
  try {
    const status = await relay.status();
    printReady(context, status, hosted);
    log("info", "relay.started", {
      version: status.version,
      network: status.netId,
      addresses: status.listening.length,
    });
    await hosted.waitForEnd();
    log("info", "relay.stopping", { ...relay.metrics() });
    if (!isJson) terminal.line(text("start.stopping"));
  } finally {
    await hosted.close();
  }
}

function printReady({ terminal, isJson }: CommandContext, status: NodeStatus, hosted: HostedRelay): void {
  const { webPort, metricsPort, turnPort } = hosted;
  if (isJson) {
    terminal.line(printableJson({ ready: true, status, webPort, metricsPort, turnPort }));
    return;
  }
  const addresses = status.listening.map((address) => text("relay.address", { address: printableText(address) }));
  const lines = [text("relay.ready"), ...(addresses.length === 0 ? [text("relay.none")] : addresses)];
  if (turnPort !== null) lines.push(text("relay.turn", { port: String(turnPort) }));
  for (const line of lines) terminal.line(line);
}

async function backUp({ args, print }: CommandContext, _: RelayConfig, dataFolder: string): Promise<undefined> {
  const { backUpRelay } = await import("../../relay-host/relay-backup.ts");
  const folder = resolve(args.requiredText("to"));
  const copied = await backUpRelay(dataFolder, folder);
  print({ ...copied, folder }, [text("relay.backedUp", { ...copied, folder: printableText(folder) })]);
}

async function restore({ args, print }: CommandContext, _: RelayConfig, dataFolder: string): Promise<undefined> {
  const { restoreRelay } = await import("../../relay-host/relay-backup.ts");
  const copied = await restoreRelay(resolve(args.requiredText("from")), dataFolder);
  print({ ...copied, folder: dataFolder }, [text("relay.restored", { ...copied, folder: printableText(dataFolder) })]);
}

const ACTIONS: Readonly<Record<string, Action>> = { run: serve, backup: backUp, restore };

async function run(context: CommandContext, startRelay: StartRelay): Promise<undefined> {
  const { args, terminal } = context;
  const name = args.text("action") ?? "run";
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) throw new NodeError("USAGE", text("usage.relayAction"));
  const config = await readRelayConfig(context);
  if (args.flag("print-config")) {
    terminal.line(printRelayConfig(config));
    return;
  }
  if (config.dataFolder === null) throw new TypeError("a relay has a data folder");
  await action(context, config, config.dataFolder, startRelay);
}

/** The command over a given way to start a relay. */
export function createRelayCommand(startRelay: StartRelay): Command {
  return {
    isLongRunning: true,
    args: RELAY_OPTIONS,
    repeatable: ["announce", "relay"],
    run: (context) => run(context, startRelay),
  };
}

/** Runs a relay. */
export const relayCommand: Command = createRelayCommand(async (options) => {
  const { startRelay } = await import("../../daemon/relay-node.ts");
  return await startRelay(options);
});
