/**
 * The directory of W5: nodes as relays serve them, in one process on loopback. Claims are published by different nodes,
 * then each is looked up cold by a fresh client node that walks by itself, and through a relay of one's own.
 */
import { randomBytes } from "node:crypto";
import { createSystemClock, cryptoSuite } from "@kith/client";
import { decodeDirectoryResponse, encodeDirectoryRequest, normalHandle } from "@kith/protocol";
import { type Asker, lookUpHandle } from "../packages/client/src/directory/look-up.ts";
import { createClaimant } from "../packages/node/src/relay/testing/claimants.ts";
import {
  type DirectoryNode,
  PARAMETERS,
  recordFor,
  startDirectoryNet,
  startDirectoryNode,
} from "../test/support/directory-net.ts";
import type { DirectoryFigures } from "./directory-figures.ts";
import { serveWork, settledRssBytes, tellWork } from "./worker-process.ts";

const [, , nodesText = "20", lookupsText = "30"] = process.argv;
const nodeCount = Number(nodesText);
const lookups = Number(lookupsText);

/** Every node has met as many as a walk looks for; tables fill further by what nodes ask each other. */
const SETTLED = Math.min(nodeCount - 1, 8);

const IN_PROCESS = { remoteAddress: null, isOwn: true, push: () => undefined, onClose: () => undefined };

async function ask(node: DirectoryNode, request: Parameters<typeof encodeDirectoryRequest>[0]) {
  const answer = decodeDirectoryResponse(await node.service.acceptor(IN_PROCESS)(encodeDirectoryRequest(request)));
  if (!answer.ok) throw new Error(`no answer: ${answer.error.code}`);
  return answer.value;
}

const SETTLE_LIMIT_MS = 240_000;

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error("the nodes did not find each other");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Lets nodes that have met few others walk anywhere, which is how tables fill: by themselves they look around every five minutes. */
async function settle(nodes: readonly DirectoryNode[]): Promise<void> {
  await until(() => nodes.every(({ network }) => network.routingPeers > 0));
  const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
  for (let few = nodes; few.length > 0; few = few.filter(({ network }) => network.routingPeers < SETTLED)) {
    if (performance.now() > deadlineMs) throw new Error(`${few.length} of ${nodes.length} nodes met too few others`);
    for (const { network } of few) await network.routing.closestPeers(new Uint8Array(randomBytes(32)));
  }
}

function handleOf(index: number): ReturnType<typeof normalHandle> {
  return normalHandle(`person_${index}`);
}

async function publishAll(nodes: readonly DirectoryNode[]): Promise<number> {
  let published = 0;
  for (let index = 0; index < lookups; index++) {
    const node = nodes[index % nodes.length] as DirectoryNode;
    const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size));
    const claimant = await createClaimant({ random, atMs: Date.now() }, handleOf(index));
    const answer = await ask(node, { type: "publish", record: await recordFor(claimant, node) });
    if (answer.type === "published" && answer.state === "published") published += 1;
  }
  return published;
}

/** A client that nobody knows: joins by three peers, walks once, and is gone. */
async function lookUpCold(nodes: readonly DirectoryNode[], index: number, figures: DirectoryFigures): Promise<void> {
  const joinedMs = performance.now();
  const fresh = await startDirectoryNode({ knows: nodes.map(({ ref }) => ref), isClient: true });
  await until(() => fresh.network.routingPeers > 0);
  figures.joinMs.push(performance.now() - joinedMs);
  Object.assign(fresh.figures, { walkRequests: 0, hops: 0, directoryRequests: 0 });
  const startedMs = performance.now();
  const answer = await ask(fresh, { type: "resolve", handle: handleOf(index), skip: 0 });
  figures.coldMs.push(performance.now() - startedMs);
  figures.coldRequests.push(fresh.figures.walkRequests + fresh.figures.directoryRequests);
  figures.hops.push(fresh.figures.hops);
  if (answer.type === "resolved" && answer.records.length === 1) figures.coldFound += 1;
  await fresh.stop();
}

/** A person's way: a device asks its relay under an identity for this once; the relay asks the others. */
async function lookUpByRelay(
  relay: DirectoryNode,
  client: DirectoryNode,
  index: number,
): Promise<{ readonly ms: number; readonly isFound: boolean }> {
  const asker: Asker = {
    network: client.network,
    suite: cryptoSuite,
    parameters: { ...PARAMETERS } as Asker["parameters"],
    clock: createSystemClock(),
    book: { forLookups: () => [relay.ref] },
  };
  const startedMs = performance.now();
  const { people } = await lookUpHandle(asker, handleOf(index));
  return { ms: performance.now() - startedMs, isFound: people.length === 1 };
}

async function take(): Promise<void> {
  const startedMs = performance.now();
  const nodes = await startDirectoryNet(nodeCount);
  await settle(nodes);
  const figures: DirectoryFigures = {
    type: "figures",
    buildMs: performance.now() - startedMs,
    published: await publishAll(nodes),
    joinMs: [],
    coldMs: [],
    coldRequests: [],
    hops: [],
    coldFound: 0,
    firstMs: [],
    firstRequests: [],
    warmMs: [],
    ownMs: [],
    warmRequests: [],
    warmFound: 0,
    rssBytesPerNode: settledRssBytes() / nodeCount,
  };
  for (let index = 0; index < lookups; index++) await lookUpCold(nodes, index, figures);
  await lookUpByRelays(nodes, figures);
  tellWork(figures);
}

/** Each handle through another relay, twice, and once more from the process of the relay itself. */
async function lookUpByRelays(nodes: readonly DirectoryNode[], figures: DirectoryFigures): Promise<void> {
  const client = await startDirectoryNode({ knows: [], isClient: true });
  for (let index = 0; index < lookups; index++) {
    const relay = nodes[(index + Math.ceil(nodeCount / 2)) % nodes.length] as DirectoryNode;
    for (const [times, requests] of [
      [figures.firstMs, figures.firstRequests],
      [figures.warmMs, figures.warmRequests],
    ] as const) {
      Object.assign(relay.figures, { walkRequests: 0, hops: 0, directoryRequests: 0 });
      const { ms, isFound } = await lookUpByRelay(relay, client, index);
      times.push(ms);
      requests.push(1 + relay.figures.walkRequests + relay.figures.directoryRequests);
      if (isFound && times === figures.warmMs) figures.warmFound += 1;
    }
    figures.ownMs.push((await lookUpByRelay(relay, relay, index)).ms);
  }
  await client.stop();
}

serveWork({ take }, () => Promise.resolve());
