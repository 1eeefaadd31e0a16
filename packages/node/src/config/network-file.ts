/**
 * The network file: which network a node belongs to, what its members agree on, and relays to start from.
 * The one of the main network ships with the program; another one may state only what differs.
 */
import { readFile } from "node:fs/promises";
import type { NetworkParameters } from "@kith/client";
import type { RelayRef, WorkBits } from "@kith/protocol";
import { parseNetId } from "@kith/protocol";
import {
  array,
  check,
  exactOptional,
  type GenericSchema,
  getDotPath,
  integer,
  maxLength,
  maxValue,
  minValue,
  number,
  pipe,
  safeParse,
  strictObject,
  string,
} from "valibot";
import defaultNetwork from "./default-network.json" with { type: "json" };
import { isSystemError, NodeError } from "./node-error.ts";
import { groupRelayAddresses, parseRelayAddress } from "./relay-address.ts";

/** A network as a node uses it. */
export interface NetworkSettings {
  readonly parameters: NetworkParameters;
  /** Leading zero bits this node's relay asks of strangers. */
  readonly relayWork: WorkBits;
  /** What differs from the main network, as `name=value`; printed at the start. */
  readonly overridden: readonly string[];
}

/** The content of a network file; what it leaves out is as in the main network. */
export interface NetworkFile {
  netId: string;
  parameters?: Partial<Omit<NetworkParameters, "netId" | "seedRelays">> & { relayWork?: Partial<WorkBits> };
  /** Multiaddrs that end in /p2p/PEERID. */
  seedRelays?: string[];
}

const MAX_WORK_BITS = 40;
const MAX_WAIT_MS = 24 * 3600 * 1000;
/** Each new queue costs work at every relay. */
const MIN_QUEUE_LIFE_MS = 60_000;
const MAX_QUEUE_LIFE_MS = 366 * 24 * 3600 * 1000;
const MIN_QUEUE_MESSAGES = 16;
const MAX_QUEUE_MESSAGES = 1_000_000;
const MAX_SEED_RELAYS = 64;
const MAX_FILE_CHARACTERS = 64 * 1024;

const bits = pipe(number(), integer(), minValue(0), maxValue(MAX_WORK_BITS));
const waitMs = pipe(number(), integer(), minValue(0), maxValue(MAX_WAIT_MS));
const queueLifeMs = pipe(number(), integer(), minValue(MIN_QUEUE_LIFE_MS), maxValue(MAX_QUEUE_LIFE_MS));
const queueMessages = pipe(number(), integer(), minValue(MIN_QUEUE_MESSAGES), maxValue(MAX_QUEUE_MESSAGES));
const seedRelay = pipe(
  string(),
  check((address) => parseRelayAddress(address) !== null, "a multiaddr that ends in /p2p/PEERID"),
);

const networkFile: GenericSchema<unknown, NetworkFile> = strictObject({
  netId: pipe(
    string(),
    check((id) => parseNetId(id) !== null, "1 to 32 of a-z, 0-9 and -"),
  ),
  parameters: exactOptional(
    strictObject({
      claimBits: exactOptional(bits),
      receiptDelayMs: exactOptional(waitMs),
      directTimeoutMs: exactOptional(waitMs),
      retryFirstMs: exactOptional(waitMs),
      retryMaxMs: exactOptional(waitMs),
      queueLifeMs: exactOptional(queueLifeMs),
      queueMessages: exactOptional(queueMessages),
      queueDrainMs: exactOptional(waitMs),
      relayWork: exactOptional(
        strictObject({ create: exactOptional(bits), bundleGet: exactOptional(bits), boxPut: exactOptional(bits) }),
      ),
    }),
  ),
  seedRelays: exactOptional(pipe(array(seedRelay), maxLength(MAX_SEED_RELAYS))),
});

/** Reads a network file over the defaults; without a path the main network. @throws NodeError NETWORK_FILE. */
export async function loadNetwork(path: string | undefined): Promise<NetworkSettings> {
  if (path === undefined) return settle(defaultNetwork);
  return settle(parseNetworkText(await readNetworkFile(path)));
}

async function readNetworkFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (!isSystemError(cause, "ENOENT", "EACCES", "EISDIR", "ENOTDIR", "EPERM")) throw cause;
    throw new NodeError("NETWORK_FILE", `the network file ${path} cannot be read (${cause.code})`, { cause });
  }
}

/** The checked content of a network file. @throws NodeError NETWORK_FILE that names the first wrong entry. */
export function parseNetworkText(text: string): NetworkFile {
  if (text.length > MAX_FILE_CHARACTERS) {
    throw new NodeError("NETWORK_FILE", `the network file has over ${MAX_FILE_CHARACTERS} characters`);
  }
  const outcome = safeParse(networkFile, parseJson(text), { abortEarly: true });
  if (outcome.success) return outcome.output;
  const [issue] = outcome.issues;
  throw new NodeError("NETWORK_FILE", `the network file is wrong at "${getDotPath(issue) ?? "top"}": ${issue.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new NodeError("NETWORK_FILE", "the network file is not JSON", { cause });
  }
}

/** Fills a file up with the defaults of the main network. */
export function settle(file: NetworkFile): NetworkSettings {
  const { relayWork: defaultWork, ...defaults } = defaultNetwork.parameters;
  const { relayWork = {}, ...given } = file.parameters ?? {};
  const netId = parseNetId(file.netId);
  if (netId === null) throw new NodeError("NETWORK_FILE", "the network id is not 1 to 32 of a-z, 0-9 and -");
  const parameters: NetworkParameters = { ...defaults, ...given, netId, seedRelays: readSeeds(file.seedRelays ?? []) };
  if (parameters.retryMaxMs < parameters.retryFirstMs) {
    throw new NodeError("NETWORK_FILE", "retryMaxMs is less than retryFirstMs");
  }
  return {
    parameters,
    relayWork: { ...defaultWork, ...relayWork },
    overridden: [
      ...differences("", { netId: defaultNetwork.netId, ...defaults }, { netId, ...given }),
      ...differences("relayWork.", defaultWork, relayWork),
    ],
  };
}

function readSeeds(addresses: readonly string[]): readonly RelayRef[] {
  return groupRelayAddresses(addresses.flatMap((address) => parseRelayAddress(address) ?? []));
}

type Values = Readonly<Record<string, string | number>>;

function differences(prefix: string, defaults: Values, given: Values): readonly string[] {
  return Object.entries(given)
    .filter(([name, value]) => defaults[name] !== value)
    .map(([name, value]) => `${prefix}${name}=${value}`);
}
