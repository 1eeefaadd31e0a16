/**
 * The senders of "the relay alone": each on a connection of its own, with envelopes made before the clock starts, which go
 * to its queues in turn. Arguments: the relay's address, and how many queues they have together.
 */
import { cryptoSuite, randomBytes } from "@kith/client";
import { createLibp2pNetwork } from "@kith/client/net";
import { envelopeIdOf, equalBytes, type NewQueue, type RelayResponse, receiptMac } from "@kith/protocol";
import { chunks, openSender, type RelaySender } from "./relay-sender.ts";
import { STORED_WORK } from "./stored-figures.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told when every envelope has a receipt that verifies. */
export interface SendersDone extends WorkerMessage {
  readonly putsPerSecond: number;
  /** From a frame's departure to its answer. */
  readonly frameMs: readonly number[];
}

interface Item {
  readonly queue: NewQueue;
  readonly envelope: Uint8Array;
}

const [, , target = "", queueText = String(STORED_WORK.senders)] = process.argv;
const queueCount = Number(queueText);
const senderCount = Math.min(STORED_WORK.senders, queueCount);
const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });

/** Frames of one sender, one after the other. @returns the answers, which are checked once the clock has stopped. */
async function sendAll({ ask }: RelaySender, items: readonly Item[], frameMs: number[]) {
  const answers: RelayResponse[] = [];
  for (const frame of chunks(items, STORED_WORK.frame)) {
    const startedMs = performance.now();
    answers.push(
      await ask({ type: "put", items: frame.map(({ queue, envelope }) => ({ queue: queue.sendId, envelope })) }),
    );
    frameMs.push(performance.now() - startedMs);
  }
  return answers;
}

function checkReceipts({ relay, nonce }: RelaySender, items: readonly Item[], answers: readonly RelayResponse[]) {
  const outcomes = answers.flatMap((answer) => (answer.type === "put" ? answer.outcomes : []));
  for (const [index, { queue, envelope }] of items.entries()) {
    const id = envelopeIdOf(cryptoSuite, envelope);
    const expected = receiptMac(cryptoSuite, queue.senderMacKey, { relay, channelNonce: nonce }, id);
    const { mac, error } = outcomes[index] ?? {};
    if (mac === undefined || !equalBytes(mac, expected)) throw new Error(`envelope ${index} has no receipt: ${error}`);
  }
}

async function run(): Promise<SendersDone> {
  const each = STORED_WORK.envelopes / senderCount;
  const senders: RelaySender[] = [];
  for (let index = 0; index < senderCount; index++) {
    senders.push(await openSender(network, target, Math.ceil(queueCount / senderCount)));
  }
  const items = senders.map(({ queues }) =>
    Array.from({ length: each }, (_, index): Item => {
      const queue = queues[index % queues.length] as NewQueue;
      return { queue, envelope: randomBytes(STORED_WORK.envelopeBytes) };
    }),
  );
  const frameMs: number[] = [];
  const startedMs = performance.now();
  const answers = await Promise.all(senders.map((sender, at) => sendAll(sender, items[at] ?? [], frameMs)));
  const seconds = (performance.now() - startedMs) / 1000;
  for (const [at, sender] of senders.entries()) checkReceipts(sender, items[at] ?? [], answers[at] ?? []);
  return { type: "done", putsPerSecond: STORED_WORK.envelopes / seconds, frameMs };
}

serveWork({ run: async () => tellWork(await run()) }, () => network.stop());
tellWork({ type: "ready" });
