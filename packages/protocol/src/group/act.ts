/**
 * What one operation does to a group, as its author wrote it; whether it may is another matter.
 * @see docs/spec/10-group.md (Operations)
 */
import { bytes, field, flag, list, mapped, oneOf, optional, record, type Shape, text, union } from "../codec/schema.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../ids.ts";
import { MAX_ENTRY_BYTES, MAX_GRANT_DEPTH, MAX_GROUP_NAME_BYTES } from "../limits.ts";
import { plainLine } from "../message/profile.ts";
import { vanishAfter } from "../message/vanish-after.ts";

/** What a member may do: an admin decides who belongs to the group, and what it is called. */
export type GroupRole = "admin" | "member";

/** Shows that its maker held the secret of an invite link. */
export interface GroupPass {
  /** The public key that the link had when it was used, 32 bytes. */
  readonly key: Uint8Array;
  /** 64 bytes, over group, account and device. */
  readonly signature: Uint8Array;
}

/** The operations. `certificate` has the chain entries that certify the author's device. */
export type GroupAct =
  | {
      readonly type: "create";
      readonly name: string;
      /** 16 random bytes, so that no two groups are the same. */
      readonly nonce: Uint8Array;
      readonly vanishAfterMs?: number | undefined;
      readonly certificate: readonly Uint8Array[];
    }
  /** Invites a person, lets in one who waits, or takes back a ban. */
  | { readonly type: "add"; readonly account: AccountId; readonly role: GroupRole }
  /** Consents to an invitation, uses a link, or brings another device of a member. */
  | { readonly type: "join"; readonly certificate: readonly Uint8Array[]; readonly pass?: GroupPass | undefined }
  /** With a ban no link lets the person in again. */
  | { readonly type: "remove"; readonly account: AccountId; readonly isBanned?: true | undefined }
  /** Leaves, or declines; who has not joined shows a certificate. */
  | { readonly type: "leave"; readonly certificate?: readonly Uint8Array[] | undefined }
  | { readonly type: "role"; readonly account: AccountId; readonly role: GroupRole }
  | { readonly type: "rename"; readonly name: string }
  | { readonly type: "timer"; readonly vanishAfterMs?: number | undefined }
  /** Turns the link on under a public key, or off; its users may have to wait for an admin. */
  | { readonly type: "link"; readonly key?: Uint8Array | undefined; readonly needsApproval?: true | undefined }
  /** Takes a device out that is lost or no longer its account's; it never comes back. */
  | { readonly type: "retire"; readonly device: DeviceId }
  /** Shows a picture, or none any more: SHA-256 of its bytes, which travel by themselves. */
  | { readonly type: "picture"; readonly hash?: Uint8Array | undefined };

type Part<K extends GroupAct["type"]> = Omit<Extract<GroupAct, { readonly type: K }>, "type">;

const role: Shape<GroupRole> = oneOf<GroupRole>({ member: 0, admin: 1 });
const certificate = list(bytes(1, MAX_ENTRY_BYTES), MAX_GRANT_DEPTH, 1);

/** Not empty. What can be shown of it is the interface's business: which characters exist changes with the years. */
const name: Shape<string> = mapped(
  text(MAX_GROUP_NAME_BYTES),
  (value) => (value === "" ? null : value),
  (value) => {
    if (value === "") throw new RangeError("a group has a name");
    return value;
  },
);

/** Codec shape of an operation's act. */
export const groupAct: Shape<GroupAct> = union<GroupAct>({
  create: [
    0,
    record<Part<"create">>({
      name: field(1, name),
      nonce: field(2, bytes(16)),
      vanishAfterMs: optional(3, vanishAfter),
      certificate: field(4, certificate),
    }),
  ],
  add: [1, record<Part<"add">>({ account: field(1, accountId), role: field(2, role) })],
  join: [
    2,
    record<Part<"join">>({
      certificate: field(1, certificate),
      pass: optional(2, record<GroupPass>({ key: field(1, bytes(32)), signature: field(2, bytes(64)) })),
    }),
  ],
  remove: [3, record<Part<"remove">>({ account: field(1, accountId), isBanned: optional(2, flag) })],
  leave: [4, record<Part<"leave">>({ certificate: optional(1, certificate) })],
  role: [5, record<Part<"role">>({ account: field(1, accountId), role: field(2, role) })],
  rename: [6, record<Part<"rename">>({ name: field(1, name) })],
  timer: [7, record<Part<"timer">>({ vanishAfterMs: optional(1, vanishAfter) })],
  link: [8, record<Part<"link">>({ key: optional(1, bytes(32)), needsApproval: optional(2, flag) })],
  retire: [9, record<Part<"retire">>({ device: field(1, deviceId) })],
  picture: [10, record<Part<"picture">>({ hash: optional(1, bytes(32)) })],
});

/** Characters of a group's name that are shown. */
export const MAX_GROUP_NAME_CHARACTERS = 100;

/** A group's name as it is shown and given: one line without anything invisible, cut. May come out empty. */
export function plainGroupName(given: string): string {
  return plainLine(given, MAX_GROUP_NAME_CHARACTERS);
}
