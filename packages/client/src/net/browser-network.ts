/** The network port in a page: throw-away hosts that dial. A page finds nobody by itself; relays look up for it. */
import type { RelayRef, Result } from "@kith/protocol";
import type { Acceptor, Channel, ClientIdentity, KithProtocol, LinkError, Network } from "../ports.ts";
import { PeerClient } from "./peer-client.ts";

/** The network of one page. */
export class BrowserNetwork implements Network {
  readonly #client = new PeerClient();
  readonly #acceptors = new Map<KithProtocol, Acceptor>();
  readonly #changeListeners: (() => void)[] = [];
  readonly #onOnline = (): void => this.#changed();

  /** Begins to notice when the device comes back online. */
  start(): void {
    globalThis.addEventListener?.("online", this.#onOnline);
  }

  /** Closes every channel; takes a few seconds at most. */
  async stop(): Promise<void> {
    globalThis.removeEventListener?.("online", this.#onOnline);
    await this.#client.stop();
  }

  async open(target: RelayRef, protocol: KithProtocol, identity: ClientIdentity): Promise<Result<Channel, LinkError>> {
    return await this.#client.open(target, protocol, identity);
  }

  serve(protocol: KithProtocol, acceptor: Acceptor): void {
    this.#acceptors.set(protocol, acceptor);
  }

  self(): RelayRef | null {
    return null;
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
}
