/**
 * Every decoder of the package: whatever reads bytes or text that may come from outside or from a damaged store. A test
 * compares the table with the sources, so none is forgotten; the fuzz tests run each on hostile input.
 */
import { parseAccount } from "../src/account/account-text.ts";
import { readEntry } from "../src/account/chain-entry.ts";
import {
  decodeContest,
  decodeDeviceAdd,
  decodeDeviceRevoke,
  decodeHandleClaim,
  decodeRecover,
} from "../src/account/entry-bodies.ts";
import { decodeEquivocation } from "../src/account/equivocation-proof.ts";
import { parseHandle } from "../src/account/handle.ts";
import { parsePostId, parseXid } from "../src/account/numeric-id.ts";
import { parseWords } from "../src/account/words.ts";
import { decodeBackupPiece } from "../src/backup/contact-backup.ts";
import { fromBase64Url } from "../src/bytes.ts";
import { parseCandidate } from "../src/call/candidate.ts";
import { parseSdp } from "../src/call/sdp.ts";
import { decodeSignal } from "../src/call/signal.ts";
import { decodeCbor } from "../src/codec/cbor.ts";
import { decodeSigned } from "../src/codec/signed.ts";
import { readUtf8 } from "../src/codec/utf8.ts";
import { nobleSuite } from "../src/crypto/noble.ts";
import { decodeAccountRecord } from "../src/directory/account-record.ts";
import { bytesToAddress } from "../src/directory/address-bytes.ts";
import { decodeGossipNote } from "../src/directory/gossip.ts";
import { parseInvite } from "../src/directory/invite.ts";
import { decodeDirectoryRequest, decodeDirectoryResponse } from "../src/directory/messages.ts";
import { parseNetId } from "../src/directory/net-id.ts";
import { type ExpectedPost, parsePost, readPostAnswer } from "../src/directory/post-proof.ts";
import { decodeDirectAnswer, decodeDirectPut } from "../src/envelope/direct.ts";
import { requestKeyId } from "../src/envelope/request.ts";
import { decodeVolatile } from "../src/envelope/volatile.ts";
import { readChunkKeys } from "../src/file/chunks.ts";
import { readJpegSize, readPreviewSize } from "../src/file/image-header.ts";
import { decodeManifest } from "../src/file/manifest.ts";
import { decodeFileAnswer, decodeFileQuestion } from "../src/file/transfer.ts";
import { parseGroupInvite } from "../src/group/group-link.ts";
import { decodeGroupMail } from "../src/group/group-mail.ts";
import { decodeGroupMessage } from "../src/group/group-message.ts";
import { readOperation } from "../src/group/operation.ts";
import { parseLinkCode } from "../src/link/link-code.ts";
import { decodeLinkMessage, decodeLinkWord } from "../src/link/link-message.ts";
import { readOnceInner } from "../src/message/once.ts";
import { decodePayload } from "../src/message/payload.ts";
import { readPictureType } from "../src/message/picture.ts";
import { decodeSync } from "../src/message/sync.ts";
import { readBundleHead } from "../src/relay/bundle.ts";
import { decodeBraidMessage } from "../src/session/braid-message.ts";
import { ByteReader } from "../src/session/byte-reader.ts";
import { readPqRatchet, readSkippedKeys } from "../src/session/pq-codec.ts";
import { readProtobuf } from "../src/session/protobuf.ts";
import { decodeSenderChain, decodeSenderKeyRecord } from "../src/session/sender-key-codec.ts";
import { decodeSenderKeyDistribution, decodeSenderKeyMessage } from "../src/session/sender-key-wire.ts";
import { decodeSession, peekSession } from "../src/session/session-codec.ts";
import { decodeSessionRecord } from "../src/session/session-record.ts";
import { decodeReceivedMessage, inspectMessage } from "../src/session/wire.ts";

/** One decoder on bytes; those of text get the bytes as UTF-8 and as Latin-1. */
export interface Decoder {
  /** Its name in the sources. */
  readonly name: string;
  /** Whether the bytes were taken. */
  readonly takes: (bytes: Uint8Array) => boolean;
}

/** 2027-01-15 in ms. */
const NOW_MS = 1_800_000_000_000;
const MAX_BYTES: number = 64 * 1024;

/** A post that is looked for in answers. */
const POST = { handle: "alice_1", post: "1234567890123456789", statement: "" } as ExpectedPost;

/** An outcome as a yes or no: a Result, or null for no. */
function isTaken(outcome: unknown): boolean {
  if (typeof outcome === "object" && outcome !== null && "ok" in outcome) return outcome.ok === true;
  return outcome !== null;
}

function ofBytes(name: string, decode: (bytes: Uint8Array) => unknown): Decoder {
  return { name, takes: (bytes) => isTaken(decode(bytes)) };
}

function ofText(name: string, decode: (text: string) => unknown): Decoder {
  const takes = (bytes: Uint8Array): boolean => {
    const texts = [new TextDecoder().decode(bytes), String.fromCharCode(...bytes.subarray(0, 4096))];
    return texts.map((text) => isTaken(decode(text))).includes(true);
  };
  return { name, takes };
}

function ofReader(name: string, read: (reader: ByteReader) => unknown): Decoder {
  const takes = (bytes: Uint8Array): boolean => {
    const reader = new ByteReader(bytes);
    read(reader);
    return reader.isAtEnd();
  };
  return { name, takes };
}

const PROTOBUF_FIELDS = [
  { number: 1, kind: { minBytes: 0, maxBytes: MAX_BYTES }, isOptional: true },
  { number: 2, kind: "uint32", isOptional: true },
  { number: 15, kind: { minBytes: 2, maxBytes: 5 }, isOptional: true },
] as const;

/** The table. */
export const DECODERS: readonly Decoder[] = [
  ofBytes("bytesToAddress", bytesToAddress),
  ofBytes("decodeAccountRecord", decodeAccountRecord),
  ofBytes("decodeBraidMessage", decodeBraidMessage),
  ofBytes("decodeCbor", decodeCbor),
  ofBytes("decodeContest", decodeContest),
  ofBytes("decodeDeviceAdd", decodeDeviceAdd),
  ofBytes("decodeDeviceRevoke", decodeDeviceRevoke),
  ofBytes("decodeDirectAnswer", decodeDirectAnswer),
  ofBytes("decodeDirectPut", decodeDirectPut),
  ofBytes("decodeVolatile", decodeVolatile),
  ofBytes("decodeDirectoryRequest", decodeDirectoryRequest),
  ofBytes("decodeDirectoryResponse", decodeDirectoryResponse),
  ofBytes("decodeEquivocation", decodeEquivocation),
  ofBytes("decodeGossipNote", decodeGossipNote),
  ofBytes("decodeFileAnswer", decodeFileAnswer),
  ofBytes("decodeFileQuestion", decodeFileQuestion),
  ofBytes("decodeGroupMail", decodeGroupMail),
  ofBytes("decodeGroupMessage", decodeGroupMessage),
  ofBytes("decodeHandleClaim", decodeHandleClaim),
  ofBytes("decodeRecover", decodeRecover),
  ofBytes("decodeLinkMessage", decodeLinkMessage),
  ofBytes("decodeLinkWord", decodeLinkWord),
  ofBytes("decodeBackupPiece", decodeBackupPiece),
  ofBytes("decodeManifest", decodeManifest),
  ofBytes("decodePayload", decodePayload),
  ofBytes("decodeReceivedMessage", decodeReceivedMessage),
  ofBytes("decodeSenderChain", decodeSenderChain),
  ofBytes("decodeSenderKeyDistribution", decodeSenderKeyDistribution),
  ofBytes("decodeSenderKeyMessage", decodeSenderKeyMessage),
  ofBytes("decodeSenderKeyRecord", decodeSenderKeyRecord),
  ofBytes("decodeSession", decodeSession),
  ofBytes("decodeSessionRecord", decodeSessionRecord),
  ofBytes("decodeSignal", decodeSignal),
  ofBytes("decodeSync", decodeSync),
  ofBytes("decodeSigned", (bytes) => decodeSigned(bytes, MAX_BYTES)),
  ofText("fromBase64Url", fromBase64Url),
  ofBytes("inspectMessage", inspectMessage),
  ofText("parseAccount", parseAccount),
  ofText("parseCandidate", parseCandidate),
  ofText("parseHandle", parseHandle),
  ofText("parseGroupInvite", parseGroupInvite),
  ofText("parseInvite", (text) => parseInvite(text, NOW_MS)),
  ofText("parseLinkCode", (text) => parseLinkCode(text, NOW_MS)),
  ofText("parseNetId", parseNetId),
  ofText("parsePost", parsePost),
  ofText("parsePostId", parsePostId),
  ofText("parseSdp", parseSdp),
  ofText("parseWords", parseWords),
  ofText("parseXid", parseXid),
  ofText("readPostAnswer", (text) => (readPostAnswer(text, POST) === "unreachable" ? null : text)),
  ofBytes("peekSession", peekSession),
  ofBytes("readBundleHead", readBundleHead),
  ofBytes("readChunkKeys", (bytes) => readChunkKeys(new Uint8Array(32), bytes, new Uint8Array(0))),
  ofBytes("readEntry", (bytes) => readEntry(nobleSuite, bytes)),
  ofBytes("readOperation", (bytes) => readOperation(nobleSuite, bytes)),
  ofReader("readPqRatchet", readPqRatchet),
  ofBytes("readPreviewSize", readPreviewSize),
  ofBytes("readJpegSize", readJpegSize),
  ofBytes("readPictureType", readPictureType),
  ofBytes("readOnceInner", readOnceInner),
  ofBytes("readProtobuf", (bytes) => readProtobuf(bytes, PROTOBUF_FIELDS)),
  ofReader("readSkippedKeys", readSkippedKeys),
  ofBytes("readUtf8", (bytes) => readUtf8(bytes, 0, bytes.length)),
  ofBytes("requestKeyId", requestKeyId),
];
