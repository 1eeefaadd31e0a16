/**
 * Says to whoever asks where a packet came from, over UDP: what two devices of a call need to find each other through their
 * routers. It answers Binding requests and nothing else, keeps nothing, and each address and all together only so often.
 * @see docs/spec/05-relay.md (STUN and TURN)
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { addressToSource, BucketTable, createBucket, takeTokens } from "../relay/token-bucket.ts";
import { encodeBindingAnswer, readBindingRequest } from "./stun-message.ts";

/** Of one source: a device asks a few times for each of its addresses in a call. */
const SOURCE_RATE = { perSecond: 10, burst: 60 };

/** Of all together: an answer has 12 or 24 bytes more than its request, so that a forged source gains little. */
const TOTAL_RATE = { perSecond: 2000, burst: 4000 };

const MAX_SOURCES = 10_000;

/** A STUN server. */
export class StunServer {
  readonly #host: string;
  readonly #wantedPort: number;
  readonly #sources = new BucketTable(SOURCE_RATE, MAX_SOURCES);
  readonly #total = createBucket(TOTAL_RATE, performance.now());
  #socket: Socket | null = null;

  /** @param port UDP; 0 for any. */
  constructor({ host, port }: { readonly host: string; readonly port: number }) {
    this.#host = host;
    this.#wantedPort = port;
  }

  /** The bound port; null while it does not answer. */
  get port(): number | null {
    return this.#socket?.address().port ?? null;
  }

  /** @returns whether it answers now; not when another program has the port. */
  async start(): Promise<boolean> {
    const socket = createSocket(isIPv6(this.#host) ? "udp6" : "udp4");
    const isBound = await new Promise<boolean>((resolve) => {
      socket.once("error", () => resolve(false));
      socket.bind({ address: this.#host, port: this.#wantedPort, exclusive: true }, () => resolve(true));
    });
    if (!isBound) {
      socket.close();
      return false;
    }
    // A packet that could not leave was one like any that is lost.
    socket.on("error", () => undefined);
    socket.on("message", (packet, from) => this.#answer(socket, packet, from));
    this.#socket = socket;
    return true;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #answer(socket: Socket, packet: Uint8Array, { address, port }: RemoteInfo): void {
    const transaction = readBindingRequest(packet);
    const bytes = transaction === null ? null : addressBytes(address);
    // Port 0 is nowhere.
    if (transaction === null || bytes === null || port === 0 || this.#socket !== socket) return;
    const nowMs = performance.now();
    if (this.#sources.take(addressToSource(address), nowMs) !== null) return;
    if (!takeTokens(this.#total, TOTAL_RATE, nowMs, 1)) return;
    socket.send(encodeBindingAnswer(transaction, bytes, port), port, address, () => undefined);
  }
}

/** 4 or 16 bytes of an address as a socket names it; IPv4 inside of IPv6 is IPv4. */
function addressBytes(address: string): Uint8Array | null {
  const [plain = ""] = address.split("%");
  const four = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(plain);
  if (four !== null) return Uint8Array.from(four.slice(1), Number);
  if (!isIPv6(plain)) return null;
  const [head = "", tail] = plain.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  const all = [...left, ...(tail === undefined ? [] : zeros), ...right].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
