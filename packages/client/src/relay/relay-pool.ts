/** Keeps one session per relay and client identity, opens them on demand and forgets them when they close. */
import { type CryptoSuite, err, type RelayId, type RelayRef, type Result } from "@kith/protocol";
import type { Channel, ClientIdentity, Clock, Network } from "../ports.ts";
import { type RelayCallError, RelaySession } from "./relay-session.ts";

/** First and longest wait after a failed dial, in ms. */
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;

interface Backoff {
  readonly untilMs: number;
  readonly delayMs: number;
}

/** What the pool works on. */
export interface RelayPoolOptions {
  readonly network: Network;
  readonly suite: CryptoSuite;
  readonly clock: Clock;
}

/** Sessions with relays, shared by everything that talks to them under one identity. */
export class RelayPool {
  readonly #options: RelayPoolOptions;
  readonly #sessions = new Map<string, Promise<Result<RelaySession, RelayCallError>>>();
  readonly #backoffs = new Map<RelayId, Backoff>();
  readonly #connected = new Map<RelayId, number>();
  readonly #channels = new Set<Channel>();
  #isStopped = false;

  constructor(options: RelayPoolOptions) {
    this.#options = options;
  }

  /** The kept session with a relay, opening one when there is none; at once `unreachable` while backing off. */
  use(relay: RelayRef, identity: Exclude<ClientIdentity, "once">): Promise<Result<RelaySession, RelayCallError>> {
    const key = `${identity}/${relay.relay}`;
    const kept = this.#sessions.get(key);
    if (kept !== undefined) return kept;
    if (this.#isBackingOff(relay.relay)) return Promise.resolve(err({ code: "unreachable", tried: relay.addresses }));
    const opening = this.#open(relay, identity, () => {
      if (this.#sessions.get(key) === opening) this.#sessions.delete(key);
    });
    this.#sessions.set(key, opening);
    return opening;
  }

  /** Runs one task on a session under a fresh identity, which ends with it. */
  async once<T>(
    relay: RelayRef,
    task: (session: RelaySession) => Promise<Result<T, RelayCallError>>,
  ): Promise<Result<T, RelayCallError>> {
    const session = await this.#open(relay, "once", () => undefined);
    if (!session.ok) return session;
    try {
      return await task(session.value);
    } finally {
      session.value.close();
    }
  }

  /** connected: a session is open · unreachable: the last dial failed · unused: neither. */
  state(relay: RelayId): "connected" | "unreachable" | "unused" {
    if ((this.#connected.get(relay) ?? 0) > 0) return "connected";
    return this.#backoffs.has(relay) ? "unreachable" : "unused";
  }

  /** Forgets failures, after the network changed. */
  forgive(): void {
    this.#backoffs.clear();
  }

  /** Closes every session, those still being dialled as soon as they are there. */
  stop(): void {
    this.#isStopped = true;
    for (const channel of this.#channels) channel.close();
    this.#sessions.clear();
  }

  #isBackingOff(relay: RelayId): boolean {
    const backoff = this.#backoffs.get(relay);
    return this.#isStopped || (backoff !== undefined && this.#options.clock.monotonicMs() < backoff.untilMs);
  }

  async #open(
    relay: RelayRef,
    identity: ClientIdentity,
    onEnd: () => void,
  ): Promise<Result<RelaySession, RelayCallError>> {
    if (this.#isStopped) return err({ code: "closed" });
    const channel = await this.#options.network.open(relay, "relay", identity);
    if (!channel.ok) {
      this.#noteFailure(relay.relay);
      onEnd();
      return channel;
    }
    if (this.#isStopped) {
      channel.value.close();
      return err({ code: "closed" });
    }
    this.#count(relay.relay, 1);
    this.#channels.add(channel.value);
    channel.value.onClose(() => {
      this.#channels.delete(channel.value);
      this.#count(relay.relay, -1);
      onEnd();
    });
    const session = await RelaySession.start(channel.value, this.#options.suite);
    if (session.ok) this.#backoffs.delete(relay.relay);
    else {
      this.#noteFailure(relay.relay);
      channel.value.close();
      onEnd();
    }
    return session;
  }

  #noteFailure(relay: RelayId): void {
    const previous = this.#backoffs.get(relay)?.delayMs;
    const delayMs = previous === undefined ? FIRST_BACKOFF_MS : Math.min(previous * 2, MAX_BACKOFF_MS);
    this.#backoffs.set(relay, { delayMs, untilMs: this.#options.clock.monotonicMs() + delayMs });
  }

  #count(relay: RelayId, change: number): void {
    this.#connected.set(relay, (this.#connected.get(relay) ?? 0) + change);
  }
}
