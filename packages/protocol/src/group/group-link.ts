/**
 * The invite link of a group: a text with what it takes to ask into it. Its secret shows that somebody was given it.
 * @see docs/spec/10-group.md (The link)
 */
import { concat, equalBytes, fromBase64Url, fromHex, toBase64Url, utf8 } from "../bytes.ts";
import { bytes, decodeAs, encodeAs, field, flag, list, optional, record, type Shape, text } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { BoxRef } from "../directory/box-ref.ts";
import { compactBox, withFewerAddresses } from "../directory/compact-relay.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../ids.ts";
import { MAX_GROUP_LINK_CHARACTERS, MAX_RELAYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { type GroupId, groupId } from "./group-ids.ts";

/** What a link carries. */
export interface GroupInvite {
  readonly group: GroupId;
  /** 16 random bytes: whoever has them may ask to join as long as the link is on. */
  readonly secret: Uint8Array;
  /** What the group was called; a claim until one belongs to it. */
  readonly name: string;
  /** An admin decides about each who asks. */
  readonly needsApproval?: true | undefined;
  /** Who answers, with which device. */
  readonly account: AccountId;
  readonly device: DeviceId;
  /** One to three boxes of that device. */
  readonly boxes: readonly BoxRef[];
}

/** Why a text is not the link of a group. */
export interface GroupInviteError {
  readonly code: "GROUP_LINK_MALFORMED";
  readonly rule: "not-a-link" | "too-long" | "content";
}

/** Bytes of the token in a knock. */
export const KNOCK_TOKEN_BYTES = 32;

const PREFIX = "kith:g/";

/** Longer texts are refused unread; an address around a link is allowed this much. */
const MAX_INPUT_CHARACTERS = 2048;

/** Of a group's name, in UTF-8 bytes. */
const MAX_NAME_BYTES = 120;

const groupInvite: Shape<GroupInvite> = record<GroupInvite>({
  group: field(1, groupId),
  secret: field(2, bytes(16)),
  name: field(3, text(MAX_NAME_BYTES)),
  needsApproval: optional(4, flag),
  account: field(5, accountId),
  device: field(6, deviceId),
  boxes: field(7, list(compactBox, MAX_RELAYS, 1)),
});

/**
 * Writes a link as `kith:g/…`.
 * @throws RangeError when a field is out of bounds or the text is over 900 characters: `fitGroupInvite` comes first.
 */
export function groupInviteToText(invite: GroupInvite): string {
  const written = PREFIX + toBase64Url(encodeAs(groupInvite, invite));
  if (written.length > MAX_GROUP_LINK_CHARACTERS) throw new RangeError(`link of ${written.length} characters`);
  return written;
}

/** The link with as much of the name and as many addresses as fit. */
export function fitGroupInvite(invite: GroupInvite): GroupInvite {
  const characters = [...invite.name];
  if (utf8(invite.name).length > MAX_NAME_BYTES) {
    return fitGroupInvite({ ...invite, name: characters.slice(0, -1).join("") });
  }
  const sizeBytes = encodeAs(groupInvite, invite).length;
  if (PREFIX.length + Math.ceil((sizeBytes * 4) / 3) <= MAX_GROUP_LINK_CHARACTERS) return invite;
  return fitGroupInvite({ ...invite, boxes: withFewerAddresses(invite.boxes) });
}

/** Reads `kith:g/…` or an address that ends in `#g=…`, with white space anywhere, as mail programs break long lines. */
export function parseGroupInvite(input: string): Result<GroupInvite, GroupInviteError> {
  if (input.length > MAX_INPUT_CHARACTERS) return malformed("too-long");
  const given = input.replace(/\s+/g, "");
  const payload = /^kith:g\/([\w-]+)$/i.exec(given)?.[1] ?? /^https?:\/\/[^#]+#g=([\w-]+)$/i.exec(given)?.[1];
  if (payload === undefined) return malformed("not-a-link");
  if (PREFIX.length + payload.length > MAX_GROUP_LINK_CHARACTERS) return malformed("too-long");
  const encoded = fromBase64Url(payload);
  const invite = encoded && decodeAs(groupInvite, encoded, MAX_GROUP_LINK_CHARACTERS);
  return invite?.ok ? ok(invite.value) : malformed("content");
}

function malformed(rule: GroupInviteError["rule"]): { readonly ok: false; readonly error: GroupInviteError } {
  return err({ code: "GROUP_LINK_MALFORMED", rule });
}

/** The Ed25519 seed of an invite link. @param secret 16 bytes, in the link. */
export function linkSeedOf(suite: CryptoSuite, secret: Uint8Array, group: GroupId): Uint8Array {
  return suite.hkdf(secret, fromHex(group), utf8(LABELS.groupLink), 32);
}

/** Bytes of each half of a link token. */
const HALF_TOKEN_BYTES = 16;

/**
 * What a request shows of whoever was given a link, where one of a person's invite shows its token: 32 bytes, of which the second
 * half follows from the first. So whoever does not know the link knows at least that it is meant as one.
 * @param secret 16 bytes: of the link, or the first ones of the group's name for who belongs to it.
 */
export function linkToken(suite: CryptoSuite, secret: Uint8Array): Uint8Array {
  const first = suite.hkdf(secret, new Uint8Array(0), utf8(LABELS.groupToken), HALF_TOKEN_BYTES);
  return concat(first, markOf(suite, first));
}

/** Whether a token is one of a link. */
export function isLinkToken(suite: CryptoSuite, token: Uint8Array): boolean {
  return equalBytes(markOf(suite, token.subarray(0, HALF_TOKEN_BYTES)), token.subarray(HALF_TOKEN_BYTES));
}

function markOf(suite: CryptoSuite, first: Uint8Array): Uint8Array {
  return suite.sha256(concat(utf8(LABELS.groupToken), first)).subarray(0, HALF_TOKEN_BYTES);
}

/** Who knocks, and where. */
export interface Knocker {
  readonly group: GroupId;
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** What shows whoever answers for a link that its secret is known: 32 bytes, of use to this device alone. */
export function knockToken(suite: CryptoSuite, secret: Uint8Array, { group, account, device }: Knocker): Uint8Array {
  return suite.hmacSha256(secret, concat(utf8(LABELS.groupKnock), fromHex(group), fromHex(account), fromHex(device)));
}
