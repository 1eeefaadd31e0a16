/** What the operator of a relay may decide about TURN: the section `turn` of the configuration file. */
import { isIP } from "node:net";
import {
  boolean,
  check,
  exactOptional,
  type GenericSchema,
  integer,
  maxValue,
  minValue,
  number,
  pipe,
  strictObject,
  string,
} from "valibot";
import { NodeError } from "./node-error.ts";

/** TURN beside a relay. */
export interface TurnConfig {
  /** Where clients come in, UDP and TCP. */
  readonly port: number;
  /** UDP ports from which it relays: two for each call at most. */
  readonly minPort: number;
  readonly maxPort: number;
  /** The public address of this machine, where it has a private one of its own. */
  readonly externalAddress: string | null;
  /** Whether it relays to private and loopback addresses: whoever has a name can then reach what lies behind this machine. */
  readonly allowsPrivatePeers: boolean;
  /** Relayed places in all, and for one name. */
  readonly maxAllocations: number;
  readonly maxAllocationsOfOne: number;
  /** Of one relayed place, each way. */
  readonly maxBytesPerSecond: number;
  /** The program: a name to be found, or a path. */
  readonly program: string;
}

/** TURN whose operator says nothing else. */
export const DEFAULT_TURN: TurnConfig = Object.freeze({
  port: 3478,
  minPort: 49_152,
  maxPort: 50_151,
  externalAddress: null,
  allowsPrivatePeers: false,
  maxAllocations: 1000,
  maxAllocationsOfOne: 12,
  // A picture of 640×480 needs about a third.
  maxBytesPerSecond: 750_000,
  program: "turnserver",
});

const MAX_PORT = 65_535;
const port = pipe(number(), integer(), minValue(1), maxValue(MAX_PORT));
const highPort = pipe(number(), integer(), minValue(1024), maxValue(MAX_PORT));
const positive = pipe(number(), integer(), minValue(1), maxValue(Number.MAX_SAFE_INTEGER));

/** The section of the file. */
export const turnSection: GenericSchema<unknown, Partial<TurnConfig>> = strictObject({
  port: exactOptional(port),
  minPort: exactOptional(highPort),
  maxPort: exactOptional(highPort),
  externalAddress: exactOptional(
    pipe(
      string(),
      check((value) => isIP(value) !== 0, "an IP address"),
    ),
  ),
  allowsPrivatePeers: exactOptional(boolean()),
  maxAllocations: exactOptional(positive),
  maxAllocationsOfOne: exactOptional(positive),
  maxBytesPerSecond: exactOptional(positive),
  program: exactOptional(
    pipe(
      string(),
      check((value) => value !== "", "a program"),
    ),
  ),
}) as GenericSchema<unknown, Partial<TurnConfig>>;

/** Fills in the defaults. @throws NodeError CONFIG_FILE. */
export function settleTurn(file: Partial<TurnConfig>): TurnConfig {
  const turn = { ...DEFAULT_TURN, ...file };
  if (turn.minPort > turn.maxPort) {
    throw new NodeError("CONFIG_FILE", 'the configuration file is wrong at "turn": minPort is above maxPort');
  }
  return turn;
}
