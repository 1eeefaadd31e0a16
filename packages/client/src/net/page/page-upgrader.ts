/** From a transport's raw connection to an encrypted one with streams. */
import type {
  ClearableSignal,
  Connection,
  ConnectionEncrypter,
  MessageStream,
  MultiaddrConnection,
  PeerId,
  StreamHandlerRecord,
  StreamMuxerFactory,
  Upgrader,
  UpgraderOptions,
  UpgraderWithoutEncryptionOptions,
} from "@libp2p/interface";
import { handle, select } from "@libp2p/multistream-select";
import { peerIdFromString } from "@libp2p/peer-id";
import { CODE_P2P } from "@multiformats/multiaddr";
import { PageConnection } from "./page-connection.ts";

/** How long a connection that comes in may take, in ms. */
const INBOUND_TIMEOUT_MS = 10_000;

/** Connections that come in and are not ready yet. */
const MAX_PENDING = 10;

/** What an upgrader works with. */
export interface PageUpgraderOptions {
  readonly self: PeerId;
  readonly muxer: StreamMuxerFactory;
  readonly handlers: ReadonlyMap<string, StreamHandlerRecord>;
  /** Whether one more connection may come in. */
  hasRoom(): boolean;
  onConnection(connection: Connection): void;
}

type Options = UpgraderOptions | UpgraderWithoutEncryptionOptions;
type Direction = "inbound" | "outbound";

interface Secured {
  readonly stream: MessageStream;
  readonly remotePeer: PeerId;
  readonly encryption: string;
  readonly muxer: StreamMuxerFactory | undefined;
}

/** libp2p's upgrader for one way of encryption and one muxer. */
export class PageUpgrader implements Upgrader {
  readonly #options: PageUpgraderOptions;
  readonly #encrypters = new Map<string, ConnectionEncrypter>();
  readonly #muxers: Map<string, StreamMuxerFactory>;
  #pending = 0;

  constructor(options: PageUpgraderOptions) {
    this.#options = options;
    this.#muxers = new Map([[options.muxer.protocol, options.muxer]]);
  }

  /** The encrypter asks the upgrader for its muxers, so it comes later. */
  encryptWith(encrypter: ConnectionEncrypter): void {
    this.#encrypters.set(encrypter.protocol, encrypter);
  }

  async upgradeOutbound(maConn: MultiaddrConnection, options: Options): Promise<Connection> {
    // Over WebRTC the one who dials may be the one who answers.
    return await this.#upgrade(maConn, options.initiator === false ? "inbound" : "outbound", options);
  }

  async upgradeInbound(maConn: MultiaddrConnection, options: Options): Promise<void> {
    if (this.#pending >= MAX_PENDING || !this.#options.hasRoom()) throw new Error("too many connections");
    this.#pending += 1;
    try {
      const signal = AbortSignal.any([options.signal, AbortSignal.timeout(INBOUND_TIMEOUT_MS)]);
      await this.#upgrade(maConn, "inbound", { ...options, signal });
    } finally {
      this.#pending -= 1;
    }
  }

  createInboundAbortSignal(signal: AbortSignal): ClearableSignal {
    const either = AbortSignal.any([signal, AbortSignal.timeout(INBOUND_TIMEOUT_MS)]);
    return Object.assign(either, { clear: () => undefined });
  }

  getStreamMuxers(): Map<string, StreamMuxerFactory> {
    return this.#muxers;
  }

  getConnectionEncrypters(): Map<string, ConnectionEncrypter> {
    return this.#encrypters;
  }

  async #upgrade(maConn: MultiaddrConnection, direction: Direction, options: Options): Promise<Connection> {
    const secured =
      "skipEncryption" in options ? skip(maConn, options) : await this.#secure(maConn, direction, options);
    const { stream, remotePeer, encryption } = secured;
    if (remotePeer.equals(this.#options.self)) throw new Error("this is ourselves");
    const factory =
      options.muxerFactory ?? secured.muxer ?? (await this.#agree(stream, this.#muxers, direction, options));
    const connection = new PageConnection({
      id: crypto.randomUUID(),
      maConn,
      muxer: factory.createStreamMuxer(stream),
      remotePeer,
      direction,
      encryption,
      limits: options.limits,
      handlers: this.#options.handlers,
    });
    this.#options.onConnection(connection);
    return connection;
  }

  async #secure(maConn: MultiaddrConnection, direction: Direction, { signal }: Options): Promise<Secured> {
    const encrypter = await this.#agree(maConn, this.#encrypters, direction, { signal });
    const id = maConn.remoteAddr.getComponents().findLast(({ code }) => code === CODE_P2P)?.value;
    const options = { signal, ...(id === undefined ? {} : { remotePeer: peerIdFromString(id) }) };
    const secured = await (direction === "inbound"
      ? encrypter.secureInbound(maConn, options)
      : encrypter.secureOutbound(maConn, options));
    const { connection: stream, remotePeer, streamMuxer: muxer } = secured;
    return { stream, remotePeer, muxer, encryption: encrypter.protocol };
  }

  async #agree<T>(
    stream: MessageStream,
    choices: ReadonlyMap<string, T>,
    direction: Direction,
    { signal }: Pick<Options, "signal">,
  ): Promise<T> {
    const names = [...choices.keys()];
    const name = await (direction === "inbound" ? handle : select)(stream, names, { signal });
    const chosen = choices.get(name);
    if (chosen === undefined) throw new Error("the other end chose what was not offered");
    return chosen;
  }
}

/** A transport that encrypts by itself has checked who is there. */
function skip(maConn: MultiaddrConnection, { remotePeer }: UpgraderWithoutEncryptionOptions): Secured {
  return { stream: maConn, remotePeer, encryption: "native", muxer: undefined };
}
