/** Three relays come up and find each other. */
import { check, checkEqual } from "../check.ts";
import type { Step } from "./step.ts";

const NAMES = ["relay-1", "relay-2", "relay-3"] as const;

/** Starts the relays one after the other, so that each knows those before it. */
export const startRelays: Step = {
  name: "relays",
  title: "Three relays start; none of them belongs to a person",
  async run(world) {
    await world.writeNetwork();
    for (const name of NAMES) {
      const { process, address } = await world.startRelay(name);
      world.transcript.note(`${name} is ready after ${process.readyMs} ms at ${address}`);
      const { status } = process.ready as { status: { overriddenParameters: readonly string[] } };
      check(status.overriddenParameters.length > 0, "a relay names the parameters that differ from the main network");
    }
    const totals = await Promise.all(world.relays.map((relay) => world.totalsOf(relay)));
    for (const { queues, boxes } of totals) checkEqual(queues + boxes, 0, "queues and boxes of a new relay");
  },
};
