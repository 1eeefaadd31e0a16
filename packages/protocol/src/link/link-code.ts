/**
 * The code with which a new device finds one that is linked already: a secret for one link and where to meet, as a text
 * to scan or paste. @see docs/spec/01-identity.md (Linking)
 */
import { fromBase64Url, toBase64Url } from "../bytes.ts";
import { bytes, decodeAs, encodeAs, field, list, mapped, record, type Shape, uint } from "../codec/schema.ts";
import { addressShape, relayBytes } from "../directory/compact-relay.ts";
import type { RelayId, RelayRef } from "../ids.ts";
import { MAX_ADDRESSES, MAX_LINK_CHARACTERS, MAX_RELAYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

/** What a code carries. */
export interface LinkCode {
  /** 16 random bytes, good for one link. */
  readonly secret: Uint8Array;
  /** One to three relays on which the old device listens. */
  readonly relays: readonly RelayRef[];
  /** In ms since 1970, whole seconds. */
  readonly expiresMs: number;
}

/** Why a text is not a code that can be used. */
export type LinkCodeError =
  | { readonly code: "LINK_MALFORMED"; readonly rule: "not-a-code" | "too-long" | "content" }
  | { readonly code: "LINK_EXPIRED"; readonly expiresMs: number };

const PREFIX = "kith:l/";

const relay: Shape<RelayRef> = record<RelayRef>({
  relay: field(1, relayBytes as Shape<RelayId>),
  addresses: field(2, list(addressShape, MAX_ADDRESSES)),
});

const codeShape: Shape<LinkCode> = record<LinkCode>({
  secret: field(1, bytes(16)),
  relays: field(2, list(relay, MAX_RELAYS, 1)),
  expiresMs: field(
    3,
    mapped(
      uint(Math.floor(Number.MAX_SAFE_INTEGER / 1000)),
      (seconds) => seconds * 1000,
      (ms) => ms / 1000,
    ),
  ),
});

/** Writes a code as `kith:l/…`, leaving out the last addresses of relays that have several where it would be too long. */
export function linkCodeToText(code: LinkCode): string {
  const text = PREFIX + toBase64Url(encodeAs(codeShape, code));
  if (text.length <= MAX_LINK_CHARACTERS) return text;
  const most = Math.max(...code.relays.map(({ addresses }) => addresses.length));
  if (most < 2) return linkCodeToText({ ...code, relays: code.relays.slice(0, -1) });
  const relays = code.relays.map((each) =>
    each.addresses.length === most ? { ...each, addresses: each.addresses.slice(0, -1) } : each,
  );
  return linkCodeToText({ ...code, relays });
}

/** Reads `kith:l/…`, with white space anywhere. */
export function parseLinkCode(input: string, nowMs: number): Result<LinkCode, LinkCodeError> {
  if (input.length > 2 * MAX_LINK_CHARACTERS) return err({ code: "LINK_MALFORMED", rule: "too-long" });
  const payload = /^kith:l\/([\w-]+)$/i.exec(input.replace(/\s+/g, ""))?.[1];
  if (payload === undefined) return err({ code: "LINK_MALFORMED", rule: "not-a-code" });
  const encoded = fromBase64Url(payload);
  const code = encoded && decodeAs(codeShape, encoded, MAX_LINK_CHARACTERS);
  if (!code?.ok) return err({ code: "LINK_MALFORMED", rule: "content" });
  const { expiresMs } = code.value;
  return expiresMs > nowMs ? ok(code.value) : err({ code: "LINK_EXPIRED", expiresMs });
}
