/**
 * Session descriptions of browsers, read to a whitelist and written from it (RFC 8866, 8829). What is written holds only
 * what a `CallDescription` holds, whatever was read.
 * @see docs/spec/09-call.md (Description)
 */
import { fromHex, toHex } from "../bytes.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type CallDescription,
  type DtlsRole,
  FINGERPRINT_BYTES,
  isConsistent,
  isIceCredentials,
  isPayloadType,
  MAX_EXTENSION_ID,
  type RtpExtension,
  type RtpExtensionName,
} from "./description.ts";

/** Why a session description is refused. */
export type SdpError =
  | { readonly code: "too-large"; readonly limit: number; readonly sizeBytes: number }
  /** Other sections than one of audio and one of video, in this order. */
  | { readonly code: "unexpected-media" }
  /** Names what is missing or does not fit, never a value. */
  | { readonly code: "bad-sdp"; readonly what: string };

/** The longest session description that is read, in characters; browsers write 6,000. */
export const MAX_SDP_CHARACTERS: number = 32 * 1024;

const EXTENSION_URIS: { readonly [N in RtpExtensionName]: string } = {
  mid: "urn:ietf:params:rtp-hdrext:sdes:mid",
  "audio-level": "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "absolute-send-time": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "transport-sequence-number": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
};

const NAME_BY_URI: ReadonlyMap<string, RtpExtensionName> = new Map(
  (Object.keys(EXTENSION_URIS) as RtpExtensionName[]).map((name) => [EXTENSION_URIS[name], name]),
);

const ROLES: readonly string[] = ["actpass", "active", "passive"];

/** Lines of one section, without its `m=`. */
interface Section {
  readonly kind: string;
  readonly lines: readonly string[];
}

/** Reads what a browser wrote. Codecs, extensions and attributes that are not let through are left out. */
export function parseSdp(sdp: string): Result<CallDescription, SdpError> {
  if (sdp.length > MAX_SDP_CHARACTERS) {
    return err({ code: "too-large", limit: MAX_SDP_CHARACTERS, sizeBytes: sdp.length });
  }
  const [session, ...media] = splitSections(sdp);
  const [audio, video] = media;
  if (media.length !== 2 || audio?.kind !== "audio" || video?.kind !== "video")
    return err({ code: "unexpected-media" });
  const all = [...(session?.lines ?? []), ...audio.lines];
  const bad = (what: string): Result<never, SdpError> => err({ code: "bad-sdp", what });
  if (firstValue(audio.lines, "mid") !== "0" || firstValue(video.lines, "mid") !== "1") return bad("mid");
  if (!audio.lines.includes("a=sendrecv") || !video.lines.includes("a=sendrecv")) return bad("direction");
  const iceName = firstValue(all, "ice-ufrag") ?? "";
  const icePassword = firstValue(all, "ice-pwd") ?? "";
  if (!isIceCredentials(iceName, icePassword)) return bad("ice");
  const fingerprint = readFingerprint(firstValue(all, "fingerprint") ?? "");
  if (fingerprint === null) return bad("fingerprint");
  const role = firstValue(all, "setup") ?? "";
  if (!ROLES.includes(role)) return bad("setup");
  const opus = findCodec(audio.lines, "opus/48000/2");
  const vp8 = findCodec(video.lines, "VP8/90000");
  if (opus === null || vp8 === null) return bad("codec");
  const rtx = findRetransmission(video.lines, vp8);
  const description: CallDescription = {
    iceName,
    icePassword,
    fingerprint,
    role: role as DtlsRole,
    opus,
    vp8,
    ...(rtx === null ? {} : { rtx }),
    audioExtensions: readExtensions(audio.lines),
    videoExtensions: readExtensions(video.lines),
  };
  return isConsistent(description) ? ok(description) : bad("numbers");
}

function splitSections(sdp: string): readonly Section[] {
  const sections: { kind: string; lines: string[] }[] = [{ kind: "", lines: [] }];
  for (const line of sdp.split(/\r?\n/)) {
    if (line.startsWith("m=")) sections.push({ kind: line.slice(2).split(" ")[0] ?? "", lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function firstValue(lines: readonly string[], name: string): string | null {
  const start = `a=${name}:`;
  return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? null;
}

function valuesOf(lines: readonly string[], name: string): readonly string[] {
  const start = `a=${name}:`;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
}

function readFingerprint(value: string): Uint8Array | null {
  const match = /^sha-256 ((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$/.exec(value);
  const hex = match?.[1]?.replaceAll(":", "").toLowerCase();
  return hex?.length === 2 * FINGERPRINT_BYTES ? fromHex(hex) : null;
}

function findCodec(lines: readonly string[], codec: string): number | null {
  for (const value of valuesOf(lines, "rtpmap")) {
    const [number, name] = value.split(" ");
    if (name?.toLowerCase() === codec.toLowerCase() && isPayloadType(Number(number))) return Number(number);
  }
  return null;
}

/** The retransmission that belongs to a codec. */
function findRetransmission(lines: readonly string[], codec: number): number | null {
  for (const value of valuesOf(lines, "fmtp")) {
    const [number, parameters] = value.split(" ");
    if (parameters !== `apt=${codec}` || !isPayloadType(Number(number))) continue;
    if (valuesOf(lines, "rtpmap").includes(`${number} rtx/90000`)) return Number(number);
  }
  return null;
}

function readExtensions(lines: readonly string[]): readonly RtpExtension[] {
  return valuesOf(lines, "extmap").flatMap((value) => {
    const [number, uri = ""] = value.split(" ");
    const id = Number(number);
    const name = NAME_BY_URI.get(uri);
    return name === undefined || !Number.isInteger(id) || id < 1 || id > MAX_EXTENSION_ID ? [] : [{ id, name }];
  });
}

const FEEDBACK: readonly string[] = ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"];

/** Writes a description as a browser reads it. */
export function writeSdp(description: CallDescription): string {
  const { opus, vp8, rtx, audioExtensions, videoExtensions } = description;
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    ...writeSection(description, { kind: "audio", mid: "0", types: [opus], extensions: audioExtensions }),
    `a=rtpmap:${opus} opus/48000/2`,
    `a=rtcp-fb:${opus} transport-cc`,
    `a=fmtp:${opus} minptime=10;useinbandfec=1`,
    ...writeSection(description, {
      kind: "video",
      mid: "1",
      types: rtx === undefined ? [vp8] : [vp8, rtx],
      extensions: videoExtensions,
    }),
    `a=rtpmap:${vp8} VP8/90000`,
    ...FEEDBACK.map((each) => `a=rtcp-fb:${vp8} ${each}`),
    ...(rtx === undefined ? [] : [`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${vp8}`]),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

interface WrittenSection {
  readonly kind: "audio" | "video";
  readonly mid: string;
  readonly types: readonly number[];
  readonly extensions: readonly RtpExtension[];
}

function writeSection(
  { iceName, icePassword, fingerprint, role }: CallDescription,
  { kind, mid, types, extensions }: WrittenSection,
): readonly string[] {
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types.join(" ")}`,
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    `a=ice-ufrag:${iceName}`,
    `a=ice-pwd:${icePassword}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${writeFingerprint(fingerprint)}`,
    `a=setup:${role}`,
    `a=mid:${mid}`,
    ...extensions.map(({ id, name }) => `a=extmap:${id} ${EXTENSION_URIS[name]}`),
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtcp-rsize",
  ];
}

/** A fingerprint as SDP has it: upper case hex pairs with colons. */
export function writeFingerprint(fingerprint: Uint8Array): string {
  return (toHex(fingerprint).toUpperCase().match(/../g) ?? []).join(":");
}
