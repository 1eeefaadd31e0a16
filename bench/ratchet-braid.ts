/** The post-quantum half of a session alone. */
import {
  type PqRatchetState,
  receivePqRatchet,
  sendPqRatchet,
  startPqRatchet,
} from "../packages/protocol/src/session/pq-ratchet.ts";
import type { KithPlatform } from "./ratchet-kith.ts";

/** Two sides that take turns for `messages` messages. */
export async function createBraidWork(platform: KithPlatform, messages: number): Promise<() => Promise<void>> {
  const context = { ...platform, nowMs: 1_700_000_000_000 };
  const secret = platform.random(32);
  const sides: PqRatchetState[] = [true, false].map((isFirst) => startPqRatchet(platform.suite, secret, isFirst));
  return async () => {
    for (let i = 0; i < messages; i++) {
      const [from, to] = [i % 2, 1 - (i % 2)];
      const sent = await sendPqRatchet(context, sides[from] as PqRatchetState);
      sides[from] = sent.state;
      const received = await receivePqRatchet(context, sides[to] as PqRatchetState, sent.message, 0);
      if (!received.ok) throw new Error(received.error.code);
      sides[to] = received.value.state;
    }
  };
}
