/** One upgraded connection of a page's host: streams whose protocols both ends agreed on. */
import {
  type AbortOptions,
  type Connection,
  type ConnectionLimits,
  type MessageStreamEvents,
  type MultiaddrConnection,
  type NewStreamOptions,
  type PeerId,
  type Stream,
  StreamCloseEvent,
  type StreamHandlerRecord,
  type StreamMuxer,
} from "@libp2p/interface";
import { handle, select } from "@libp2p/multistream-select";
import { CODE_P2P, type Multiaddr } from "@multiformats/multiaddr";
import { TypedEventEmitter } from "main-event";

/** How long both ends may take to agree on the protocol of a stream, in ms. */
const NEGOTIATION_TIMEOUT_MS = 10_000;

/** How long a connection may take to close in good order, in ms. */
const CLOSE_TIMEOUT_MS = 1_000;

/** What a connection is made of. */
export interface PageConnectionInit {
  readonly id: string;
  readonly maConn: MultiaddrConnection;
  readonly muxer: StreamMuxer;
  readonly remotePeer: PeerId;
  readonly direction: "inbound" | "outbound";
  readonly encryption: string;
  /** Set for a circuit, which introduces and carries nothing else. */
  readonly limits: ConnectionLimits | undefined;
  /** What the host serves at this moment. */
  readonly handlers: ReadonlyMap<string, StreamHandlerRecord>;
}

/** libp2p's connection, with what Kith uses of it. */
export class PageConnection
  extends TypedEventEmitter<Omit<MessageStreamEvents, "drain" | "message" | "end">>
  implements Connection
{
  readonly id: string;
  readonly remoteAddr: Multiaddr;
  readonly remotePeer: PeerId;
  readonly direction: Connection["direction"];
  readonly timeline: Connection["timeline"];
  readonly log: Connection["log"];
  readonly direct: boolean;
  readonly multiplexer: string;
  readonly encryption: string;
  readonly limits?: ConnectionLimits;
  readonly #init: PageConnectionInit;

  constructor(init: PageConnectionInit) {
    super();
    const { maConn, muxer, remotePeer, limits } = init;
    this.#init = init;
    this.id = init.id;
    const hasPeer = maConn.remoteAddr.getComponents().some(({ code }) => code === CODE_P2P);
    this.remoteAddr = hasPeer ? maConn.remoteAddr : maConn.remoteAddr.encapsulate(`/p2p/${remotePeer}`);
    this.remotePeer = remotePeer;
    this.direction = init.direction;
    this.timeline = maConn.timeline;
    this.log = maConn.log;
    this.direct = limits === undefined;
    this.multiplexer = muxer.protocol;
    this.encryption = init.encryption;
    if (limits !== undefined) this.limits = limits;
    muxer.addEventListener("stream", ({ detail }) => void this.#take(detail));
    maConn.addEventListener("close", ({ local, error }) => this.dispatchEvent(new StreamCloseEvent(local, error)));
  }

  get streams(): Stream[] {
    return this.#init.muxer.streams;
  }

  get status(): Connection["status"] {
    return this.#init.maConn.status;
  }

  async newStream(protocols: string | string[], options: NewStreamOptions = {}): Promise<Stream> {
    if (this.status !== "open" || this.#init.muxer.status !== "open") throw new Error("the connection is not open");
    if (this.limits !== undefined && options.runOnLimitedConnection !== true) {
      throw new Error("a circuit carries nothing but introductions");
    }
    const wanted = [protocols].flat();
    const signal = options.signal ?? AbortSignal.timeout(NEGOTIATION_TIMEOUT_MS);
    const [early] = wanted;
    const hint = wanted.length === 1 && early !== undefined ? { protocol: early } : {};
    const stream = await this.#init.muxer.createStream({ signal, ...hint });
    try {
      if (stream.protocol === "") stream.protocol = await select(stream, wanted, { signal });
      const limit = options.maxOutboundStreams ?? Number.POSITIVE_INFINITY;
      if (this.#count(stream) > limit) throw new Error("too many streams of this protocol");
      return stream;
    } catch (error) {
      stream.abort(error as Error);
      throw error;
    }
  }

  async close({ signal = AbortSignal.timeout(CLOSE_TIMEOUT_MS) }: AbortOptions = {}): Promise<void> {
    await this.#init.muxer.close({ signal });
    await this.#init.maConn.close({ signal });
  }

  abort(error: Error): void {
    this.#init.muxer.abort(error);
    this.#init.maConn.abort(error);
  }

  /** A stream that the other end opened. */
  async #take(stream: Stream): Promise<void> {
    const { handlers } = this.#init;
    try {
      const signal = AbortSignal.timeout(NEGOTIATION_TIMEOUT_MS);
      if (stream.protocol === "") stream.protocol = await handle(stream, [...handlers.keys()], { signal });
      const served = handlers.get(stream.protocol);
      if (served === undefined) throw new Error("nobody serves this protocol");
      const { handler, options } = served;
      if (this.limits !== undefined && options.runOnLimitedConnection !== true) {
        throw new Error("a circuit carries nothing but introductions");
      }
      if (options.maxInboundStreams !== undefined && this.#count(stream) > options.maxInboundStreams) {
        throw new Error("too many streams of this protocol");
      }
      // In the tick in which the protocol was agreed on, so that nothing is read before somebody listens.
      await handler(stream, this);
    } catch (error) {
      stream.abort(error as Error);
    }
  }

  #count({ direction, protocol }: Stream): number {
    return this.streams.filter((each) => each.direction === direction && each.protocol === protocol).length;
  }
}
