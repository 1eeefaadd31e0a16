/**
 * A libp2p host as small as a page needs it: it dials, upgrades, and serves what its handlers say, and leaves address
 * books, discovery, identification and routing to the relays. It speaks the same wire as every other host.
 */
import { generateKeyPair } from "@libp2p/crypto/keys";
import type {
  Connection,
  PeerId,
  PrivateKey,
  Stream,
  StreamHandler,
  StreamHandlerOptions,
  StreamHandlerRecord,
} from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { byteStream, echo } from "@libp2p/utils";
import { yamux } from "@libp2p/yamux";
import { CODE_P2P, type Multiaddr } from "@multiformats/multiaddr";
import {
  CLIENT_PING_INTERVAL_MS,
  MAX_INTRODUCED,
  type PeerHost,
  STREAM_WINDOW_BYTES,
  type TransportFactory,
} from "../host-contract.ts";
import { CircuitTransport, type Dialer, STOP_PROTOCOL } from "./circuit-transport.ts";
import { noLogger } from "./no-logger.ts";
import { PageUpgrader } from "./page-upgrader.ts";

const PING_PROTOCOL = "/ipfs/ping/1.0.0";
const PING_BYTES = 32;

/** A peer that answers nothing for so long is gone, in ms. */
const PING_TIMEOUT_MS = 10_000;

/**
 * How much sooner than a dial its WebSocket gives up, in ms. The package closes one that does not open by this limit
 * alone, not by the signal of the dial; left to connect, it holds up every later one to that address, which browsers open
 * one after the other, for a quarter of a minute after a line that was cut is back.
 */
const SOCKET_MARGIN_MS = 250;

/** Ping streams of one peer at once. */
const MAX_PINGS = 2;

/** One dial that several callers may wait for; it ends with the last of them. */
interface Dial {
  readonly connection: Promise<Connection>;
  readonly stop: AbortController;
  waiting: number;
}

/** A throw-away identity with its connections. */
export class PageHost implements PeerHost {
  readonly peerId: PeerId;
  readonly upgrader: PageUpgrader;
  readonly circuits: CircuitTransport;
  readonly #addressTimeoutMs: number;
  readonly #transports: Dialer[] = [];
  readonly #handlers = new Map<string, StreamHandlerRecord>();
  readonly #connections = new Set<Connection>();
  readonly #dials = new Map<string, Dial>();
  readonly #stopped = new AbortController();
  readonly #pings: ReturnType<typeof setInterval>;

  private constructor(privateKey: PrivateKey, transports: readonly TransportFactory[], addressTimeoutMs: number) {
    this.peerId = peerIdFromPrivateKey(privateKey);
    this.#addressTimeoutMs = addressTimeoutMs;
    this.upgrader = new PageUpgrader({
      self: this.peerId,
      muxer: yamux({ streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES } })(),
      handlers: this.#handlers,
      hasRoom: () => this.#connections.size < MAX_INTRODUCED,
      onConnection: (connection) => this.#add(connection),
    });
    this.circuits = new CircuitTransport(this);
    const components = this.#components(privateKey);
    this.upgrader.encryptWith(noise()(components));
    this.#transports.push(this.circuits, ...transports.map((make) => make(components as never)));
    this.#pings = setInterval(() => this.#pingAll(), CLIENT_PING_INTERVAL_MS);
  }

  /** Starts a host with a fresh identity. @param addressTimeoutMs how long one address may take. */
  static async start(transports: readonly TransportFactory[], addressTimeoutMs: number): Promise<PageHost> {
    const host = new PageHost(await generateKeyPair("Ed25519"), transports, addressTimeoutMs);
    await host.handle(PING_PROTOCOL, (stream) => echo(stream), { maxInboundStreams: MAX_PINGS });
    const takeCircuit: StreamHandler = (stream, relay) => host.circuits.take(stream, relay);
    await host.handle(STOP_PROTOCOL, takeCircuit, {});
    for (const transport of host.#transports) await lifeOf(transport).start?.();
    return host;
  }

  async dial(addresses: Multiaddr[], { signal }: { readonly signal: AbortSignal }): Promise<Connection> {
    const peer = addresses[0]?.getComponents().findLast(({ code }) => code === CODE_P2P)?.value ?? "";
    const isUsable = ({ status, limits }: Connection): boolean => status === "open" && limits === undefined;
    const open = this.#connectionsTo(peer).find(isUsable);
    if (open !== undefined) return open;
    const dial = this.#dials.get(peer) ?? this.#begin(peer, addresses);
    dial.waiting += 1;
    try {
      return await untilAborted(dial.connection, signal);
    } finally {
      dial.waiting -= 1;
      if (dial.waiting === 0) {
        // It ends in a moment, and is none to join any more.
        this.#dials.delete(peer);
        dial.stop.abort(new Error("nobody waits"));
      }
    }
  }

  getConnections(): Connection[] {
    return [...this.#connections];
  }

  async handle(protocol: string, handler: StreamHandler, options: StreamHandlerOptions): Promise<void> {
    this.#handlers.set(protocol, { handler, options });
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error("the host has stopped"));
    clearInterval(this.#pings);
    this.circuits.stop();
    for (const transport of this.#transports) if (transport !== this.circuits) await lifeOf(transport).stop?.();
    for (const connection of this.#connections) connection.abort(new Error("the host has stopped"));
  }

  /** What transports and encrypters take from a host. */
  #components(privateKey: PrivateKey) {
    return {
      peerId: this.peerId,
      privateKey,
      logger: noLogger,
      upgrader: this.upgrader,
      events: new EventTarget(),
      registrar: {
        handle: (protocol: string, handler: StreamHandler, options: StreamHandlerOptions) =>
          this.handle(protocol, handler, options),
        unhandle: async (protocol: string) => void this.#handlers.delete(protocol),
      },
      connectionManager: { getConnections: (peer: PeerId) => this.#connectionsTo(peer.toString()) },
      transportManager: {
        dial: (address: Multiaddr, { signal }: { readonly signal: AbortSignal }) => this.#dialOne(address, signal),
      },
    };
  }

  #begin(peer: string, addresses: readonly Multiaddr[]): Dial {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#stopped.signal]);
    const connection = this.#dialEach(addresses, signal);
    connection.catch(() => undefined); // told to those who still wait
    const dial: Dial = { connection, stop, waiting: 0 };
    this.#dials.set(peer, dial);
    return dial;
  }

  async #dialEach(addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
    let last: unknown = new Error("no address to dial");
    for (const address of addresses) {
      signal.throwIfAborted();
      try {
        const timeout = AbortSignal.timeout(this.#addressTimeoutMs);
        return await this.#dialOne(address, AbortSignal.any([signal, timeout]));
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  async #dialOne(address: Multiaddr, signal: AbortSignal): Promise<Connection> {
    const transport = this.#transports.find((each) => each.dialFilter([address]).length > 0);
    if (transport === undefined) throw new Error("no transport dials this");
    const options = { signal, timeout: this.#addressTimeoutMs - SOCKET_MARGIN_MS, upgrader: this.upgrader };
    const connection = await transport.dial(address, options);
    if (!signal.aborted) return connection;
    connection.abort(new Error("nobody waits"));
    throw signal.reason;
  }

  #connectionsTo(peer: string): Connection[] {
    return this.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peer);
  }

  #add(connection: Connection): void {
    this.#connections.add(connection);
    connection.addEventListener("close", () => this.#connections.delete(connection));
    if (this.#stopped.signal.aborted) connection.abort(new Error("the host has stopped"));
  }

  #pingAll(): void {
    for (const connection of this.#connections) void this.#ping(connection);
  }

  /** Any answer shows that the peer is there, also that it does not know the question. */
  async #ping(connection: Connection): Promise<void> {
    const signal = AbortSignal.timeout(PING_TIMEOUT_MS);
    let stream: Stream | undefined;
    try {
      stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true });
      const bytes = byteStream(stream);
      await bytes.write(crypto.getRandomValues(new Uint8Array(PING_BYTES)), { signal });
      await bytes.read({ bytes: PING_BYTES, signal });
      await stream.close({ signal });
    } catch (error) {
      stream?.abort(error as Error);
      if (signal.aborted) connection.abort(new Error("the peer is silent"));
    }
  }
}

/** Some transports have something to start. */
function lifeOf(transport: Dialer): { start?(): Promise<void>; stop?(): Promise<void> } {
  return transport as { start?(): Promise<void>; stop?(): Promise<void> };
}

/** The value of a promise, or the reason of a signal, whichever comes first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
