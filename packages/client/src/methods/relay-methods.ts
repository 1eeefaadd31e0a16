/** Methods about the relays this device uses. */
import type { RelayId, RelayRef } from "@kith/protocol";
import type { RelayStatus } from "../client.ts";
import { Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import { MessengerError } from "../messenger-error.ts";
import type { KnownRelay } from "../relay/relay-book.ts";
import type { Handlers } from "./handlers.ts";

const RELAY_ADDRESS = /^(\/[^\s]{3,240})\/p2p\/([1-9A-HJ-NP-Za-km-z]{40,60})$/;

/** Reads a multiaddr that ends in /p2p/PEERID. @throws MessengerError RELAY_ADDRESS_INVALID. */
export function parseRelayAddress(address: string): RelayRef {
  const [, multiaddr, relay] = RELAY_ADDRESS.exec(address.trim()) ?? [];
  if (multiaddr === undefined || relay === undefined) {
    throw new MessengerError("RELAY_ADDRESS_INVALID", "a relay address looks like /ip4/…/tcp/5484/p2p/12D3Koo…");
  }
  return { relay: relay as RelayId, addresses: [multiaddr] };
}

/** The methods over one engine. */
export function relayMethods(engine: Engine): Pick<Handlers, "relay.list" | "relay.add" | "relay.remove"> {
  const { core } = engine;
  const useNow = (): void => {
    void engine.boxes.refresh();
    void engine.mailboxes.refresh();
    void engine.publisher.refresh();
  };
  return {
    "relay.list": async () => core.book.all().map((known) => statusOf(engine, known)),
    async "relay.add"({ address }) {
      const ref = parseRelayAddress(address);
      const probe = await core.pool.use(ref, "receive");
      if (!probe.ok) {
        throw new MessengerError("RELAY_UNREACHABLE", "this relay did not answer", {
          details: { tried: ref.addresses },
        });
      }
      const known: KnownRelay = { ref, source: "added", addedAtMs: core.clock.nowMs() };
      const draft = new Draft(core);
      draft.add(...core.book.add(known));
      await draft.commit();
      useNow();
      return statusOf(engine, known);
    },
    async "relay.remove"({ relay }) {
      const changes = core.book.remove(relay as RelayId);
      const draft = new Draft(core);
      draft.add(...changes);
      await draft.commit();
      useNow();
      return { removed: changes.length > 0 };
    },
  };
}

function statusOf({ core, boxes }: Engine, { ref, source }: KnownRelay): RelayStatus {
  return {
    relay: ref.relay,
    addresses: ref.addresses,
    source,
    state: core.pool.state(ref.relay),
    isBox: boxes.current().some((box) => box.relay.relay === ref.relay),
    isQueue: core.book.forQueues().some(({ relay }) => relay === ref.relay),
    brokenPromises: core.book.promises.count(ref.relay),
  };
}
