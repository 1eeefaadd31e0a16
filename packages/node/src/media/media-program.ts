/** What a program does with the sound and picture of a call: the port between packets and whoever makes or takes them. */
import type { RtpPacket } from "./rtp-packet.ts";

/** Sound is Opus, picture is VP8. */
export type MediaKind = "audio" | "video";

/** One packet without what belongs to the connection alone. */
export type MediaPacket = Pick<RtpPacket, "isMarked" | "sequence" | "timestamp" | "payload">;

/** The way to the other side, from the moment there is one. */
export interface MediaWire {
  /** Sends a packet; one of a kind that is switched off, too long, or while the way is broken, is dropped. */
  send(kind: MediaKind, packet: MediaPacket): void;
  /** Asks the other side for a whole picture; more often than a few times a second does nothing. */
  askKeyFrame(): void;
}

/** Takes part in a call. Called from the network: it must not throw. */
export interface MediaProgram {
  /** The way is there. Called once. */
  start(wire: MediaWire): void;
  /** A packet came, in whatever order the network brings them. */
  take(kind: MediaKind, packet: MediaPacket): void;
  /** The other side cannot show anything without a whole picture. */
  giveKeyFrame(): void;
  /** The call is over. */
  stop(): void;
}

/** Sends back whatever comes. */
export function createEcho(): MediaProgram {
  let wire: MediaWire | null = null;
  return {
    start(given) {
      wire = given;
    },
    take(kind, packet) {
      wire?.send(kind, packet);
    },
    giveKeyFrame() {
      wire?.askKeyFrame();
    },
    stop() {
      wire = null;
    },
  };
}

/** Several programs in one call: all hear everything, and each may send. */
export function joinPrograms(...programs: readonly MediaProgram[]): MediaProgram {
  const all = (what: (program: MediaProgram) => void): void => {
    for (const each of programs) what(each);
  };
  return {
    start: (wire) => all((each) => each.start(wire)),
    take: (kind, packet) => all((each) => each.take(kind, packet)),
    giveKeyFrame: () => all((each) => each.giveKeyFrame()),
    stop: () => all((each) => each.stop()),
  };
}
