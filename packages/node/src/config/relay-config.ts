/**
 * The configuration file of a relay: one JSON file that says everything its operator may decide. What it leaves out has
 * the default that `kith relay --print-config` shows; a wrong entry is named and nothing is started.
 */
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import {
  array,
  boolean,
  check,
  exactOptional,
  type GenericSchema,
  getDotPath,
  integer,
  maxLength,
  maxValue,
  minValue,
  nullable,
  number,
  picklist,
  pipe,
  safeParse,
  strictObject,
  string,
} from "valibot";
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from "../relay/relay-limits.ts";
import { isSystemError, NodeError } from "./node-error.ts";
import { parseRelayAddress } from "./relay-address.ts";
import { settleTurn, type TurnConfig, turnSection } from "./turn-config.ts";

/** Bounds of a relay that its operator may set; work factors belong to the network file. */
export type RelayBounds = Omit<RelayLimits, "work">;

/** How browsers reach a relay: TLS by certificate files, or plain behind a reverse proxy that ends TLS. */
export interface RelayWebConfig {
  readonly host: string;
  readonly port: number;
  /** The port browsers see, when a reverse proxy has another one. */
  readonly publicPort: number;
  /** PEM files, read again when they change; both null behind a reverse proxy. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** The last address in X-Forwarded-For is the client's; the port must not be open to anybody but the proxy. */
  readonly isBehindProxy: boolean;
  /** Whether the web app is served too. */
  readonly servesApp: boolean;
}

/** A relay's configuration with every default filled in. */
export interface RelayConfig {
  readonly dataFolder: string | null;
  readonly network: string | null;
  readonly listen: { readonly host: string; readonly port: number | null; readonly wsPort: number | null };
  /** Name or IP address under which the world reaches this machine; announced with the ports. */
  readonly publicName: string | null;
  /** Multiaddrs to announce instead of what follows from the rest. */
  readonly announce: readonly string[];
  readonly relays: readonly string[];
  readonly mdns: boolean;
  readonly web: RelayWebConfig | null;
  readonly metrics: { readonly port: number } | null;
  /** Whether it answers STUN itself, at the number of the WebSocket port over UDP; with `turn` coturn does. */
  readonly stun: boolean;
  /** TURN and STUN by a coturn that the relay runs beside itself. */
  readonly turn: TurnConfig | null;
  readonly log: "text" | "json";
  readonly limits: RelayBounds;
}

/** The file as written. */
interface RelayConfigFile {
  dataFolder?: string;
  network?: string;
  listen?: { host?: string; port?: number; wsPort?: number };
  publicName?: string;
  announce?: string[];
  relays?: string[];
  mdns?: boolean;
  web?: {
    host?: string;
    port: number;
    publicPort?: number;
    certificate?: string;
    key?: string;
    isBehindProxy?: boolean;
    servesApp?: boolean;
  } | null;
  metrics?: { port: number } | null;
  stun?: boolean;
  turn?: Partial<TurnConfig> | null;
  log?: "text" | "json";
  limits?: Partial<RelayBounds>;
}

const MAX_PORT = 65_535;
const MAX_FILE_CHARACTERS = 64 * 1024;
const MAX_ADDRESSES = 64;
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const MULTIADDR = /^\/(?:ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/(?:tcp|udp)\/\d+(?:\/[^\s]*)?$/;

const port = pipe(number(), integer(), minValue(0), maxValue(MAX_PORT));
const fixedPort = pipe(number(), integer(), minValue(1), maxValue(MAX_PORT));
const ipAddress = pipe(
  string(),
  check((value) => isIP(value) !== 0, "an IP address of this machine"),
);
const path = pipe(
  string(),
  check((value) => value !== "", "a path"),
);

const limitNames = Object.keys(DEFAULT_RELAY_LIMITS).filter((name) => name !== "work");
const positive = pipe(number(), integer(), minValue(1), maxValue(Number.MAX_SAFE_INTEGER));
const limits = strictObject(Object.fromEntries(limitNames.map((name) => [name, exactOptional(positive)])));

const webSection = strictObject({
  host: exactOptional(ipAddress),
  port,
  publicPort: exactOptional(fixedPort),
  certificate: exactOptional(path),
  key: exactOptional(path),
  isBehindProxy: exactOptional(boolean()),
  servesApp: exactOptional(boolean()),
});

const configFile = strictObject({
  dataFolder: exactOptional(path),
  network: exactOptional(path),
  listen: exactOptional(
    strictObject({ host: exactOptional(ipAddress), port: exactOptional(port), wsPort: exactOptional(port) }),
  ),
  publicName: exactOptional(
    pipe(
      string(),
      check(
        (value) => isIP(value) !== 0 || HOST_NAME.test(value),
        "a host name or an IP address, without port or scheme",
      ),
    ),
  ),
  announce: exactOptional(
    pipe(
      array(
        pipe(
          string(),
          check((value) => MULTIADDR.test(value) && !value.includes("/p2p/"), "a multiaddr without /p2p"),
        ),
      ),
      maxLength(MAX_ADDRESSES),
    ),
  ),
  relays: exactOptional(
    pipe(
      array(
        pipe(
          string(),
          check((value) => parseRelayAddress(value) !== null, "a multiaddr that ends in /p2p/PEERID"),
        ),
      ),
      maxLength(MAX_ADDRESSES),
    ),
  ),
  mdns: exactOptional(boolean()),
  web: exactOptional(nullable(webSection)),
  metrics: exactOptional(nullable(strictObject({ port }))),
  stun: exactOptional(boolean()),
  turn: exactOptional(nullable(turnSection)),
  log: exactOptional(picklist(["text", "json"])),
  limits: exactOptional(limits),
}) as GenericSchema<unknown, RelayConfigFile>;

/** Reads a configuration file. Paths in it are relative to it. @throws NodeError CONFIG_FILE. */
export async function loadRelayConfig(path: string): Promise<RelayConfig> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (!isSystemError(cause, "ENOENT", "EACCES", "EISDIR", "ENOTDIR", "EPERM")) throw cause;
    throw new NodeError("CONFIG_FILE", `the configuration file ${file} cannot be read (${cause.code})`, { cause });
  }
  return parseRelayConfig(text, dirname(file));
}

/** The configuration of a relay whose operator says nothing. */
export function defaultRelayConfig(): RelayConfig {
  return settleConfig({}, process.cwd());
}

/** The checked content of a configuration file. @throws NodeError CONFIG_FILE that names the first wrong entry. */
export function parseRelayConfig(text: string, folder: string): RelayConfig {
  if (text.length > MAX_FILE_CHARACTERS) {
    throw new NodeError("CONFIG_FILE", `the configuration file has over ${MAX_FILE_CHARACTERS} characters`);
  }
  const outcome = safeParse(configFile, parseJson(text), { abortEarly: true });
  if (outcome.success) return settleConfig(outcome.output, folder);
  const [issue] = outcome.issues;
  const where = getDotPath(issue) ?? "top";
  const unknown = issue.expected === "never" ? ": there is no such setting" : `: ${issue.message}`;
  throw new NodeError("CONFIG_FILE", `the configuration file is wrong at "${where}"${unknown}`);
}

/** A configuration as a file that says everything. */
export function printRelayConfig(config: RelayConfig): string {
  return JSON.stringify(config, (_, value: unknown) => (value === null ? undefined : value), 2);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new NodeError("CONFIG_FILE", `the configuration file is not JSON: ${cause.message}`, { cause });
  }
}

function settleConfig(file: RelayConfigFile, folder: string): RelayConfig {
  const at = (path: string | undefined): string | null => (path === undefined ? null : resolve(folder, path));
  const { listen = {} } = file;
  return {
    dataFolder: at(file.dataFolder),
    network: at(file.network),
    listen: { host: listen.host ?? "0.0.0.0", port: listen.port ?? null, wsPort: listen.wsPort ?? null },
    publicName: file.publicName ?? null,
    announce: file.announce ?? [],
    relays: file.relays ?? [],
    mdns: file.mdns ?? true,
    web: settleWeb(file, at),
    metrics: file.metrics ?? null,
    stun: file.stun ?? true,
    turn: file.turn === undefined || file.turn === null ? null : settleTurn(file.turn),
    log: file.log ?? "text",
    limits: { ...withoutWork(DEFAULT_RELAY_LIMITS), ...file.limits },
  };
}

function withoutWork({ work: _, ...bounds }: RelayLimits): RelayBounds {
  return bounds;
}

function settleWeb(
  { web, publicName, announce = [], listen }: RelayConfigFile,
  at: (path: string | undefined) => string | null,
): RelayWebConfig | null {
  if (web === undefined || web === null) return null;
  const { isBehindProxy = false, servesApp = true } = web;
  const [certificate, key] = [at(web.certificate), at(web.key)];
  const refuse = (text: string): never => {
    throw new NodeError("CONFIG_FILE", `the configuration file is wrong at "web": ${text}`);
  };
  if (isBehindProxy && (certificate !== null || key !== null))
    refuse("behind a reverse proxy there is no certificate here");
  if (!isBehindProxy && (certificate === null || key === null))
    refuse("it needs certificate and key, or isBehindProxy");
  if (listen?.wsPort === 0) refuse("it needs a listen.wsPort other than 0");
  if (publicName === undefined && announce.length === 0)
    refuse("browsers need publicName, the name in the certificate");
  return {
    host: web.host ?? (isBehindProxy ? "127.0.0.1" : "0.0.0.0"),
    port: web.port,
    publicPort: web.publicPort ?? (isBehindProxy ? 443 : web.port),
    certificate,
    key,
    isBehindProxy,
    servesApp,
  };
}

/** What a relay with these ports tells the world; empty for the bound addresses. */
export function announcedAddresses(
  config: RelayConfig,
  ports: { readonly peer: number; readonly ws: number },
): readonly string[] {
  const { announce, publicName, web } = config;
  if (announce.length > 0 || publicName === null) return announce;
  const kind = isIP(publicName);
  const host = kind === 0 ? `/dns/${publicName}` : `/ip${kind}/${publicName}`;
  const forWeb = web === null ? `${host}/tcp/${ports.ws}/ws` : `${host}/tcp/${web.publicPort}/tls/ws`;
  return [`${host}/tcp/${ports.peer}`, forWeb];
}
