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
  /** The payload, kept until the message is sealed, so that a missing session loses nothing. */
  readonly payload?: Uint8Array | undefined;
  readonly progress: DeliveryRecord;
  readonly createdAtMs: number;
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
});
