/** Descriptions, candidates and signals for the tests of this folder and of the engine. */
import type { ContentId, DeviceId } from "../ids.ts";
import type { IceCandidate } from "./candidate.ts";
import type { CallDescription } from "./description.ts";
import type { CallSignal } from "./signal.ts";

/** A call id of one repeated byte. */
export function callId(byte: number): ContentId {
  return byte.toString(16).padStart(2, "0").repeat(16) as ContentId;
}

/** A device id of one repeated byte. */
export function deviceId(byte: number): DeviceId {
  return byte.toString(16).padStart(2, "0").repeat(32) as DeviceId;
}

/** The offer of one side, with a certificate of one repeated byte. */
export function describe(certificate: number, change: Partial<CallDescription> = {}): CallDescription {
  return {
    iceName: "a+b/",
    icePassword: "0123456789abcdefghijkl",
    fingerprint: new Uint8Array(32).fill(certificate),
    role: "actpass",
    opus: 111,
    vp8: 96,
    rtx: 97,
    audioExtensions: [
      { id: 1, name: "audio-level" },
      { id: 4, name: "mid" },
    ],
    videoExtensions: [
      { id: 2, name: "absolute-send-time" },
      { id: 4, name: "mid" },
    ],
    ...change,
  };
}

/** A candidate of this machine's network. */
export const HOST: IceCandidate = {
  foundation: "1",
  transport: "udp",
  priority: 2_122_260_223,
  address: "192.0.2.7",
  port: 50_000,
  type: "host",
};

/** A candidate of each other form. */
export const OTHERS: readonly IceCandidate[] = [
  { ...HOST, address: "b7c1d5a4-0c1e-4a53-9a4e-2f6f6d2f1a00.local", foundation: "842163049" },
  { ...HOST, address: "2001:db8::7", type: "srflx", priority: 0 },
  { ...HOST, type: "relay", port: 65_535, foundation: "a/+Z" },
  { ...HOST, transport: "tcp", tcpType: "active", port: 9, priority: 0xffff_ffff },
];

/** One signal of each kind about a call. */
export function signalsOf(call: ContentId): readonly CallSignal[] {
  return [
    { type: "offer", call, sentAtMs: 1_800_000_000_000, isVideo: true, description: describe(1) },
    { type: "ringing", call },
    {
      type: "answer",
      call,
      description: describe(2, { role: "active" }),
      candidates: [HOST, ...OTHERS],
      media: { hasMicrophone: true, picture: "camera" },
    },
    { type: "candidates", call, round: 0, candidates: [HOST] },
    { type: "media", call, media: { hasMicrophone: false, picture: "screen" } },
    { type: "restart", call, round: 1, description: describe(1, { iceName: "other" }) },
    { type: "end", call, reason: "declined" },
  ];
}
