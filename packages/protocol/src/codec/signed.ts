/** Signed structures: the signature covers a domain string and the exact body bytes, which travel unchanged. */
import { concat, equalBytes, utf8 } from "../bytes.ts";
import { err, type Result } from "../result.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, record, type Shape } from "./schema.ts";

/** A body in canonical CBOR and the 64-byte signature over domain ‖ body. */
export interface Signed {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

function signedShape(maxBytes: number): Shape<Signed> {
  return record<Signed>({ body: field(1, bytes(1, maxBytes)), signature: field(2, bytes(64)) });
}

/** The bytes that travel and are hashed. */
export function encodeSigned(signed: Signed): Uint8Array {
  return encodeAs(signedShape(signed.body.length), signed);
}

/**
 * Splits transmitted bytes of at most `maxBytes` into body and signature; verifies nothing. Every other key beside the
 * two is refused, extensions too: a stranger could make any number of copies and hashes of one signed record with them.
 */
export function decodeSigned(encoded: Uint8Array, maxBytes: number): Result<Signed, DecodeError> {
  const signed = decodeAs(signedShape(maxBytes), encoded, maxBytes);
  if (!signed.ok || equalBytes(encodeSigned(signed.value), encoded)) return signed;
  return err({ code: "bad-shape", path: "" });
}

/** What a signature in `domain` covers. */
export function signedBytes(domain: string, body: Uint8Array): Uint8Array {
  return concat(utf8(domain), body);
}
