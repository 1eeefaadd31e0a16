/**
 * Lets contacts reach a process that nobody can dial: a throw-away identity holds a place at one or two relays, which
 * introduce whoever asks for it, and WebRTC then connects the two directly.
 * Keeps the places itself: libp2p never makes a lost reservation again (js-libp2p #3601).
 */
import type { RelayId, RelayRef } from "@kith/protocol";
import type { Multiaddr } from "@multiformats/multiaddr";
import { startIntroducedHost } from "#hosts";
import type { Cancel } from "../ports.ts";
import type { IntroducedHost, PeerHost } from "./host-contract.ts";
import { circuitAddresses, introducedAddresses } from "./introduced.ts";
import { stopHost } from "./peer-client.ts";
import { afterReal } from "./timers.ts";

/** Relays that hold a place at once. */
const WANTED_PLACES = 2;

/** Relays that may be asked; the ones seen last. */
const MAX_CANDIDATES = 8;

/** How often the places are looked at, in ms. */
const LOOK_INTERVAL_MS = 2_000;

/** Wait after a first failure at a relay, doubled with each further one up to the limit, in ms. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;

/** How long a change is held back, so that two places are told at once, in ms. */
const TELL_DELAY_MS = 1_000;

/** What an introduction needs from the network. */
export interface IntroductionOptions {
  /** STUN and TURN servers; without them only peers on one network, or with public addresses, find each other. */
  readonly iceServers: readonly string[];
  /** Sets the protocols up before anybody can be introduced. */
  serve(host: PeerHost): Promise<void>;
  /** The addresses changed. */
  onChange(): void;
}

interface Candidate {
  readonly ref: RelayRef;
  atMs: number;
  waitMs: number;
  tries: number;
  isAsked: boolean;
}

/** The introduction identity of one process. */
export class Introduction {
  readonly #options: IntroductionOptions;
  readonly #candidates = new Map<RelayId, Candidate>();
  #host: Promise<IntroducedHost | null> | null = null;
  #running: IntroducedHost | null = null;
  #self: RelayRef | null = null;
  #cancelLook: Cancel = () => undefined;
  #cancelTell: Cancel | null = null;
  #isStopped = false;

  constructor(options: IntroductionOptions) {
    this.#options = options;
  }

  /** Where contacts can be introduced to this process; null before the first relay holds a place. */
  get self(): RelayRef | null {
    return this.#self;
  }

  /** A relay that works from here; the first one starts the identity. */
  offer(ref: RelayRef): void {
    if (this.#isStopped || circuitAddresses(ref).length === 0) return;
    const known = this.#candidates.get(ref.relay);
    this.#candidates.delete(ref.relay);
    this.#candidates.set(ref.relay, { waitMs: 0, tries: 0, isAsked: false, ...known, ref, atMs: known?.atMs ?? 0 });
    const [oldest] = this.#candidates.keys();
    if (this.#candidates.size > MAX_CANDIDATES && oldest !== undefined) this.#candidates.delete(oldest);
    this.#host ??= this.#start();
    this.#look();
  }

  /** Gives the places back. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    this.#cancelTell?.();
    const started = await this.#host?.catch(() => null);
    if (started != null) await stopHost(started.host);
  }

  async #start(): Promise<IntroducedHost | null> {
    const started = await startIntroducedHost(this.#options.iceServers);
    if (started === null) return null;
    await this.#options.serve(started.host);
    if (this.#isStopped) {
      await stopHost(started.host);
      return started;
    }
    started.onPlaces(() => this.#noticePlaces());
    this.#running = started;
    this.#look();
    return started;
  }

  #look(): void {
    this.#cancelLook();
    if (this.#isStopped) return;
    this.#cancelLook = afterReal(LOOK_INTERVAL_MS, () => this.#look());
    if (this.#running === null) return;
    const held = this.#held();
    const asked = [...this.#candidates.values()].filter(({ isAsked }) => isAsked).length;
    const nowMs = performance.now();
    const due = [...this.#candidates.values()].filter(
      ({ ref, isAsked, atMs }) => !held.has(ref.relay) && !isAsked && atMs <= nowMs,
    );
    for (const candidate of due.slice(0, Math.max(0, WANTED_PLACES - held.size - asked))) {
      void this.#ask(this.#running, candidate);
    }
  }

  async #ask({ reserve }: IntroducedHost, candidate: Candidate): Promise<void> {
    candidate.isAsked = true;
    const circuits = circuitAddresses(candidate.ref);
    try {
      // Another of its addresses each time: the first one may lead nowhere from here.
      await reserve(circuits[candidate.tries++ % circuits.length] as Multiaddr);
      candidate.waitMs = 0;
    } catch {
      // gone, full, or no introducer at all: whatever the reason, it holds no place now
      candidate.waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, candidate.waitMs * 2));
    }
    candidate.isAsked = false;
    candidate.atMs = performance.now() + candidate.waitMs * (0.5 + Math.random());
    this.#noticePlaces();
  }

  /** Relays that hold a place now. */
  #held(): ReadonlySet<string> {
    return this.#running?.held() ?? new Set();
  }

  // A place that is lost stays told until there is another: it mostly comes back, and telling costs a message to everyone.
  #noticePlaces(): void {
    if (this.#cancelTell !== null || this.#isStopped) return;
    this.#cancelTell = afterReal(this.#self === null ? 0 : TELL_DELAY_MS, () => {
      this.#cancelTell = null;
      this.#tell();
    });
  }

  #tell(): void {
    const held = this.#held();
    const refs = [...this.#candidates.values()].map(({ ref }) => ref).filter(({ relay }) => held.has(relay));
    refs.sort((a, b) => (a.relay < b.relay ? -1 : 1));
    const addresses = introducedAddresses(refs);
    if (this.#running === null || addresses.length === 0 || addresses.join() === this.#self?.addresses.join()) return;
    this.#self = { relay: this.#running.host.peerId.toString() as RelayId, addresses };
    this.#options.onChange();
  }
}
