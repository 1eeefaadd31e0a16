/** What waits to leave for one device of a contact. */
import {
  type AccountId,
  accountId,
  bytes,
  type ContentId,
  contentId,
  type DeliveryRecord,
  type DeviceId,
  deviceId,
  field,
  optional,
  record,
  type Shape,
  uint,
} from "@kith/protocol";
import { deliveryShape } from "../message/message-row.ts";

/** One outgoing ratchet message, kept until the device said `delivered` (contents) or a relay holds it (the rest). */
export interface OutboxRow {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Set for durable contents: the message row to keep true. */
  readonly contentId?: ContentId | undefined;
  readonly number?: number | undefined;
  /** The v4 message; absent until a session could be started. */
  readonly message?: Uint8Array | undefined;
  /** The payload: of contents kept as long as the row, so that a new session can seal it again; else until it is sealed. */
  readonly payload?: Uint8Array | undefined;
  readonly progress: DeliveryRecord;
  readonly createdAtMs: number;
  /** A vanishing message is not kept for a device that never comes, Unix ms. */
  readonly untilMs?: number | undefined;
}

/** Codec shape of an outbox row. */
export const outboxRowShape: Shape<OutboxRow> = record<OutboxRow>({
  account: field(1, accountId),
  device: field(2, deviceId),
  contentId: optional(3, contentId),
  number: optional(4, uint()),
  message: optional(5, bytes(1, 70_000)),
  payload: optional(6, bytes(1, 70_000)),
  progress: field(7, deliveryShape),
  createdAtMs: field(8, uint()),
  untilMs: optional(20, uint()),
});

/** The row once its payload is sealed: what may have to be sealed again keeps the payload. */
export function withMessage({ payload, ...row }: OutboxRow, message: Uint8Array): OutboxRow {
  return row.contentId === undefined || payload === undefined ? { ...row, message } : { ...row, payload, message };
}

/** The row before it was sealed; null when there is nothing to seal it from. */
export function withoutMessage({ message: _message, ...row }: OutboxRow): OutboxRow | null {
  return row.payload === undefined ? null : row;
}
