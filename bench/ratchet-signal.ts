/** libsignal-client's side of the ratchet work; it lies in the workspace of `test/oracle`, which nothing publishes. */
import { createGroup } from "../test/oracle/signal-group.ts";
import { SignalParty } from "../test/oracle/signal-party.ts";
import { HeldSessions } from "../test/oracle/signal-stores.ts";

/** Two parties without a session; `isHeld` spares them reading their state back from bytes. */
export function createSignalPair(isHeld: boolean): readonly [SignalParty, SignalParty] {
  const sessions = () => (isHeld ? { sessions: new HeldSessions() } : {});
  return [
    new SignalParty({ name: "a", peerName: "b", ...sessions() }),
    new SignalParty({ name: "b", peerName: "a", ...sessions() }),
  ];
}

/** Starts a session and uses it from both sides. */
export async function startSignalPair([a, b]: readonly [SignalParty, SignalParty]): Promise<void> {
  await a.start(await b.createBundle(true));
  for (let turn = 0; turn < 4; turn++) {
    await b.receive(await a.send(new Uint8Array(1)));
    await a.receive(await b.send(new Uint8Array(1)));
  }
}

export { createGroup as createSignalGroup };
