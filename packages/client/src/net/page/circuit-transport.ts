/**
 * Circuits of a page: it asks relays for a place, lets itself be introduced there, and is introduced to others. A
 * circuit carries the introduction and nothing else.
 */
import type { Connection, DialTransportOptions, Stream, Transport, Upgrader } from "@libp2p/interface";
import { peerIdFromMultihash, peerIdFromString } from "@libp2p/peer-id";
import { AbstractMultiaddrConnection, lpStream } from "@libp2p/utils";
import { CODE_P2P, type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { Circuit } from "@multiformats/multiaddr-matcher";
import { decode as decodeDigest } from "multiformats/hashes/digest";
import type { Uint8ArrayList } from "uint8arraylist";
import type { Cancel } from "../../ports.ts";
import { INTRODUCE_TIMEOUT_MS } from "../host-contract.ts";
import { afterReal } from "../timers.ts";
import {
  decodeHopAnswer,
  decodeStopConnect,
  encodeConnect,
  encodeReserve,
  encodeStopOk,
  type HopAnswer,
  MAX_CIRCUIT_MESSAGE_BYTES,
  STATUS_OK,
} from "./circuit-messages.ts";
import { noLogger } from "./no-logger.ts";

const HOP_PROTOCOL = "/libp2p/circuit/relay/0.2.0/hop";
/** The protocol by which a relay offers a circuit. */
export const STOP_PROTOCOL = "/libp2p/circuit/relay/0.2.0/stop";

/** A place is asked for again so long before it ends, and not more often than the second figure, in ms. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;
const RENEW_AT_MOST_MS = 30_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a host uses of a transport. */
export type Dialer = Pick<Transport, "dial" | "dialFilter">;

/** What circuits need of their host. */
export interface CircuitHost {
  readonly upgrader: Upgrader;
  dial(addresses: Multiaddr[], options: { readonly signal: AbortSignal }): Promise<Connection>;
}

interface Place {
  readonly connection: Connection;
  cancel: Cancel;
}

/** The circuits of one host. */
export class CircuitTransport implements Dialer {
  readonly #host: CircuitHost;
  readonly #places = new Map<string, Place>();
  readonly #listeners: (() => void)[] = [];

  constructor(host: CircuitHost) {
    this.#host = host;
  }

  dialFilter(addresses: Multiaddr[]): Multiaddr[] {
    return addresses.filter((address) => Circuit.exactMatch(address));
  }

  async dial(address: Multiaddr, { signal, upgrader }: DialTransportOptions): Promise<Connection> {
    const target = address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value ?? "";
    const relay = await this.#host.dial([relayOf(address)], { signal });
    const stream = await relay.newStream(HOP_PROTOCOL, { signal });
    try {
      const message = encodeConnect(peerIdFromString(target).toMultihash().bytes);
      const { status } = await ask(stream, message, signal);
      if (status !== STATUS_OK) throw new Error(`the relay makes no circuit: ${status}`);
      const circuit = new CircuitConnection(stream, address);
      return await upgrader.upgradeOutbound(circuit, { signal, limits: {} });
    } catch (error) {
      stream.abort(error as Error);
      throw error;
    }
  }

  /** Asks a relay for a place, or to keep the one it holds. @throws Error when it does not. */
  async reserve(circuit: Multiaddr): Promise<void> {
    const signal = AbortSignal.timeout(INTRODUCE_TIMEOUT_MS);
    const connection = await this.#host.dial([relayOf(circuit)], { signal });
    const stream = await connection.newStream(HOP_PROTOCOL, { signal });
    try {
      const { status, expiresAtS } = await ask(stream, encodeReserve(), signal);
      if (status !== STATUS_OK || expiresAtS === undefined) throw new Error(`the relay holds no place: ${status}`);
      await stream.close({ signal });
      this.#keep(circuit, connection, expiresAtS * 1000 - Date.now());
    } catch (error) {
      stream.abort(error as Error);
      throw error;
    }
  }

  /** The relays that hold a place now. */
  held(): ReadonlySet<string> {
    return new Set(this.#places.keys());
  }

  /** Calls `listener` when places came or went. */
  onPlaces(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A relay offers a circuit: somebody wants to be introduced. */
  async take(stream: Stream, relay: Connection): Promise<void> {
    if (!this.#places.has(relay.remotePeer.toString())) throw new Error("this relay holds no place of ours");
    const signal = AbortSignal.timeout(INTRODUCE_TIMEOUT_MS);
    const framed = lpStream(stream, { maxDataLength: MAX_CIRCUIT_MESSAGE_BYTES });
    const peer = decodeStopConnect((await framed.read({ signal })).subarray());
    if (peer === null) throw new Error("the relay sent no offer");
    const remote = peerIdFromMultihash(decodeDigest(peer));
    await framed.write(encodeStopOk(), { signal });
    framed.unwrap();
    const address = relay.remoteAddr.encapsulate(`/p2p-circuit/p2p/${remote}`);
    await this.#host.upgrader.upgradeInbound(new CircuitConnection(stream, address), { signal, limits: {} });
  }

  /** Keeps no place any more. */
  stop(): void {
    for (const { cancel } of this.#places.values()) cancel();
    this.#places.clear();
  }

  #keep(circuit: Multiaddr, connection: Connection, lifeMs: number): void {
    const relay = connection.remotePeer.toString();
    const waitMs = Math.min(LONGEST_TIMER_MS, Math.max(RENEW_AT_MOST_MS, lifeMs - RENEW_BEFORE_MS));
    const renew = (): void => void this.reserve(circuit).catch(() => this.#lose(relay, connection));
    const known = this.#places.get(relay);
    known?.cancel();
    const cancel = afterReal(waitMs, renew);
    if (known?.connection === connection) {
      known.cancel = cancel;
      return;
    }
    this.#places.set(relay, { connection, cancel });
    connection.addEventListener("close", () => this.#lose(relay, connection));
    this.#tell();
  }

  #lose(relay: string, connection: Connection): void {
    const place = this.#places.get(relay);
    if (place?.connection !== connection) return;
    place.cancel();
    this.#places.delete(relay);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The address of the relay in the address of a circuit. */
function relayOf(circuit: Multiaddr): Multiaddr {
  return multiaddr(circuit.toString().split("/p2p-circuit")[0]);
}

async function ask(stream: Stream, message: Uint8Array, signal: AbortSignal): Promise<HopAnswer> {
  const framed = lpStream(stream, { maxDataLength: MAX_CIRCUIT_MESSAGE_BYTES });
  await framed.write(message, { signal });
  const answer = decodeHopAnswer((await framed.read({ signal })).subarray());
  if (answer === null) throw new Error("the relay did not answer as one");
  framed.unwrap();
  return answer;
}

/** A stream to a relay as the raw connection to whoever is at its other end. */
class CircuitConnection extends AbstractMultiaddrConnection {
  readonly #stream: Stream;

  constructor(stream: Stream, remoteAddr: Multiaddr) {
    super({ remoteAddr, direction: stream.direction, log: noLogger.forComponent("circuit") });
    this.#stream = stream;
    stream.addEventListener("close", ({ error }) => this.onTransportClosed(error));
    stream.addEventListener("remoteCloseWrite", () => {
      this.onRemoteCloseWrite();
      this.close().catch((error: Error) => this.abort(error));
    });
    stream.addEventListener("message", ({ data }) => this.onData(data));
    stream.addEventListener("drain", () => this.safeDispatchEvent("drain"));
  }

  sendData(data: Uint8ArrayList): { sentBytes: number; canSendMore: boolean } {
    return { sentBytes: data.byteLength, canSendMore: this.#stream.send(data) };
  }

  async sendClose(options?: Parameters<Stream["close"]>[0]): Promise<void> {
    await this.#stream.close(options);
  }

  sendReset(): void {
    this.#stream.abort(new Error("the circuit ended"));
  }

  sendPause(): void {
    this.#stream.pause();
  }

  sendResume(): void {
    this.#stream.resume();
  }
}
