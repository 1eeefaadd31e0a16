/** Fills a relay with large envelopes of other people. Arguments: its address, and how many bytes. */
import { randomBytes } from "@kith/client";
import { createLibp2pNetwork } from "@kith/client/net";
import { openSender } from "./relay-sender.ts";
import { serveWork, tellWork } from "./worker-process.ts";

const [, , target = "", bytesText = "0"] = process.argv;

/** The largest class of an envelope; one fills a frame. */
const ENVELOPE_BYTES = 64 * 1024;

/** A queue takes 32 MiB at most. */
const QUEUE_BYTES = 16 * 2 ** 20;

/** Frames under way at once. */
const SENDERS = 8;

const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });

async function fill(): Promise<void> {
  const each = Number(bytesText) / SENDERS;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      const { ask, queues } = await openSender(network, target, Math.ceil(each / QUEUE_BYTES));
      for (let index = 0; index < each / ENVELOPE_BYTES; index++) {
        const queue = queues[index % queues.length]?.sendId as NonNullable<(typeof queues)[number]["sendId"]>;
        const put = await ask({ type: "put", items: [{ queue, envelope: randomBytes(ENVELOPE_BYTES) }] });
        if (put.type !== "put" || put.outcomes[0]?.mac === undefined) throw new Error("an envelope was not stored");
      }
    }),
  );
}

serveWork({}, () => network.stop());
await fill();
tellWork({ type: "filled" });
