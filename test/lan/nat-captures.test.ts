/** What goes over the wire around a call: nothing that looks for a way before it is accepted, and nothing between two who hide. */
import { setTimeout as pass } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CallLab, whyNoCallLab } from "./call-lab.ts";
import { Capture, isStun, type Packet } from "./capture.ts";
import { callConnectionOf } from "./connections.ts";

/** Where coturn answers. */
const TURN_PORT = 3478;

/** How long a call rings while the wires are watched, in ms: a browser that looked for ways would have found some by then. */
const RING_MS = 3000;

/** Two people, two browsers, two routers and a relay share the machine, in ms. */
const TEST_MS = 300_000;

const reason = whyNoCallLab();
// A machine without them says so: a run that tested nothing must not look like one that passed.
if (reason !== null) process.stderr.write(`captures of calls: skipped: ${reason}\n`);

const captureHomes = ({ net }: CallLab): Promise<readonly [Capture, Capture]> =>
  Promise.all([Capture.start(net.home(0).machine, "eth0"), Capture.start(net.home(1).machine, "eth0")]);

/** Packets that look for the way of a call: those that name it, and those to the servers that relays offer for it. */
const waySeeking = (packets: readonly Packet[], iceNames: readonly string[]): readonly Packet[] =>
  packets.filter(
    (each) =>
      each.ports.includes(TURN_PORT) || (isStun(each) && iceNames.some((name) => each.payload.includes(`${name}:`))),
  );

describe.skipIf(reason !== null)(`captures of calls${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  test(
    "show no STUN and no gathering before a call is accepted, and both after it",
    async () => {
      const lab = await CallLab.start(1);
      const { pair } = lab;
      pair.setRouters(["cone", "cone"]);
      const ringing = await captureHomes(lab);
      await pair.ring();
      await pass(RING_MS);
      expect(await callConnectionOf(pair.app(0).page)).toEqual({ iceName: null, gathering: "new" });
      const before = await Promise.all(ringing.map((each) => each.stop()));
      const talking = await captureHomes(lab);
      await pair.answer("direct");
      const after = await Promise.all(talking.map((each) => each.stop()));
      const names = await Promise.all(
        ([0, 1] as const).map(async (at) => (await callConnectionOf(pair.app(at).page)).iceName ?? ""),
      );
      expect(names.every((name) => name.length >= 4)).toBe(true);
      for (const packets of before) {
        expect(packets.length).toBeGreaterThan(0);
        expect(waySeeking(packets, names)).toEqual([]);
      }
      for (const packets of after) expect(waySeeking(packets, names).length).toBeGreaterThan(0);
      await pair.hangUp();
    },
    TEST_MS,
  );

  test(
    "show no packet between the two machines when one of them hides the address, though nothing stands between them",
    async () => {
      const lab = await CallLab.start(1);
      const { pair, net } = lab;
      await pair.hideAddress();
      pair.setRouters(["open", "open"]);
      const homes = await captureHomes(lab);
      const world = await Capture.start(net.world, "world");
      await pair.ring();
      await pair.answer("relayed");
      await pair.hangUp();
      const addresses = [0, 1].map((at) => [net.home(at).address, net.home(at).publicAddress]);
      const between = (packets: readonly Packet[], own: readonly string[], their: readonly string[]) =>
        packets.filter(({ source, target }) => own.includes(source) && their.includes(target));
      const [one = [], two = []] = addresses;
      for (const capture of [...homes, world]) {
        const packets = await capture.stop();
        expect(packets.length).toBeGreaterThan(100);
        expect(between(packets, one, two)).toEqual([]);
        expect(between(packets, two, one)).toEqual([]);
      }
    },
    TEST_MS,
  );
});
