/**
 * The network port in a page: throw-away hosts that dial, and one that relays introduce to contacts. A page finds nobody
 * by itself; relays look up for it.
 */
import { err, type RelayRef, type Result } from "@kith/protocol";
import type { Stream } from "@libp2p/interface";
import type { Acceptor, Channel, ClientIdentity, KithProtocol, LinkError, Network } from "../ports.ts";
import type { PeerHost } from "./host-contract.ts";
import { InboundStream } from "./inbound.ts";
import { Introduction } from "./introduction.ts";
import { MAX_STREAMS_PER_PEER, PeerClient } from "./peer-client.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";

/** What contacts speak to each other without a relay between them. */
const CONTACT_PROTOCOLS = ["direct", "file"] as const;

/** How a page takes part in the network. */
export interface BrowserNetworkOptions {
  /** Links to contacts are neither made nor taken: only relays see the address of this device. */
  readonly isAddressHidden: boolean;
  /** URLs of STUN and TURN servers for links to contacts; none are asked without. */
  readonly iceServers: readonly string[];
  /** A bug of this program: a request handler threw. */
  readonly onError: (error: unknown) => void;
}

/** The network of one page. */
export class BrowserNetwork implements Network {
  readonly #options: BrowserNetworkOptions;
  readonly #client: PeerClient;
  readonly #introduction: Introduction | null;
  readonly #acceptors = new Map<KithProtocol, Acceptor>();
  readonly #changeListeners: (() => void)[] = [];
  readonly #onOnline = (): void => this.#changed();

  constructor(options: BrowserNetworkOptions) {
    const { isAddressHidden, iceServers } = options;
    this.#options = options;
    this.#client = new PeerClient(iceServers);
    const serve = (host: PeerHost) => this.#serveContacts(host);
    const onChange = () => this.#changed();
    this.#introduction = isAddressHidden ? null : new Introduction({ iceServers, serve, onChange });
  }

  /** Begins to notice when the device comes back online. */
  start(): void {
    globalThis.addEventListener?.("online", this.#onOnline);
  }

  /** Closes every channel; takes a few seconds at most. */
  async stop(): Promise<void> {
    globalThis.removeEventListener?.("online", this.#onOnline);
    await Promise.all([this.#client.stop(), this.#introduction?.stop()]);
  }

  async open(target: RelayRef, protocol: KithProtocol, identity: ClientIdentity): Promise<Result<Channel, LinkError>> {
    const isToContact = CONTACT_PROTOCOLS.some((each) => each === protocol);
    if (isToContact && this.#options.isAddressHidden) return err({ code: "unreachable", tried: [] });
    const opened = await this.#client.open(target, protocol, identity);
    // The relays that hold our queues: contacts know them already, and can dial them.
    if (opened.ok && protocol === "relay" && identity === "receive") this.#introduction?.offer(target);
    return opened;
  }

  serve(protocol: KithProtocol, acceptor: Acceptor): void {
    this.#acceptors.set(protocol, acceptor);
  }

  self(): RelayRef | null {
    return this.#introduction?.self ?? null;
  }

  nearby(): readonly RelayRef[] {
    return [];
  }

  onChange(listener: () => void): void {
    this.#changeListeners.push(listener);
  }

  #changed(): void {
    for (const listener of this.#changeListeners) listener();
  }

  /** Direct mail and files are all that a page serves. */
  async #serveContacts(host: PeerHost): Promise<void> {
    for (const protocol of CONTACT_PROTOCOLS) {
      await host.handle(PROTOCOL_IDS[protocol], (stream) => this.#onStream(stream, protocol), {
        maxInboundStreams: MAX_STREAMS_PER_PEER,
      });
    }
  }

  #onStream(stream: Stream, protocol: KithProtocol): void {
    const onHandlerError = this.#options.onError;
    const acceptor = this.#acceptors.get(protocol);
    if (acceptor === undefined) {
      stream.abort(new Error("nothing is served yet"));
      return;
    }
    try {
      new InboundStream(stream, { remoteAddress: null, acceptor, onHandlerError });
    } catch (error) {
      stream.abort(new Error("the acceptor failed"));
      onHandlerError(error);
    }
  }
}
