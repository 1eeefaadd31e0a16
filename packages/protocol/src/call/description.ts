/**
 * What one side of a call says about its media: everything of a session description that Kith lets through. The texts of
 * SDP never travel; `sdp.ts` makes this from one and one from this, so nothing else can be in it.
 * @see docs/spec/09-call.md (Description)
 */
import { bytes, field, list, oneOf, optional, record, type Shape, text, uint } from "../codec/schema.ts";
import { checked } from "./checked.ts";

/** Who opens DTLS: the offer leaves it open, the answer decides. */
export type DtlsRole = "actpass" | "active" | "passive";

/** RTP header extensions that are let through. */
export type RtpExtensionName = "mid" | "audio-level" | "absolute-send-time" | "transport-sequence-number";

/** One header extension under the number that packets carry. */
export interface RtpExtension {
  readonly id: number;
  readonly name: RtpExtensionName;
}

/** One side of a call: one audio and one video section, Opus and VP8, on one transport. */
export interface CallDescription {
  readonly iceName: string;
  readonly icePassword: string;
  /** SHA-256 of the DTLS certificate. */
  readonly fingerprint: Uint8Array;
  readonly role: DtlsRole;
  /** Payload types. */
  readonly opus: number;
  readonly vp8: number;
  /** Retransmission of VP8. */
  readonly rtx?: number | undefined;
  readonly audioExtensions: readonly RtpExtension[];
  readonly videoExtensions: readonly RtpExtension[];
}

/** Bytes of a fingerprint. */
export const FINGERPRINT_BYTES = 32;

/** The highest number of a one-byte header extension (RFC 8285). */
export const MAX_EXTENSION_ID = 14;

const ICE_TEXT = /^[A-Za-z0-9+/]+$/;

/** A name or password of ICE (RFC 8839, `ice-char`). */
function iceText(min: number, max: number): Shape<string> {
  return checked(text(max), (value) => isIceText(value, min, max));
}

function isIceText(value: string, min: number, max: number): boolean {
  return value.length >= min && value.length <= max && ICE_TEXT.test(value);
}

/** Whether two texts are a name and a password of ICE. */
export function isIceCredentials(name: string, password: string): boolean {
  return isIceText(name, 4, 64) && isIceText(password, 22, 128);
}

/** Whether a number is a dynamic payload type that RTCP cannot be mistaken for (RFC 5761). */
export function isPayloadType(value: number): boolean {
  return (value >= 96 && value <= 127) || (value >= 35 && value <= 63);
}

const payloadType = checked(uint(127), isPayloadType);

const extensionShape: Shape<RtpExtension> = record<RtpExtension>({
  id: field(
    1,
    checked(uint(MAX_EXTENSION_ID), (id) => id > 0),
  ),
  name: field(
    2,
    oneOf<RtpExtensionName>({ mid: 0, "audio-level": 1, "absolute-send-time": 2, "transport-sequence-number": 3 }),
  ),
});

const descriptionRecord: Shape<CallDescription> = record<CallDescription>({
  iceName: field(1, iceText(4, 64)),
  icePassword: field(2, iceText(22, 128)),
  fingerprint: field(3, bytes(FINGERPRINT_BYTES)),
  role: field(4, oneOf<DtlsRole>({ actpass: 0, active: 1, passive: 2 })),
  opus: field(5, payloadType),
  vp8: field(6, payloadType),
  rtx: optional(7, payloadType),
  audioExtensions: field(8, list(extensionShape, 4)),
  videoExtensions: field(9, list(extensionShape, 4)),
});

/** Codec shape of a description. */
export const descriptionShape: Shape<CallDescription> = checked(descriptionRecord, isConsistent);

/** Whether every number means one thing, as one transport for both sections needs. */
export function isConsistent({ opus, vp8, rtx, audioExtensions, videoExtensions }: CallDescription): boolean {
  const types = [opus, vp8, ...(rtx === undefined ? [] : [rtx])];
  if (new Set(types).size !== types.length) return false;
  return areDistinct(audioExtensions) && areDistinct(videoExtensions) && doAgree(audioExtensions, videoExtensions);
}

function areDistinct(extensions: readonly RtpExtension[]): boolean {
  const { length } = extensions;
  return (
    new Set(extensions.map(({ id }) => id)).size === length && new Set(extensions.map((e) => e.name)).size === length
  );
}

function doAgree(one: readonly RtpExtension[], other: readonly RtpExtension[]): boolean {
  return one.every((a) => other.every((b) => (a.id === b.id) === (a.name === b.name)));
}
