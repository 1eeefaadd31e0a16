/** What is kept of invite links: secrets of own ones, who asked by them, and where this device has asked itself. */
import {
  type AccountId,
  accountId,
  boxRefShape,
  bytes,
  type DeviceId,
  type DoorWord,
  deviceId,
  field,
  flag,
  type GroupId,
  type GroupInvite,
  groupId,
  list,
  MAX_OPERATION_BYTES,
  MAX_RELAYS,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
} from "@kith/protocol";

/** The secret of a link that this device made, and the public key that the group was given. */
export interface OwnLink {
  readonly secret: Uint8Array;
  readonly key: Uint8Array;
}

/** Links of one group that this device made, the newest first: who comes by an older one is told that it is off. */
export interface LinkRow {
  readonly group: GroupId;
  readonly links: readonly OwnLink[];
}

/** Links of one group that are remembered. */
export const MAX_OWN_LINKS = 8;

/** What somebody at the door was answered last. */
export type Answer = "open" | DoorWord;

/** A device that asked by a link of this device. */
export interface KnockerRow {
  readonly group: GroupId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The public key of the link that was used. */
  readonly key: Uint8Array;
  readonly atMs: number;
  /** Absent until it was answered. */
  readonly told?: Answer | undefined;
  /** The number of the join that it was let sign. */
  readonly seq?: number | undefined;
}

/** asking: no answer yet; else as the device that answers said. */
export type KnockState = "asking" | DoorWord;

/** A group that this device has asked into, and its link. */
export interface KnockRow extends GroupInvite {
  readonly askedAtMs: number;
  readonly state: KnockState;
  /** The device that answers was met, and what asks is on its way. */
  readonly isSent?: true | undefined;
  /** The own `join`, signed. */
  readonly join?: Uint8Array | undefined;
}

const ownLink: Shape<OwnLink> = record<OwnLink>({ secret: field(1, bytes(16)), key: field(2, bytes(32)) });

/** Codec shape of the links of a group. */
export const linkRowShape: Shape<LinkRow> = record<LinkRow>({
  group: field(1, groupId),
  links: field(2, list(ownLink, MAX_OWN_LINKS)),
});

/** Codec shape of somebody at the door. */
export const knockerRowShape: Shape<KnockerRow> = record<KnockerRow>({
  group: field(1, groupId),
  account: field(2, accountId),
  device: field(3, deviceId),
  key: field(4, bytes(32)),
  atMs: field(5, uint()),
  told: optional(6, oneOf<Answer>({ open: 0, waiting: 1, off: 2, banned: 3, full: 4, declined: 5 })),
  seq: optional(7, uint()),
});

/** Codec shape of a group that was asked. */
export const knockRowShape: Shape<KnockRow> = record<KnockRow>({
  group: field(1, groupId),
  secret: field(2, bytes(16)),
  name: field(3, text(400)),
  needsApproval: optional(4, flag),
  account: field(5, accountId),
  device: field(6, deviceId),
  boxes: field(7, list(boxRefShape, MAX_RELAYS)),
  askedAtMs: field(8, uint()),
  state: field(9, oneOf<KnockState>({ asking: 0, waiting: 1, off: 2, banned: 3, full: 4, declined: 5 })),
  isSent: optional(10, flag),
  join: optional(11, bytes(1, MAX_OPERATION_BYTES)),
});
