/**
 * How near the nodes of the directory lie to a key, and whether they lie nearer than chance puts them: nodes whose ids
 * were searched for to surround a key stand closer together there than honest ones do anywhere.
 * @see docs/spec/04-directory.md
 */
import type { CryptoSuite } from "../crypto/suite.ts";
import type { RelayId } from "../ids.ts";
import { relayMultihash } from "../relay/relay-record.ts";

/** Bytes of a distance that are read: more than a double can tell apart. */
const READ_BYTES = 8;

/** So many nodes of a table are never doubted: one bucket of Kademlia, where a table may hold everybody. */
const WHOLE_TABLE = 20;

/** Nodes nearest to oneself from which the density is told: buckets farther away are full and tell less. */
const NEAR_SELF = 16;

/** Nearest nodes that are looked at; fewer than the first of them tell nothing. */
const FIRST_RANK = 4;
const LAST_RANK = 8;

/** Where honest nodes lie this near less often, one key alone settles nothing: about three times the usual density. */
export const UNUSUAL = 0.01;

/** Where honest nodes lie this near less often, it is said to be an attack: four to eleven times the usual density. */
export const IMPLAUSIBLE = 0.0005;

/** XOR distance of two 32-byte places as a part of the whole space, over 0 to 1. */
export function distancePart(a: Uint8Array, b: Uint8Array): number {
  let part = 0;
  for (let i = 0; i < READ_BYTES; i++) part += ((a[i] ?? 0) ^ (b[i] ?? 0)) / 256 ** (i + 1);
  return Math.max(part, 256 ** -READ_BYTES);
}

/** Distances of nodes to a directory key as parts of the space, nearest first; nodes without an Ed25519 PeerId have none. */
export function distancesTo(suite: CryptoSuite, key: Uint8Array, nodes: readonly RelayId[]): readonly number[] {
  const place = suite.sha256(key);
  return nodes
    .map(relayMultihash)
    .filter((multihash) => multihash !== null)
    .map((multihash) => distancePart(suite.sha256(multihash), place))
    .sort((a, b) => a - b);
}

/**
 * About how many nodes there are: what a table tells of the space round oneself, whose place nobody chose. The part of the
 * space in which the key lies is left out, so that whoever crowds round the key does not count.
 * @param distances of the nodes of one's table to oneself as parts of the space, in any order.
 * @param keyPart distance of the key to oneself as a part of the space.
 */
export function estimateNodes(distances: readonly number[], keyPart: number): number {
  const hole = 2 ** Math.floor(Math.log2(Math.min(keyPart, 1 - Number.EPSILON)));
  const outside = distances.filter((part) => part < hole || part >= 2 * hole).sort((a, b) => a - b);
  const counts = outside
    .slice(0, NEAR_SELF)
    .map((part, index) => (index + 1) / (part < hole ? part : part - hole))
    .slice(FIRST_RANK - 1)
    .sort((x, y) => x - y);
  const known = Math.min(distances.length, WHOLE_TABLE) + 1;
  return Math.round(Math.max(known, outside.length / (1 - hole) + 1, counts[Math.floor(counts.length / 2)] ?? 0));
}

/**
 * How likely it is that so many of all `nodes` lie so near to a key by chance: the least of the chances of the four to
 * eight nearest; 1 where too few are known.
 * @param distances to the key as parts of the space, nearest first.
 */
export function chanceOfCrowd(distances: readonly number[], nodes: number): number {
  const chances = distances
    .slice(0, LAST_RANK)
    .map((part, index) => (index + 1 < FIRST_RANK || nodes === 0 ? 1 : chanceOf(index + 1, nodes * part)));
  return Math.min(1, ...chances);
}

/** Chance of at least `count` nodes where `expected` are expected (Poisson). */
function chanceOf(count: number, expected: number): number {
  let term = Math.exp(-expected);
  let below = 0;
  for (let each = 0; each < count; each++) {
    below += term;
    term *= expected / (each + 1);
  }
  return 1 - below;
}
