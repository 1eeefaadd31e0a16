/**
 * Sender keys as stored bytes. Only this device reads them, from its own sealed store; still it never throws on damaged
 * bytes. Both layouts begin with their version.
 */
import { MAX_SENDER_CHAINS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { ByteReader } from "./byte-reader.ts";
import { writeBytes } from "./byte-writer.ts";
import { readSkippedKeys, writeSkippedKeys } from "./pq-codec.ts";
import type { RemoteSenderChain, SenderChain, SenderKeyRecord } from "./sender-key.ts";
import { DISTRIBUTION_ID_BYTES } from "./sender-key-wire.ts";
import type { SessionDecodeError } from "./session-codec.ts";

const CHAIN_VERSION = 1;
const RECORD_VERSION = 1;

/** Encodes the chain this device sends on; it holds secrets. */
export function encodeSenderChain(chain: SenderChain): Uint8Array {
  return writeBytes((sink) => {
    sink.uint8(CHAIN_VERSION);
    sink.bytes(chain.distributionId);
    sink.uint32(chain.chainId);
    sink.bytes(chain.signingSeed);
    sink.bytes(chain.signingKey);
    sink.bytes(chain.chainKey);
    sink.uint32(chain.iteration);
  });
}

/** Decodes a chain this device sends on. */
export function decodeSenderChain(bytes: Uint8Array): Result<SenderChain, SessionDecodeError> {
  const reader = new ByteReader(bytes);
  if (reader.uint8() !== CHAIN_VERSION) return err({ code: "malformed" });
  const distributionId = reader.bytes(DISTRIBUTION_ID_BYTES);
  const chainId = reader.uint32();
  const [signingSeed, signingKey, chainKey] = [reader.bytes(32), reader.bytes(32), reader.bytes(32)];
  const iteration = reader.uint32();
  if (!reader.isAtEnd()) return err({ code: "malformed" });
  return ok({ distributionId, chainId, signingSeed, signingKey, chainKey, iteration });
}

/** Encodes what is known of another device's sender keys; it holds secrets. */
export function encodeSenderKeyRecord({ distributionId, chains }: SenderKeyRecord): Uint8Array {
  return writeBytes((sink) => {
    sink.uint8(RECORD_VERSION);
    sink.bytes(distributionId);
    sink.uint8(chains.length);
    for (const { chainId, signingKey, chainKey, counter, retiredAtMs, skipped } of chains) {
      sink.uint32(chainId);
      sink.bytes(signingKey);
      sink.bytes(chainKey);
      sink.uint32(counter);
      sink.uint64(retiredAtMs);
      writeSkippedKeys(sink, skipped);
    }
  });
}

/** Decodes what is known of another device's sender keys. */
export function decodeSenderKeyRecord(bytes: Uint8Array): Result<SenderKeyRecord, SessionDecodeError> {
  const reader = new ByteReader(bytes);
  if (reader.uint8() !== RECORD_VERSION) return err({ code: "malformed" });
  const distributionId = reader.bytes(DISTRIBUTION_ID_BYTES);
  const count = reader.uint8();
  if (count > MAX_SENDER_CHAINS) return err({ code: "malformed" });
  const chains: RemoteSenderChain[] = [];
  for (let i = 0; i < count && reader.isReadable(); i++) chains.push(readChain(reader));
  return reader.isAtEnd() ? ok({ distributionId, chains }) : err({ code: "malformed" });
}

function readChain(reader: ByteReader): RemoteSenderChain {
  const chainId = reader.uint32();
  const [signingKey, chainKey] = [reader.bytes(32), reader.bytes(32)];
  const counter = reader.uint32();
  const retiredAtMs = reader.uint64();
  return { chainId, signingKey, chainKey, counter, retiredAtMs, skipped: readSkippedKeys(reader) };
}
