/** A relay's store on disk with queues that hold mail, and what their owners find in it later. */
import { createSystemClock, cryptoSuite, StoreError } from "@kith/client";
import { MemoryStore, type SeededRandom } from "@kith/client/testing";
import { type EnvelopeId, type NewQueue, type QueueId, toHex } from "@kith/protocol";
import { createRelayService, type RelayService } from "../../packages/node/src/relay/index.ts";
import { idOf, listAll, Peer, RELAY_ID, RELAY_SEED } from "../../packages/node/src/relay/testing/relay-fixture.ts";
import { openRelayStore } from "../../packages/node/src/store/node-stores.ts";

const QUEUES = 12;
const FRAMES = 30;

/** A queue and the envelopes that its owner has not acknowledged. */
export interface FilledQueue {
  readonly queue: NewQueue;
  readonly ids: readonly EnvelopeId[];
}

/** What an owner finds. */
export interface FoundQueue {
  readonly queue: FilledQueue;
  /** Envelopes that came with the right bytes. */
  readonly held: ReadonlySet<EnvelopeId>;
  /** The relay does not know the queue, or says that envelopes are missing. */
  readonly isMarked: boolean;
}

/** Fills the store `queues` in a folder: tables and log, envelopes that stay and such that were acknowledged. */
export async function fillRelay(place: string, random: SeededRandom): Promise<readonly FilledQueue[]> {
  const { service, stop } = await openRelay(place, random);
  const filled: FilledQueue[] = [];
  const peers: Peer[] = [];
  for (let index = 0; index < QUEUES; index++) {
    const queue = newQueue(random);
    const peer = new Peer(service, { remoteAddress: null, isOwn: true });
    await peer.ask({ type: "create", queues: [queue], access: { type: "none" } });
    await peer.open("send", queue.sendId, queue.senderMacKey);
    await peer.open("receive", queue.receiveId, queue.ownerMacKey);
    peers.push(peer);
    filled.push({ queue, ids: [] });
  }
  for (let frame = 0; frame < FRAMES; frame++) {
    for (const [index, { queue }] of filled.entries()) {
      const items = Array.from({ length: 4 }, () => ({ queue: queue.sendId, envelope: random.bytes(3072) }));
      await peers[index]?.ask({ type: "put", items });
    }
  }
  const result: FilledQueue[] = [];
  for (const [index, { queue }] of filled.entries()) {
    const peer = peers[index] as Peer;
    const items = (await listAll(peer, queue.receiveId)).map(({ seq, id }) => ({ seq, id }));
    const taken = items.filter(() => random.chance(0.2));
    await peer.ask({ type: "ack", queue: queue.receiveId, items: taken.slice(0, 64) });
    result.push({ queue, ids: (await listAll(peer, queue.receiveId)).map(({ id }) => id) });
  }
  await stop();
  return result;
}

/** Opens the store again and reads every queue as its owner would. */
export async function readRelay(
  place: string,
  queues: readonly FilledQueue[],
): Promise<readonly FoundQueue[] | "refused"> {
  let relay: OpenRelay;
  try {
    relay = await openRelay(place);
  } catch (error) {
    if (error instanceof StoreError) return "refused";
    throw error;
  }
  try {
    const found: FoundQueue[] = [];
    for (const queue of queues) found.push(await readQueue(relay.service, queue));
    return found;
  } finally {
    await relay.stop();
  }
}

async function readQueue(service: RelayService, filled: FilledQueue): Promise<FoundQueue> {
  const { receiveId, ownerMacKey } = filled.queue;
  const held = new Set<EnvelopeId>();
  const owner = new Peer(service, { remoteAddress: null, isOwn: true });
  const before = await openOutcome(owner, receiveId, ownerMacKey);
  if (before === "unknown") return { queue: filled, held, isMarked: true };
  const listed = await owner.ask({ type: "list", queue: receiveId, afterSeq: 0, max: 1000 });
  if (listed.type !== "list") return { queue: filled, held, isMarked: true };
  for (const { seq, id } of listed.items) {
    const got = await owner.ask({ type: "get", queue: receiveId, seqs: [seq] });
    if (got.type !== "get") continue;
    for (const { envelope } of got.items) if (idOf(envelope) === id) held.add(id);
  }
  // What was found missing while reading is told at the next opening.
  const again = new Peer(service, { remoteAddress: null, isOwn: true });
  const after = await openOutcome(again, receiveId, ownerMacKey);
  return { queue: filled, held, isMarked: before > 0 || after === "unknown" || after > 0 };
}

/** How many envelopes are missing, as the relay tells the owner. */
async function openOutcome(peer: Peer, queue: QueueId, macKey: Uint8Array): Promise<number | "unknown"> {
  const answer = await peer.open("receive", queue, macKey);
  if (answer.type !== "queues") return "unknown";
  const [outcome] = answer.outcomes;
  return outcome === undefined || outcome.error !== undefined ? "unknown" : (outcome.missing ?? 0);
}

interface OpenRelay {
  readonly service: RelayService;
  stop(): Promise<void>;
}

async function openRelay(place: string, random?: SeededRandom): Promise<OpenRelay> {
  const store = await openRelayStore(place, "queues");
  const service = createRelayService({
    relay: RELAY_ID,
    signingSeed: RELAY_SEED,
    store,
    boxStore: new MemoryStore(),
    isDamaged: store.missingBatches > 0,
    clock: createSystemClock(),
    random: random?.bytes ?? ((size) => new Uint8Array(size).fill(1)),
    suite: cryptoSuite,
    ownAddresses: () => null,
    limits: { putBytesPerSecond: 2 ** 30, putBurstBytes: 2 ** 30 },
  });
  try {
    await service.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return {
    service,
    async stop() {
      service.stop();
      await store.close();
    },
  };
}

function newQueue(random: SeededRandom): NewQueue {
  return {
    receiveId: toHex(random.bytes(16)) as QueueId,
    sendId: toHex(random.bytes(16)) as QueueId,
    ownerMacKey: random.bytes(32),
    senderMacKey: random.bytes(32),
  };
}
