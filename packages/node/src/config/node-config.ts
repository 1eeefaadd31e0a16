/** What a node remembers about itself outside its store: the ports it was last found on. */
import { join } from "node:path";
import { getDotPath, integer, maxValue, minValue, number, optional, pipe, safeParse, strictObject } from "valibot";
import { isFreePort, type PortKind } from "./free-port.ts";
import { NodeError } from "./node-error.ts";
import { readFileIfAny, writePrivateFile } from "./private-file.ts";

/** The ports of a node; 0 stands for any free one and is never saved. */
export interface NodePorts {
  /** TCP, and UDP for webrtc-direct. */
  readonly peer: number;
  /** WebSocket, also for relays that browsers use. */
  readonly ws: number;
  /** The local page, on loopback only. */
  readonly page: number;
  /** The page for peers that run in the browser, on loopback only; their storage belongs to this very port. */
  readonly peerPage: number;
}

/** Ports of a first start. */
export const DEFAULT_PORTS: NodePorts = Object.freeze({ peer: 5484, ws: 5485, page: 5480, peerPage: 5481 });

/** What is asked for on the command line. */
export type WantedPorts = { readonly [N in keyof NodePorts]?: number | undefined };

/** How many ports above a busy one are tried. */
const MAX_PORT_STEPS = 50;
const MAX_PORT = 65_535;

const port = pipe(number(), integer(), minValue(1), maxValue(MAX_PORT));
/** Folders of version 0.1.0 know no port for peers. */
const configFile = strictObject({
  ports: strictObject({ peer: port, ws: port, page: port, peerPage: optional(port, DEFAULT_PORTS.peerPage) }),
});

/** Which names of a port are bound how; pages listen on loopback whatever the host is. */
const USES: readonly { readonly name: keyof NodePorts; readonly kinds: readonly PortKind[]; isLocal: boolean }[] = [
  { name: "peer", kinds: ["tcp", "udp"], isLocal: false },
  { name: "ws", kinds: ["tcp"], isLocal: false },
  { name: "page", kinds: ["tcp"], isLocal: true },
  { name: "peerPage", kinds: ["tcp"], isLocal: true },
];

const LOOPBACK = "127.0.0.1";

function configPath(folder: string): string {
  return join(folder, "config.json");
}

/** The saved ports of a data folder, or null before the first start. @throws NodeError CONFIG_FILE. */
export async function readSavedPorts(folder: string): Promise<NodePorts | null> {
  const text = await readFileIfAny(configPath(folder));
  if (text === null) return null;
  const outcome = safeParse(configFile, parseJson(text.toString("utf8")), { abortEarly: true });
  if (outcome.success) return outcome.output.ports;
  throw new NodeError("CONFIG_FILE", `config.json is wrong at "${getDotPath(outcome.issues[0]) ?? "top"}"`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new NodeError("CONFIG_FILE", "config.json is not JSON", { cause });
  }
}

/**
 * Chooses the ports of this start and saves them. A port that was asked for must be free; a saved or a default one
 * gives way to the next free one.
 * @throws NodeError PORT_BUSY, CONFIG_FILE.
 */
export async function choosePorts(folder: string, host: string, wanted: WantedPorts): Promise<NodePorts> {
  const saved = await readSavedPorts(folder);
  const base = saved ?? DEFAULT_PORTS;
  const chosen: { -readonly [N in keyof NodePorts]: number } = { ...base };
  const taken = new Set<number>();
  for (const { name, kinds, isLocal } of USES) {
    const bindHost = isLocal ? LOOPBACK : host;
    const asked = wanted[name];
    if (asked === undefined) chosen[name] = await findFree(kinds, bindHost, base[name], taken);
    else chosen[name] = await takeAsked(kinds, bindHost, asked, taken);
    taken.add(chosen[name]);
  }
  await savePorts(folder, saved, chosen);
  return chosen;
}

async function isFreeForAll(kinds: readonly PortKind[], host: string, candidate: number): Promise<boolean> {
  for (const kind of kinds) if (!(await isFreePort(kind, host, candidate))) return false;
  return true;
}

async function takeAsked(
  kinds: readonly PortKind[],
  host: string,
  asked: number,
  taken: ReadonlySet<number>,
): Promise<number> {
  if (asked === 0 || (!taken.has(asked) && (await isFreeForAll(kinds, host, asked)))) return asked;
  throw new NodeError("PORT_BUSY", `port ${asked} (${kinds.join(" and ")}) is used by another program`);
}

async function findFree(
  kinds: readonly PortKind[],
  host: string,
  first: number,
  taken: ReadonlySet<number>,
): Promise<number> {
  const last = Math.min(first + MAX_PORT_STEPS, MAX_PORT);
  for (let candidate = first; candidate <= last; candidate += 1) {
    if (!taken.has(candidate) && (await isFreeForAll(kinds, host, candidate))) return candidate;
  }
  throw new NodeError("PORT_BUSY", `no port from ${first} to ${last} (${kinds.join(" and ")}) is free`);
}

async function savePorts(folder: string, saved: NodePorts | null, chosen: NodePorts): Promise<void> {
  if (Object.values(chosen).includes(0)) return;
  if (saved !== null && USES.every(({ name }) => saved[name] === chosen[name])) return;
  await writePrivateFile(configPath(folder), Buffer.from(`${JSON.stringify({ ports: chosen }, null, 2)}\n`));
}
