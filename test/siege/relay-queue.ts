/** A queue at a relay as anybody may have one, spoken to without a messenger. */
import { cryptoSuite } from "@kith/client";
import type { Libp2pNetwork } from "@kith/client/net";
import {
  type Access,
  findProof,
  LABELS,
  type NewQueue,
  openingMac,
  type QueueId,
  type RelayId,
  uint64ToBytes,
  workTarget,
} from "@kith/protocol";
import { askOver, newQueue } from "../support/relay-asker.ts";

/** Bits of the proof of work for a queue at the relay of the siege. */
export const WORK_BITS = 12;

/** A queue opened at both ends over one channel. */
export interface RelayQueue {
  /** @throws Error when the relay does not take it. */
  put(envelope: Uint8Array): Promise<void>;
  /** @throws Error when the relay does not give it. */
  get(seqs: readonly number[]): Promise<void>;
  /** Ids of all that is held, in order. */
  heldIds(): Promise<readonly string[]>;
}

/** The proof of work that a relay asks of a stranger for a queue. */
function payFor(relay: RelayId, dayValue: Uint8Array, queue: NewQueue): Access {
  const data = workTarget(relay, dayValue, { operation: "create", queues: [queue] });
  const proof = findProof(cryptoSuite, {
    label: LABELS.relayWork,
    data,
    bits: WORK_BITS,
    startNonce: 0,
    maxTries: 1e7,
  });
  if (proof === null) throw new RangeError("no proof found");
  return { type: "work", nonce: uint64ToBytes(proof.nonce) };
}

/** Makes a queue and opens it. @param target a multiaddr with the relay's PeerId. @throws Error when the relay refuses. */
export async function openQueue(
  network: Libp2pNetwork,
  target: string,
  identity: "send" | "once",
): Promise<RelayQueue> {
  const [address = "", relay = ""] = target.split("/p2p/");
  const channel = await network.open({ relay: relay as RelayId, addresses: [address] }, "relay", identity);
  if (!channel.ok) throw new Error(`no channel: ${channel.error.code}`);
  const ask = askOver(channel.value);
  const { channelNonce, dayValue } = await ask({ type: "info" }, "info");
  const queue = newQueue();
  await ask({ type: "create", queues: [queue], access: payFor(relay as RelayId, dayValue, queue) }, "done");
  const binding = { relay: relay as RelayId, channelNonce };
  const opening = (side: "send" | "receive", name: QueueId, key: Uint8Array) => {
    return { side, queue: name, mac: openingMac(cryptoSuite, key, binding, side, name) };
  };
  const openings = [
    opening("send", queue.sendId, queue.senderMacKey),
    opening("receive", queue.receiveId, queue.ownerMacKey),
  ];
  await ask({ type: "open", openings }, "queues");
  return {
    async put(envelope) {
      const { outcomes } = await ask({ type: "put", items: [{ queue: queue.sendId, envelope }] }, "put");
      if (outcomes[0]?.mac === undefined) throw new Error(`an honest PUT was refused: ${outcomes[0]?.error}`);
    },
    async get(seqs) {
      await ask({ type: "get", queue: queue.receiveId, seqs }, "get");
    },
    async heldIds() {
      const ids: string[] = [];
      for (let isMore = true, afterSeq = 0; isMore; ) {
        const page = await ask({ type: "list", queue: queue.receiveId, afterSeq, max: 1000 }, "list");
        ids.push(...page.items.map((each) => each.id));
        afterSeq = page.items.at(-1)?.seq ?? afterSeq;
        isMore = page.isMore;
      }
      return ids;
    },
  };
}
