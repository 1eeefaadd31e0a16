/** A door in front of a TCP port that counts what comes out of it, or goes in, and cuts every connection at a given number of bytes. */
import { createServer, connect as dial, type Server, type Socket } from "node:net";

/** A port that others dial instead of the real one. */
export class TcpCut {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target = 0;
  #limit = Number.POSITIVE_INFINITY;
  #bytes = 0;
  #onCut: () => void = () => undefined;
  readonly #counted: "out" | "in";

  /** @param counted which bytes count. */
  constructor(counted: "out" | "in" = "out") {
    this.#counted = counted;
    this.#server = createServer((socket) => this.#pass(socket));
  }

  /** Counted bytes since the start. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Listens on a free port of this machine. @returns the port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
    return address.port;
  }

  /** Leads connections to this port from now on. */
  leadTo(port: number): void {
    this.#target = port;
  }

  /** Lets `bytes` more pass, then cuts everything and lets nobody in. @returns once it has been cut. */
  cutAfter(bytes: number): Promise<void> {
    this.#limit = this.#bytes + bytes;
    return new Promise((resolve) => {
      this.#onCut = resolve;
    });
  }

  /** Lets everything through again. */
  mend(): void {
    this.#limit = Number.POSITIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.#dropAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #isCut(): boolean {
    return this.#bytes >= this.#limit;
  }

  #pass(outer: Socket): void {
    if (this.#isCut) {
      outer.destroy();
      return;
    }
    const inner = dial(this.#target, "127.0.0.1");
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    const counted = this.#counted === "out" ? inner : outer;
    counted.on("data", (chunk) => {
      this.#bytes += chunk.length;
      if (!this.#isCut) return;
      this.#dropAll();
      this.#onCut();
    });
    outer.pipe(inner);
    inner.pipe(outer);
  }

  #dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
