/** A door in front of a TCP port that lets everything through until it holds one direction: the remote stops reading, or writing. */
import { createServer, connect as dial, type Server, type Socket } from "node:net";

/** A port that others dial instead of the real one. */
export class TcpHold {
  readonly #server: Server;
  readonly #pairs: (readonly [outer: Socket, inner: Socket])[] = [];
  readonly #target: number;

  /** @param target the port on this machine that connections are led to. */
  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#pass(socket));
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

  /** Takes nothing more from the target: its windows fill, as those of a remote that does not read. */
  stopReading(): void {
    for (const [outer, inner] of this.#pairs) inner.unpipe(outer).pause();
  }

  /** Reads on after it had stopped: what the target said meanwhile comes late. */
  readOn(): void {
    for (const [outer, inner] of this.#pairs) inner.pipe(outer);
  }

  /** Hands nothing more to the target: what was begun stays half said. */
  stopWriting(): void {
    for (const [outer, inner] of this.#pairs) outer.unpipe(inner).pause();
  }

  /** Ends every connection and lets nobody in any more. */
  close(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#server.close();
  }

  #pass(outer: Socket): void {
    const inner = dial(this.#target, "127.0.0.1");
    this.#pairs.push([outer, inner]);
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      socket.on("error", () => other.destroy());
      socket.on("close", () => other.destroy());
      socket.pipe(other);
    }
  }
}
