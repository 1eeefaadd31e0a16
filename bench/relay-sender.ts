/** Somebody who puts envelopes into queues of one relay, on a connection of their own. */
import { cryptoSuite } from "@kith/client";
import type { Libp2pNetwork } from "@kith/client/net";
import {
  decodeAs,
  encodeAs,
  MAX_FRAME_BYTES,
  MAX_QUEUES_PER_FRAME,
  type NewQueue,
  openingMac,
  type RelayId,
  type RelayRequest,
  type RelayResponse,
  relayRequest,
  relayResponse,
} from "@kith/protocol";
import { newQueue } from "../test/support/relay-asker.ts";

/** A sender with its queues, which are made and open. */
export interface RelaySender {
  readonly relay: RelayId;
  ask(request: RelayRequest): Promise<RelayResponse>;
  readonly nonce: Uint8Array;
  readonly queues: readonly NewQueue[];
}

/** Queues in one frame of CREATE. */
const CREATED_A_FRAME = 64;

/** Connects to the relay at a multiaddr and makes queues there. @throws Error when it does not let us. */
export async function openSender(over: Libp2pNetwork, target: string, queueCount: number): Promise<RelaySender> {
  const [address = "", relay = ""] = target.split("/p2p/") as [string, RelayId];
  const channel = await over.open({ relay: relay as RelayId, addresses: [address] }, "relay", "once");
  if (!channel.ok) throw new Error(`no channel: ${channel.error.code}`);
  const ask = async (request: RelayRequest): Promise<RelayResponse> => {
    const frame = await channel.value.request(encodeAs(relayRequest, request));
    const answer = frame.ok ? decodeAs(relayResponse, frame.value, MAX_FRAME_BYTES) : frame;
    if (!answer.ok) throw new Error(`no answer: ${answer.error.code}`);
    return answer.value;
  };
  const info = await ask({ type: "info" });
  if (info.type !== "info") throw new Error(`expected info, got ${info.type}`);
  const queues = Array.from({ length: queueCount }, newQueue);
  for (const some of chunks(queues, CREATED_A_FRAME)) {
    const created = await ask({ type: "create", queues: some, access: { type: "work", nonce: new Uint8Array(8) } });
    if (created.type !== "done") throw new Error(`expected done, got ${created.type}`);
  }
  const binding = { relay: relay as RelayId, channelNonce: info.channelNonce };
  for (const some of chunks(queues, MAX_QUEUES_PER_FRAME)) {
    const openings = some.map(({ sendId, senderMacKey }) => {
      const mac = openingMac(cryptoSuite, senderMacKey, binding, "send", sendId);
      return { side: "send" as const, queue: sendId, mac };
    });
    const opened = await ask({ type: "open", openings });
    if (opened.type !== "queues" || opened.outcomes.some(({ error }) => error !== undefined)) {
      throw new Error("a queue did not open");
    }
  }
  return { relay: relay as RelayId, ask, nonce: info.channelNonce, queues };
}

/** A list in parts of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}
