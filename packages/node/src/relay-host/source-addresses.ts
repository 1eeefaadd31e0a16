/** Whose connection a local port carries: what comes through the web front reaches libp2p from this machine itself. */

/** Clients behind the web front, by the port from which the front hands their connection on. */
export class SourceAddresses {
  readonly #addressByPort = new Map<number, string>();

  /** Notes the client of a port until `forget`. */
  note(port: number, address: string): void {
    this.#addressByPort.set(port, address);
  }

  forget(port: number): void {
    this.#addressByPort.delete(port);
  }

  /** The client's address; undefined for a connection that the front did not make. */
  find(port: number): string | undefined {
    return this.#addressByPort.get(port);
  }

  get size(): number {
    return this.#addressByPort.size;
  }
}
