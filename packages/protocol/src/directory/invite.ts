/**
 * Invites: everything another person needs to reach this account once, as a text of at most 600 characters.
 * @see docs/spec/04-directory.md
 */
import { type Handle, normalHandle, writtenHandleShape } from "../account/handle.ts";
import { fromBase64Url, toBase64Url, utf8 } from "../bytes.ts";
import { bytes, decodeAs, encodeAs, field, list, mapped, optional, record, type Shape, uint } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId } from "../ids.ts";
import { MAX_INVITE_CHARACTERS, MAX_RELAYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { BoxRef } from "./box-ref.ts";
import { compactBox, withFewerAddresses } from "./compact-relay.ts";

/** What an invite carries. */
export interface Invite {
  readonly account: AccountId;
  /** 16 random bytes, used once. */
  readonly secret: Uint8Array;
  /** One to three boxes of the inviting device. */
  readonly boxes: readonly BoxRef[];
  /** The inviter's handle with its capitals: a claim like any other until it is looked up. */
  readonly written?: string | undefined;
  /** In ms since 1970, whole seconds: the text has no room for more. */
  readonly expiresMs: number;
}

/** Why a text is not an invite that can be used. */
export type InviteError =
  | { readonly code: "INVITE_MALFORMED"; readonly rule: "not-an-invite" | "too-long" | "content" }
  | { readonly code: "INVITE_EXPIRED"; readonly expiresMs: number };

const PREFIX = "kith:i/";

/** Longer texts are refused unread; a link around an invite is allowed this much. */
const MAX_INPUT_CHARACTERS = 2048;

/** The last whole second of which the ms are a safe integer. */
const MAX_SECONDS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

const seconds: Shape<number> = mapped(
  uint(MAX_SECONDS),
  (value) => value * 1000,
  (ms) => ms / 1000,
);

const inviteShape: Shape<Invite> = record<Invite>({
  account: field(1, accountId),
  secret: field(2, bytes(16)),
  boxes: field(3, list(compactBox, MAX_RELAYS, 1)),
  written: optional(4, writtenHandleShape),
  expiresMs: field(5, seconds),
});

/**
 * Writes an invite as `kith:i/…`.
 * @throws RangeError when a field is out of bounds or the text is over 600 characters: `fitInvite` comes first.
 */
export function inviteToText(invite: Invite): string {
  const text = PREFIX + toBase64Url(encodeAs(inviteShape, invite));
  if (text.length > MAX_INVITE_CHARACTERS) throw new RangeError(`invite of ${text.length} characters`);
  return text;
}

/** Writes an invite as the fragment of a page, which browsers never send to a server. */
export function inviteToLink(invite: Invite, page: string): string {
  return `${page}#i=${inviteToText(invite).slice(PREFIX.length)}`;
}

/** The invite with as many addresses as 600 characters hold: the last address of the fullest box goes first. */
export function fitInvite(invite: Invite): Invite {
  const sizeBytes = encodeAs(inviteShape, invite).length;
  if (PREFIX.length + Math.ceil((sizeBytes * 4) / 3) <= MAX_INVITE_CHARACTERS) return invite;
  return fitInvite({ ...invite, boxes: withFewerAddresses(invite.boxes) });
}

/** Reads `kith:i/…` or a link that ends in `#i=…`, with white space anywhere, as mail programs break long lines. */
export function parseInvite(input: string, nowMs: number): Result<Invite, InviteError> {
  if (input.length > MAX_INPUT_CHARACTERS) return err({ code: "INVITE_MALFORMED", rule: "too-long" });
  const text = input.replace(/\s+/g, "");
  const payload = /^kith:i\/([\w-]+)$/i.exec(text)?.[1] ?? /^https?:\/\/[^#]+#i=([\w-]+)$/i.exec(text)?.[1];
  if (payload === undefined) return err({ code: "INVITE_MALFORMED", rule: "not-an-invite" });
  if (PREFIX.length + payload.length > MAX_INVITE_CHARACTERS)
    return err({ code: "INVITE_MALFORMED", rule: "too-long" });
  const encoded = fromBase64Url(payload);
  const invite = encoded && decodeAs(inviteShape, encoded, MAX_INVITE_CHARACTERS);
  if (!invite?.ok) return err({ code: "INVITE_MALFORMED", rule: "content" });
  const { expiresMs } = invite.value;
  return expiresMs > nowMs ? ok(invite.value) : err({ code: "INVITE_EXPIRED", expiresMs });
}

/** The normal form of the handle an invite names, or null. */
export function invitedHandle(invite: Invite): Handle | null {
  return invite.written === undefined ? null : normalHandle(invite.written);
}

/** The 32-byte token that the joiner shows to the relay. */
export function admitToken(suite: CryptoSuite, secret: Uint8Array): Uint8Array {
  return suite.hkdf(secret, new Uint8Array(0), utf8(LABELS.inviteAdmit), 32);
}

/** The 32-byte token that the joiner puts inside the sealed request, where the relay cannot read it. */
export function personToken(suite: CryptoSuite, secret: Uint8Array): Uint8Array {
  return suite.hkdf(secret, new Uint8Array(0), utf8(LABELS.invitePerson), 32);
}

/** What the owner registers at the box: SHA-256 of an admit token. */
export function admitHash(suite: CryptoSuite, token: Uint8Array): Uint8Array {
  return suite.sha256(token);
}
