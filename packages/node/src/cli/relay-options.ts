/** The options of `relay`: a configuration file, and what is said on the command line instead of it. */
import { isIP } from "node:net";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { findDataFolder } from "../config/data-folder.ts";
import { NodeError } from "../config/node-error.ts";
import { parseRelayAddress } from "../config/relay-address.ts";
import { announcedAddresses, defaultRelayConfig, loadRelayConfig, type RelayConfig } from "../config/relay-config.ts";
import { DEFAULT_TURN, type TurnConfig } from "../config/turn-config.ts";
import type { RelayOptions } from "../daemon/node-contract.ts";
import { prepareOptions } from "../daemon/prepare-options.ts";
import { text } from "../i18n/text.ts";
import { createRelayLog, type RelayLog } from "../relay-host/relay-log.ts";
import { SourceAddresses } from "../relay-host/source-addresses.ts";
import { TurnServer } from "../turn/turn-server.ts";
import type { CommandContext } from "./command.ts";
import { printableText } from "./printable.ts";

/** What `relay` takes; whatever is given here counts before the file. */
export const RELAY_OPTIONS: ArgsDef = {
  action: { type: "positional", required: false, description: text("option.relayAction") },
  config: { type: "string", description: text("option.config"), valueHint: "FILE" },
  "print-config": { type: "boolean", description: text("option.printConfig") },
  to: { type: "string", description: text("option.to"), valueHint: "DIR" },
  from: { type: "string", description: text("option.from"), valueHint: "DIR" },
  port: { type: "string", description: text("option.port"), valueHint: "PORT" },
  "ws-port": { type: "string", description: text("option.wsPort"), valueHint: "PORT" },
  listen: { type: "string", description: text("option.listen"), valueHint: "HOST" },
  announce: { type: "string", description: text("option.announce"), valueHint: "ADDR" },
  turn: { type: "boolean", description: text("option.turn"), negativeDescription: text("option.noTurn") },
  "turn-port": { type: "string", description: text("option.turnPort"), valueHint: "PORT" },
  relay: { type: "string", description: text("option.relay"), valueHint: "ADDR" },
  network: { type: "string", description: text("option.network"), valueHint: "FILE" },
  // Without a default: what is not said leaves the file as it is.
  mdns: { type: "boolean", description: text("option.mdns"), negativeDescription: text("option.noMdns") },
  stun: { type: "boolean", description: text("option.stun"), negativeDescription: text("option.noStun") },
};

const MAX_PORT = 65_535;

/** The configuration of one call: the file, or the defaults, under what the command line says. @throws NodeError. */
export async function readRelayConfig({ args }: CommandContext): Promise<RelayConfig> {
  const file = args.text("config");
  const config = file === undefined ? defaultRelayConfig() : await loadRelayConfig(file);
  const host = args.text("listen");
  if (host !== undefined && isIP(host) === 0)
    throw new NodeError("USAGE", `--listen takes an IP address, got "${host}"`);
  const relays = args.list("relay");
  const wrong = relays.find((address) => parseRelayAddress(address) === null);
  if (wrong !== undefined)
    throw new NodeError("USAGE", `--relay takes a multiaddr that ends in /p2p/PEERID, got "${wrong}"`);
  const announce = args.list("announce");
  const given = args.text("data");
  return {
    ...config,
    dataFolder:
      given === undefined ? (config.dataFolder ?? findDataFolder("relay", undefined)) : findDataFolder("relay", given),
    network: args.text("network") ?? config.network,
    listen: {
      host: host ?? config.listen.host,
      port: args.integer("port", 0, MAX_PORT) ?? config.listen.port,
      wsPort: args.integer("ws-port", 0, MAX_PORT) ?? config.listen.wsPort,
    },
    announce: announce.length > 0 ? announce : config.announce,
    relays: relays.length > 0 ? relays : config.relays,
    mdns: args.isGiven("mdns") ? args.flag("mdns") : config.mdns,
    stun: args.isGiven("stun") ? args.flag("stun") : config.stun,
    turn: readTurn(args, config.turn),
  };
}

function readTurn(args: CommandContext["args"], turn: TurnConfig | null): TurnConfig | null {
  const port = args.integer("turn-port", 1, MAX_PORT);
  const isOn = args.isGiven("turn") ? args.flag("turn") : turn !== null || port !== undefined;
  if (!isOn) return null;
  return { ...(turn ?? DEFAULT_TURN), ...(port === undefined ? {} : { port }) };
}

/** Everything to start a relay with. */
export interface PreparedRelay {
  readonly options: RelayOptions;
  readonly sources: SourceAddresses;
  readonly log: RelayLog;
  /** Not started yet; null without TURN. */
  readonly turn: TurnServer | null;
}

/** Checks everything before anything is started. @throws NodeError. */
export async function prepareRelay(
  config: RelayConfig,
  dataFolder: string,
  context: CommandContext,
): Promise<PreparedRelay> {
  const { terminal } = context;
  const log = createRelayLog(config.log, (line) => terminal.note(line), Date.now);
  const { host, port, wsPort } = config.listen;
  const isWebOpen = config.web !== null;
  const { options } = await prepareOptions({
    dataFolder,
    host,
    ports: { peer: port ?? undefined, ws: wsPort ?? undefined, page: undefined },
    networkFile: config.network ?? undefined,
    announce: config.announce,
    relays: config.relays,
    isMdnsOn: config.mdns,
    isStunOn: config.stun,
    onWarning: (warning) => log("warn", "relay.warning", { text: printableText(warning) }),
  });
  if (options.overriddenParameters.length > 0) {
    terminal.note(text("start.overridden", { list: options.overriddenParameters.join(", ") }));
  }
  const sources = new SourceAddresses();
  const { turn: turnConfig } = config;
  const turn =
    turnConfig === null ? null : new TurnServer({ config: turnConfig, host, folder: join(dataFolder, "turn"), log });
  const ports = { peer: options.listen.peerPort, ws: options.listen.wsPort };
  return {
    options: {
      ...options,
      announce: announcedAddresses(config, ports),
      listen: isWebOpen ? { ...options.listen, wsHost: "127.0.0.1" } : options.listen,
      limits: config.limits,
      ...(isWebOpen ? { findSource: (each: number) => sources.find(each) } : {}),
      ...(turn === null ? {} : { makeIceOffer: () => turn.makeOffer() }),
      onDamage: (store, missing) => log("error", "store.damaged", { store, missing }),
    },
    sources,
    log,
    turn,
  };
}
