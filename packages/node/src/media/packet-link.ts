/**
 * One connection by node-datachannel: ICE, DTLS and SRTP are its part, packets are ours. What is told to it is written here
 * from a description and nothing else: a single section, since it sorts packets of several by what the descriptions of Kith do
 * not have.
 */
import { randomBytes } from "node:crypto";
import type { CallWays } from "@kith/client";
import { type CallDescription, parseCandidate, writeFingerprint } from "@kith/protocol";
import library, { type PeerConnection, type RtcConfig, type Track } from "node-datachannel";
import { makeCallCertificate } from "./call-certificate.ts";

/** What a link tells. */
export interface LinkListener {
  /** A `candidate:` line, or null when there are no more. */
  onCandidate(line: string | null): void;
  onLink(state: "up" | "down" | "failed"): void;
  /** A packet of RTP or RTCP. */
  onPacket(packet: Uint8Array): void;
}

/** What both sides say of their connections. */
export type LinkEnd = Pick<CallDescription, "iceName" | "icePassword" | "fingerprint" | "role" | "opus" | "vp8">;

const MID = "0";
const SERVER = /^(stun|turn):(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})(?:\?transport=(udp|tcp))?$/;

/** One side of a connection. Looks for no way before it is opened. */
export class PacketLink {
  /** Name and password of ICE, and the certificate's hash; the same as long as the link is there. */
  readonly own: Pick<LinkEnd, "iceName" | "icePassword" | "fingerprint">;
  readonly #listener: LinkListener;
  readonly #certificate = makeCallCertificate();
  #ways: CallWays = { isAddressHidden: true, servers: [] };
  #peer: PeerConnection | null = null;
  #track: Track | null = null;

  constructor(listener: LinkListener) {
    this.#listener = listener;
    this.own = {
      iceName: randomBytes(6).toString("base64").replaceAll("=", ""),
      icePassword: randomBytes(18).toString("base64"),
      fingerprint: this.#certificate.fingerprint,
    };
  }

  /** How it may look for a way, once it is opened. */
  useWays(ways: CallWays): void {
    this.#ways = ways;
  }

  /** Begins to look for a way. @param role `active` opens DTLS and answers, `actpass` offered. */
  open(their: LinkEnd, numbers: Pick<LinkEnd, "opus" | "vp8">, role: "active" | "actpass"): void {
    const peer = new library.PeerConnection("call", this.#configure());
    this.#peer = peer;
    peer.onLocalCandidate((line) => this.#noteCandidate(line));
    peer.onGatheringStateChange((state) => {
      if (state === "complete" && this.#peer === peer) this.#listener.onCandidate(null);
    });
    peer.onStateChange((state) => this.#noteState(state));
    const access = { iceUfrag: this.own.iceName, icePwd: this.own.icePassword };
    if (role === "active") {
      peer.onTrack((track) => this.#use(track));
      peer.setRemoteDescription(describe(their), "offer");
      peer.setLocalDescription("answer", access);
      return;
    }
    const section = new library.Video(MID, "SendRecv");
    section.addVideoCodec(numbers.opus, "opus");
    section.addVP8Codec(numbers.vp8);
    this.#use(peer.addTrack(section));
    peer.setLocalDescription("offer", access);
    peer.setRemoteDescription(describe(their), "answer");
  }

  /** Names of mDNS are not looked up: whoever has one finds this side. Who hides the address meets relays only. */
  addCandidates(lines: readonly string[]): void {
    for (const line of lines) {
      const candidate = parseCandidate(line);
      if (!candidate.ok || candidate.value.address.endsWith(".local")) continue;
      if (this.#ways.isAddressHidden && candidate.value.type !== "relay") continue;
      this.#peer?.addRemoteCandidate(line, MID);
    }
  }

  /** Drops what cannot leave now. */
  send(packet: Uint8Array): void {
    const track = this.#track;
    if (track?.isOpen() === true)
      track.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
  }

  /** How packets go; null while nothing is known. */
  get path(): "direct" | "relayed" | null {
    const pair = this.#peer?.getSelectedCandidatePair() ?? null;
    if (pair === null) return null;
    return pair.local.type === "relay" || pair.remote.type === "relay" ? "relayed" : "direct";
  }

  /** The hash of the certificate that the other side showed; null before it did. */
  get shownFingerprint(): string | null {
    if (this.#peer?.state() !== "connected") return null;
    const { algorithm, value } = this.#peer.remoteFingerprint();
    return algorithm === "sha-256" ? value.toUpperCase() : null;
  }

  close(): void {
    const peer = this.#peer;
    this.#peer = null;
    this.#track = null;
    peer?.close();
  }

  #configure(): RtcConfig {
    const { isAddressHidden, servers } = this.#ways;
    return {
      iceServers: servers.flatMap(({ urls, username, credential }) =>
        urls.flatMap((url) => toServer(url, username, credential)),
      ),
      iceTransportPolicy: isAddressHidden ? "relay" : "all",
      disableAutoNegotiation: true,
      certificatePemFile: this.#certificate.certificate,
      keyPemFile: this.#certificate.key,
    };
  }

  #use(track: Track): void {
    this.#track = track;
    track.onMessage((packet) => {
      if (this.#track === track) this.#listener.onPacket(packet);
    });
  }

  #noteCandidate(line: string): void {
    const text = line.replace(/^a=/, "");
    const candidate = parseCandidate(text);
    if (this.#peer === null || !candidate.ok) return;
    if (!this.#ways.isAddressHidden || candidate.value.type === "relay") this.#listener.onCandidate(text);
  }

  #noteState(state: string): void {
    if (this.#peer === null) return;
    if (state === "connected") this.#listener.onLink("up");
    if (state === "disconnected") this.#listener.onLink("down");
    if (state === "failed") this.#listener.onLink("failed");
  }
}

/** The library speaks TURN over UDP alone. */
function toServer(url: string, username = "", credential = ""): RtcConfig["iceServers"] {
  const [, kind, host = "", port, transport = "udp"] = SERVER.exec(url) ?? [];
  if (kind === "stun") return [`stun:${host}:${port}`];
  if (kind !== "turn" || transport !== "udp") return [];
  const hostname = host.replaceAll(/[[\]]/g, "");
  return [{ hostname, port: Number(port), username, password: credential, relayType: "TurnUdp" }];
}

function describe({ iceName, icePassword, fingerprint, role, opus, vp8 }: LinkEnd): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${MID}`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${opus} ${vp8}`,
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${iceName}`,
    `a=ice-pwd:${icePassword}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${writeFingerprint(fingerprint)}`,
    `a=setup:${role}`,
    `a=mid:${MID}`,
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtcp-rsize",
    `a=rtpmap:${opus} opus/48000/2`,
    `a=rtpmap:${vp8} VP8/90000`,
  ];
  return `${lines.join("\r\n")}\r\n`;
}
