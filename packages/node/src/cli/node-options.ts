/** The options of `start`, `relay` and `echo`, read once and turned into what a node needs. */
import type { ArgsDef } from "citty";
import { findDataFolder, type NodeKind } from "../config/data-folder.ts";
import { NodeError } from "../config/node-error.ts";
import { parseRelayAddress } from "../config/relay-address.ts";
import { type PreparedStart, prepareOptions } from "../daemon/prepare-options.ts";
import { text } from "../i18n/text.ts";
import type { CommandContext } from "./command.ts";
import { printableText } from "./printable.ts";

/** How a node takes part in the network. */
export const NODE_OPTIONS: ArgsDef = {
  port: { type: "string", description: text("option.port"), valueHint: "PORT" },
  "ws-port": { type: "string", description: text("option.wsPort"), valueHint: "PORT" },
  listen: { type: "string", description: text("option.listen"), valueHint: "HOST", default: "0.0.0.0" },
  announce: { type: "string", description: text("option.announce"), valueHint: "ADDR" },
  relay: { type: "string", description: text("option.relay"), valueHint: "ADDR" },
  network: { type: "string", description: text("option.network"), valueHint: "FILE" },
  mdns: {
    type: "boolean",
    default: true,
    description: text("option.mdns"),
    negativeDescription: text("option.noMdns"),
  },
  stun: {
    type: "boolean",
    default: true,
    description: text("option.stun"),
    negativeDescription: text("option.noStun"),
  },
};

/** Options of a node that may be repeated. */
export const REPEATABLE_NODE_OPTIONS: readonly string[] = Object.freeze(["announce", "relay"]);

const MAX_PORT = 65_535;

/** The host to listen on as libp2p and Node both take it. */
function readHost({ args }: CommandContext): string {
  const host = args.text("listen") ?? "0.0.0.0";
  if (/^[0-9a-fA-F.:]{2,45}$/.test(host)) return host;
  throw new NodeError("USAGE", `--listen takes an IP address, got "${host}"`);
}

function readRelays({ args }: CommandContext): readonly string[] {
  const relays = args.list("relay");
  const wrong = relays.find((address) => parseRelayAddress(address) === null);
  if (wrong === undefined) return relays;
  throw new NodeError("USAGE", `--relay takes a multiaddr that ends in /p2p/PEERID, got "${wrong}"`);
}

/** Reads and checks everything before anything is started. @throws NodeError. */
export async function prepareNode(kind: NodeKind, context: CommandContext): Promise<PreparedStart> {
  const { args, terminal } = context;
  const host = readHost(context);
  const relays = readRelays(context);
  const wanted = {
    peer: args.integer("port", 0, MAX_PORT),
    ws: args.integer("ws-port", 0, MAX_PORT),
    page: args.integer("page-port", 0, MAX_PORT),
    peerPage: args.integer("peer-page-port", 0, MAX_PORT),
  };
  const prepared = await prepareOptions({
    dataFolder: findDataFolder(kind, args.text("data")),
    host,
    ports: wanted,
    networkFile: args.text("network"),
    announce: args.list("announce"),
    relays,
    isMdnsOn: args.flag("mdns"),
    isStunOn: args.flag("stun"),
    onWarning: (warning) => terminal.note(text("start.warning", { text: printableText(warning) })),
  });
  const { overriddenParameters } = prepared.options;
  if (overriddenParameters.length > 0) {
    terminal.note(text("start.overridden", { list: overriddenParameters.join(", ") }));
  }
  return prepared;
}
