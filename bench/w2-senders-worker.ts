/** The senders of "the relay alone": each on a connection of its own, with envelopes made before the clock starts. */
import { cryptoSuite, randomBytes } from "@kith/client";
import { createLibp2pNetwork, type Libp2pNetwork } from "@kith/client/net";
import {
  decodeAs,
  encodeAs,
  envelopeIdOf,
  equalBytes,
  MAX_FRAME_BYTES,
  type NewQueue,
  openingMac,
  type QueueId,
  type RelayId,
  type RelayRequest,
  type RelayResponse,
  receiptMac,
  relayRequest,
  relayResponse,
  toHex,
} from "@kith/protocol";
import { STORED_WORK } from "./stored-figures.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told when every envelope has a receipt that verifies. */
export interface SendersDone extends WorkerMessage {
  readonly putsPerSecond: number;
  /** From a frame's departure to its answer. */
  readonly frameMs: readonly number[];
}

interface Sender {
  ask(request: RelayRequest): Promise<RelayResponse>;
  readonly nonce: Uint8Array;
  readonly queue: NewQueue;
}

const [, , target = ""] = process.argv;
const [address = "", relay = ""] = target.split("/p2p/");
const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });

async function openSender(over: Libp2pNetwork): Promise<Sender> {
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
  const id = (): QueueId => toHex(randomBytes(16)) as QueueId;
  const queue = { receiveId: id(), sendId: id(), ownerMacKey: randomBytes(32), senderMacKey: randomBytes(32) };
  await ask({ type: "create", queues: [queue], access: { type: "work", nonce: new Uint8Array(8) } });
  const binding = { relay: relay as RelayId, channelNonce: info.channelNonce };
  const mac = openingMac(cryptoSuite, queue.senderMacKey, binding, "send", queue.sendId);
  await ask({ type: "open", openings: [{ side: "send", queue: queue.sendId, mac }] });
  return { ask, nonce: info.channelNonce, queue };
}

/** Frames of one sender, one after the other. @returns the answers, which are checked once the clock has stopped. */
async function sendAll({ ask, queue }: Sender, envelopes: readonly Uint8Array[], frameMs: number[]) {
  const answers: RelayResponse[] = [];
  for (let at = 0; at < envelopes.length; at += STORED_WORK.frame) {
    const items = envelopes.slice(at, at + STORED_WORK.frame).map((envelope) => ({ queue: queue.sendId, envelope }));
    const startedMs = performance.now();
    answers.push(await ask({ type: "put", items }));
    frameMs.push(performance.now() - startedMs);
  }
  return answers;
}

function checkReceipts({ queue, nonce }: Sender, envelopes: readonly Uint8Array[], answers: readonly RelayResponse[]) {
  const outcomes = answers.flatMap((answer) => (answer.type === "put" ? answer.outcomes : []));
  const binding = { relay: relay as RelayId, channelNonce: nonce };
  for (const [index, envelope] of envelopes.entries()) {
    const expected = receiptMac(cryptoSuite, queue.senderMacKey, binding, envelopeIdOf(cryptoSuite, envelope));
    const { mac, error } = outcomes[index] ?? {};
    if (mac === undefined || !equalBytes(mac, expected)) throw new Error(`envelope ${index} has no receipt: ${error}`);
  }
}

async function run(): Promise<SendersDone> {
  const each = STORED_WORK.envelopes / STORED_WORK.senders;
  const senders: Sender[] = [];
  for (let index = 0; index < STORED_WORK.senders; index++) senders.push(await openSender(network));
  const envelopes = senders.map(() => Array.from({ length: each }, () => randomBytes(STORED_WORK.envelopeBytes)));
  const frameMs: number[] = [];
  const startedMs = performance.now();
  const answers = await Promise.all(senders.map((sender, at) => sendAll(sender, envelopes[at] ?? [], frameMs)));
  const seconds = (performance.now() - startedMs) / 1000;
  for (const [at, sender] of senders.entries()) checkReceipts(sender, envelopes[at] ?? [], answers[at] ?? []);
  return { type: "done", putsPerSecond: STORED_WORK.envelopes / seconds, frameMs };
}

serveWork({ run: async () => tellWork(await run()) }, () => network.stop());
tellWork({ type: "ready" });
