/** The relays this device knows, where it learnt of them, and which it uses for what. */
import {
  field,
  MAX_RELAYS,
  oneOf,
  type RelayId,
  type RelayRef,
  record,
  relayRef,
  type Shape,
  uint,
} from "@kith/protocol";
import type { Clock, Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import { RelayPromises } from "./relay-promises.ts";

/** Where a relay came from. */
export type RelaySource = "added" | "seed" | "invite" | "nearby" | "own";

/** A relay to work with. */
export interface KnownRelay {
  readonly ref: RelayRef;
  readonly source: RelaySource;
  readonly addedAtMs: number;
}

const PREFERENCE: { readonly [S in RelaySource]: number } = { added: 0, seed: 1, invite: 2, nearby: 3, own: 4 };

/** Codec shape of a kept relay. */
export const knownRelayShape: Shape<KnownRelay> = record<KnownRelay>({
  ref: field(1, relayRef),
  source: field(2, oneOf<RelaySource>({ added: 0, seed: 1, invite: 2, nearby: 3, own: 4 })),
  addedAtMs: field(3, uint()),
});

/** Relays kept from invites; the oldest make room. */
const MAX_KNOWN_RELAYS = 64;

/** What the rest of the engine asks the book. */
export class RelayBook {
  readonly #table: Table<KnownRelay>;
  readonly #kept = new Map<RelayId, KnownRelay>();
  readonly #passing: () => readonly KnownRelay[];
  readonly #removed = new Set<RelayId>();
  /** What each relay did to its promises: those that broke one lately are used last. */
  readonly promises: RelayPromises;

  /** @param passing relays that are not kept: this process's own, those nearby, and the network's seeds. */
  constructor(store: Store, clock: Clock, passing: () => readonly KnownRelay[]) {
    this.promises = new RelayPromises(store, clock);
    this.#table = createTable(store, "relay", knownRelayShape);
    this.#passing = passing;
  }

  async load(): Promise<void> {
    await this.promises.load();
    for (const { value } of await this.#table.list()) this.#kept.set(value.ref.relay, value);
  }

  /** Every relay once, the person's own choices first. */
  all(): readonly KnownRelay[] {
    const byId = new Map<RelayId, KnownRelay>();
    const known = [...this.#kept.values(), ...this.#passing()];
    for (const each of known.sort((a, b) => PREFERENCE[a.source] - PREFERENCE[b.source] || a.addedAtMs - b.addedAtMs)) {
      const own = byId.get(each.ref.relay);
      if (own === undefined) byId.set(each.ref.relay, each);
      else if (each.source === "own") byId.set(each.ref.relay, each);
    }
    return [...byId.values()].sort((a, b) => PREFERENCE[a.source] - PREFERENCE[b.source]);
  }

  /** Relays for queues: others first; our own only when there is no other, since it sleeps when we sleep. */
  forQueues(): readonly RelayRef[] {
    const all = this.all().filter((each) => each.source !== "nearby");
    const others = all.filter((each) => each.source !== "own");
    return this.#choose(others.length > 0 ? others : all);
  }

  /** Relays for the request box: others first, then our own. */
  forBoxes(): readonly RelayRef[] {
    const usable = this.all().filter((each) => each.source !== "nearby");
    return this.#choose(usable);
  }

  /** As many as may be used, in order; those that broke a promise only where there are no others. */
  #choose(relays: readonly KnownRelay[]): readonly RelayRef[] {
    const isDistrusted = ({ ref }: KnownRelay): boolean => this.promises.isDistrusted(ref.relay);
    const ordered = [...relays.filter((each) => !isDistrusted(each)), ...relays.filter(isDistrusted)];
    return ordered.slice(0, MAX_RELAYS).map((each) => each.ref);
  }

  /** Relays to ask about handles: nearby ones too; our own last, since it would show our address to the key's nodes. */
  forLookups(): readonly RelayRef[] {
    return this.all().map((each) => each.ref);
  }

  /** Whether queues are to go elsewhere: the person removed the relay during this run, or it broke a promise lately. */
  isLeft(relay: RelayId): boolean {
    return this.#removed.has(relay) || this.promises.isDistrusted(relay);
  }

  find(relay: RelayId): KnownRelay | undefined {
    return this.all().find((each) => each.ref.relay === relay);
  }

  /** Keeps a relay or its newer addresses; a person's own choice is never turned into a lesser source. */
  add(relay: KnownRelay): readonly StoreChange[] {
    const known = this.#kept.get(relay.ref.relay);
    const source =
      known !== undefined && PREFERENCE[known.source] < PREFERENCE[relay.source] ? known.source : relay.source;
    const kept = { ...relay, source, addedAtMs: known?.addedAtMs ?? relay.addedAtMs };
    const oldest = [...this.#kept.values()].filter((each) => each.source === "invite")[0];
    const changes: StoreChange[] = [];
    this.#removed.delete(relay.ref.relay);
    if (known === undefined && this.#kept.size >= MAX_KNOWN_RELAYS && oldest !== undefined) {
      changes.push(...this.#forget(oldest.ref.relay));
    }
    this.#kept.set(kept.ref.relay, kept);
    return [...changes, this.#table.put(kept.ref.relay, kept)];
  }

  /** Takes out a relay that the person no longer wants. */
  remove(relay: RelayId): readonly StoreChange[] {
    if (this.#kept.has(relay)) this.#removed.add(relay);
    return this.#forget(relay);
  }

  #forget(relay: RelayId): readonly StoreChange[] {
    return this.#kept.delete(relay) ? [this.#table.remove(relay)] : [];
  }
}
