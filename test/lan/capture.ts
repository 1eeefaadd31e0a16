/** What went over a wire: every packet that tcpdump saw in a namespace. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** RFC 5389 §6. */
const STUN_COOKIE = 0x2112a442;

const UDP = 17;
const TCP = 6;

/** A packet of IPv4. */
export interface Packet {
  readonly source: string;
  readonly target: string;
  readonly isUdp: boolean;
  /** Of UDP and TCP; else 0. */
  readonly ports: readonly [number, number];
  readonly payload: Buffer;
}

/** A running capture. */
export class Capture {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Begins; resolves once packets are seen. Ends with the test. */
  static async start(namespace: string, device: string): Promise<Capture> {
    const folder = await mkdtemp(join(tmpdir(), "kith-capture-"));
    // As root tcpdump would give itself another user, who may not write here.
    const words = ["-Z", "root", "-i", device, "-n", "-U", "-s", "0", "-w", join(folder, "packets"), "ip"];
    const args = ["netns", "exec", namespace, "tcpdump", ...words];
    const child = spawn("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
    onTestFinished(async () => {
      if (child.exitCode === null) child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    });
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`tcpdump ended with ${code}`)));
      child.stderr.on("data", (said) => String(said).includes("listening on") && resolve());
    });
    return new Capture(child, folder);
  }

  /** Ends it. @returns what was seen. */
  async stop(): Promise<readonly Packet[]> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGINT");
    await ended;
    return readPackets(await readFile(join(this.#folder, "packets")));
  }
}

/** Whether a packet is one of STUN, or carries one over TCP. */
export function isStun({ isUdp, payload }: Packet): boolean {
  const at = isUdp ? 4 : 6; // RFC 4571 puts a length of two bytes before it; TURN over TCP does not
  if (!isUdp && payload.length >= 8 && payload.readUInt32BE(4) === STUN_COOKIE) return true;
  return payload.length >= at + 4 && payload.readUInt32BE(at) === STUN_COOKIE;
}

/** The classic file of tcpdump, in the order of bytes of this machine. */
function readPackets(file: Buffer): readonly Packet[] {
  const packets: Packet[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    if (frame.length >= 34 && frame.readUInt16BE(12) === 0x0800) packets.push(readPacket(frame.subarray(14)));
  }
  return packets;
}

function readPacket(ip: Buffer): Packet {
  const head = (ip.readUInt8(0) & 15) * 4;
  const kind = ip.readUInt8(9);
  const body = ip.subarray(head, Math.min(ip.length, ip.readUInt16BE(2)));
  const hasPorts = (kind === UDP || kind === TCP) && body.length >= 4;
  const bodyHead = kind === UDP ? 8 : kind === TCP && body.length > 12 ? (body.readUInt8(12) >> 4) * 4 : 0;
  return {
    source: ip.subarray(12, 16).join("."),
    target: ip.subarray(16, 20).join("."),
    isUdp: kind === UDP,
    ports: hasPorts ? [body.readUInt16BE(0), body.readUInt16BE(2)] : [0, 0],
    payload: body.subarray(bodyHead),
  };
}
