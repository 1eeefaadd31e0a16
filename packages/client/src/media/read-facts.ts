/** What `getStats` says of a call, in the few words that matter. */
import type { MediaFacts } from "./media-peer.ts";

/** The fields that are read, of entries of any kind; the library's types know them only one kind at a time. */
interface Stat {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly remoteCertificateId?: string;
  readonly currentRoundTripTime?: number;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly fingerprint?: string;
  readonly fingerprintAlgorithm?: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly framesDecoded?: number;
  readonly totalAudioEnergy?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
}

/** Reads the facts of a call. */
export function readFacts(report: RTCStatsReport): MediaFacts {
  const stats: Stat[] = [];
  report.forEach((each: Stat) => {
    stats.push(each);
  });
  const byId = (id: string | undefined): Stat | undefined => stats.find((each) => each.id === id);
  const inbound = stats.filter(({ type }) => type === "inbound-rtp");
  const transport = stats.find(({ type }) => type === "transport");
  const pair = byId(transport?.selectedCandidatePairId) ?? stats.find(isChosenPair);
  const certificate = byId(transport?.remoteCertificateId);
  const roundTrip = pair?.currentRoundTripTime;
  return {
    path: pair === undefined ? null : pathOf(byId(pair.localCandidateId), byId(pair.remoteCandidateId)),
    fingerprint: certificate?.fingerprintAlgorithm === "sha-256" ? (certificate.fingerprint ?? "").toUpperCase() : null,
    framesDecoded: total(inbound.map((each) => each.framesDecoded)),
    audioEnergy: total(inbound.map((each) => each.totalAudioEnergy)),
    packetsReceived: total(inbound.map((each) => each.packetsReceived)),
    packetsLost: total(inbound.map((each) => each.packetsLost)),
    roundTripMs: roundTrip === undefined ? null : Math.round(roundTrip * 1000),
  };
}

function isChosenPair({ type, nominated, state }: Stat): boolean {
  return type === "candidate-pair" && nominated === true && state === "succeeded";
}

function pathOf(local: Stat | undefined, remote: Stat | undefined): MediaFacts["path"] {
  return local?.candidateType === "relay" || remote?.candidateType === "relay" ? "relayed" : "direct";
}

function total(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}
