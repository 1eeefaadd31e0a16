/** `relay`: a relay for others in the foreground; it has no person's identity. */
import { hostNode } from "../../daemon/host-node.ts";
import type { RelayOptions, RunningRelay } from "../../daemon/node-contract.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { NODE_OPTIONS, prepareNode, REPEATABLE_NODE_OPTIONS } from "../node-options.ts";
import { printableJson, printableText } from "../printable.ts";

/** Starts a relay. */
export type StartRelay = (options: RelayOptions) => Promise<RunningRelay>;

async function run(context: CommandContext, startRelay: StartRelay): Promise<undefined> {
  const { signal, terminal, isJson } = context;
  const { options } = await prepareNode("relay", context);
  const node = await startRelay(options);
  const hosted = await hostNode({ node, dataFolder: options.dataFolder, pagePort: null, peerPagePort: null, signal });
  try {
    const status = await node.status();
    const addresses = status.listening.map((address) => text("relay.address", { address: printableText(address) }));
    const lines = [text("relay.ready"), ...(addresses.length === 0 ? [text("relay.none")] : addresses)];
    if (isJson) terminal.line(printableJson({ ready: true, status }));
    else for (const line of lines) terminal.line(line);
    await hosted.waitForEnd();
    if (!isJson) terminal.line(text("start.stopping"));
  } finally {
    await hosted.close();
  }
}

/** The command over a given way to start a relay. */
export function createRelayCommand(startRelay: StartRelay): Command {
  return {
    isLongRunning: true,
    args: NODE_OPTIONS,
    repeatable: REPEATABLE_NODE_OPTIONS,
    run: (context) => run(context, startRelay),
  };
}

/** Runs a relay. */
export const relayCommand: Command = createRelayCommand(async (options) => {
  const { startRelay } = await import("../../daemon/relay-node.ts");
  return await startRelay(options);
});
