/**
 * Gossip between listening nodes: short notes on a few fixed topics, each judged by whoever knows it before it is passed on.
 * Bounded and rate limited, signed by nobody (a note proves itself or is dropped), and nothing depends on it.
 */
import { gossipsub, StrictNoSign, TopicValidatorResult } from "@libp2p/gossipsub";
import type { PeerId } from "@libp2p/interface";
import { RateTable } from "./rate-table.ts";

/** What nodes gossip about, and the libp2p name of each topic. */
export const GOSSIP_TOPICS: Readonly<Record<GossipTopic, string>> = Object.freeze({
  heads: "/kith/heads/1",
  relays: "/kith/relays/1",
});

/** Accounts that were published and proofs against them; address records of relays. */
export type GossipTopic = "heads" | "relays";

/** What becomes of a note: passed on, dropped, or dropped as one that its sender should have dropped. */
export type GossipVerdict = "accept" | "ignore" | "reject";

/** Judges a note that came from elsewhere. */
export type GossipJudge = (note: Uint8Array) => Promise<GossipVerdict>;

/** Telling others, and hearing them. */
export interface Gossip {
  /** Tells those who listen; nothing happens where nobody does. */
  tell(topic: GossipTopic, note: Uint8Array): void;
  /** Judges the notes of a topic; one judge a topic. */
  listen(topic: GossipTopic, judge: GossipJudge): void;
}

/** The part of gossipsub that is used. */
export type GossipService = ReturnType<ReturnType<typeof gossipsub>>;

/** Everything in one message of gossipsub: a few notes and its control. */
const MAX_MESSAGE_BYTES: number = 128 * 1024;

/** Notes taken from one neighbour, and from all together: each costs checking signatures. */
const PEER_RATE = { perSecond: 2, burst: 64 } as const;
const TOTAL_RATE = { perSecond: 20, burst: 256 } as const;

/** Neighbours whose rates are remembered. */
const MAX_PEERS = 1024;

/** The service of a host that gossips. */
export function makeGossip(): ReturnType<typeof gossipsub> {
  return gossipsub({
    globalSignaturePolicy: StrictNoSign,
    allowedTopics: Object.values(GOSSIP_TOPICS),
    maxInboundDataLength: MAX_MESSAGE_BYTES,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    doPX: false,
    emitSelf: false,
  });
}

/** Gossip that may be asked for before its host runs. */
export class HostGossip implements Gossip {
  readonly #judges = new Map<GossipTopic, GossipJudge>();
  readonly #peers = new RateTable(PEER_RATE, MAX_PEERS);
  readonly #total = new RateTable(TOTAL_RATE, 1);
  #service: GossipService | null = null;

  /** Joins the topics that are listened to. */
  attach(service: GossipService): void {
    this.#service = service;
    for (const topic of this.#judges.keys()) this.#join(service, topic);
  }

  detach(): void {
    this.#service = null;
  }

  tell(topic: GossipTopic, note: Uint8Array): void {
    // Whatever keeps a note from leaving, the next one has the same chance: nothing depends on any of them.
    this.#service?.publish(GOSSIP_TOPICS[topic], note).catch(() => undefined);
  }

  listen(topic: GossipTopic, judge: GossipJudge): void {
    this.#judges.set(topic, judge);
    if (this.#service !== null) this.#join(this.#service, topic);
  }

  #join(service: GossipService, topic: GossipTopic): void {
    service.topicValidators.set(GOSSIP_TOPICS[topic], (peer, { data }) => this.#judge(topic, peer, data));
    service.subscribe(GOSSIP_TOPICS[topic]);
  }

  async #judge(topic: GossipTopic, peer: PeerId, note: Uint8Array): Promise<TopicValidatorResult> {
    const nowMs = performance.now();
    if (!this.#peers.take(peer.toString(), nowMs) || !this.#total.take("all", nowMs))
      return TopicValidatorResult.Ignore;
    const verdict = (await this.#judges.get(topic)?.(note)) ?? "ignore";
    return VERDICTS[verdict];
  }
}

const VERDICTS: Readonly<Record<GossipVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};
