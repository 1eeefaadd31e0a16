/** Signed structures that travel without extension keys: what the signature does not cover, nobody may add. */
import { equalBytes } from "../bytes.ts";
import type { DecodeError } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, type Signed } from "../codec/signed.ts";
import { err, type Result } from "../result.ts";

/**
 * Splits transmitted bytes into body and signature and refuses every other key beside them: with such keys a stranger
 * could make any number of byte strings, hashes and copies of one signed record.
 */
export function decodeExactSigned(encoded: Uint8Array, maxBytes: number): Result<Signed, DecodeError> {
  const signed = decodeSigned(encoded, maxBytes);
  if (!signed.ok || equalBytes(encodeSigned(signed.value), encoded)) return signed;
  return err({ code: "bad-shape", path: "" });
}
