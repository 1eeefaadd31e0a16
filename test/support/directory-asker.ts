/** Directory nodes that have all met, people who claim handles there, and asking a node as its own process or as a stranger. */
import { randomBytes } from "node:crypto";
import { cryptoSuite } from "@kith/client";
import {
  accountKey,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  handleKey,
  normalHandle,
  publicKeyToRelay,
  SALTS,
} from "@kith/protocol";
import { onTestFinished } from "vitest";
import { type Claimant, createClaimant, expectValue } from "../../packages/node/src/relay/testing/claimants.ts";
import { eventually } from "../integration/nodes.ts";
import {
  type DirectoryNode,
  type NodeParts,
  PARAMETERS,
  recordFor,
  startDirectoryNet,
  startDirectoryNode,
} from "./directory-net.ts";

const OWNER = { remoteAddress: null, isOwn: true, push: () => undefined, onClose: () => undefined };

/** Where a record is made for nodes that do not run yet. */
const NOWHERE = { ref: { relay: publicKeyToRelay(new Uint8Array(32)), addresses: [] } };

/** Starts honest nodes and strangers beside them, who have all met; returns the honest ones. They stop after the test. */
export async function startMetNet(
  count: number,
  strangers: readonly Pick<NodeParts, "seed" | "acceptor">[] = [],
): Promise<readonly DirectoryNode[]> {
  const nodes = await startDirectoryNet(count);
  const all = [...nodes];
  onTestFinished(async () => {
    for (const node of all) await node.stop();
  });
  for (const stranger of strangers) {
    all.push(await startDirectoryNode({ ...stranger, knows: all.map(({ ref }) => ref) }));
  }
  await eventually("every node has met all others", async () => {
    const lonely = all.filter(({ network }) => network.routingPeers < all.length - 1);
    for (const { network } of lonely) await network.routing.closestPeers(new Uint8Array(randomBytes(32)));
    return lonely.length === 0 ? true : null;
  });
  return nodes;
}

/** What the node's own process is answered. */
export async function askOwn(node: DirectoryNode, request: DirectoryRequest): Promise<DirectoryResponse> {
  return expectValue(decodeDirectoryResponse(await node.service.acceptor(OWNER)(encodeDirectoryRequest(request))));
}

/** What another process is answered, over a connection. */
export async function askFrom(
  from: DirectoryNode,
  to: DirectoryNode,
  request: DirectoryRequest,
): Promise<DirectoryResponse> {
  const channel = expectValue(await from.network.open(to.ref, "directory", "once"));
  const frame = expectValue(await channel.request(encodeDirectoryRequest(request), 30_000));
  channel.close();
  return expectValue(decodeDirectoryResponse(frame));
}

/** What a node finds under a handle, and whether it says that somebody stands between. */
export async function lookUpAt(
  node: DirectoryNode,
  handle: string,
): Promise<{ readonly records: readonly Uint8Array[]; readonly isSuspect: boolean }> {
  const answer = await askOwn(node, { type: "resolve", handle: normalHandle(handle), skip: 0 });
  if (answer.type !== "resolved") throw new TypeError(answer.type);
  return { records: answer.records.map(({ record }) => record), isSuspect: answer.isSuspect === true };
}

/** Makes a person who claims a handle. */
export function createPerson(written: string): Promise<Claimant> {
  return createClaimant({ random: (size) => new Uint8Array(randomBytes(size)), atMs: Date.now() }, written);
}

/** A record made before any node runs. */
export function earlyRecord(
  person: Pick<Claimant, "device" | "chain">,
  parts: Parameters<typeof recordFor>[2] = {},
): Promise<Uint8Array> {
  return recordFor(person, NOWHERE, parts);
}

/** Every key that a person's claim of a handle lies under, that of the handle with the first salt first. */
export function keysOf(handle: string, person: Claimant): readonly [Uint8Array, ...Uint8Array[]] {
  const { netId } = PARAMETERS;
  const keys = SALTS.flatMap((salt) => [
    handleKey(cryptoSuite, { netId, salt }, normalHandle(handle)),
    accountKey(cryptoSuite, { netId, salt }, person.chain.account),
  ]);
  return keys as [Uint8Array, ...Uint8Array[]];
}
