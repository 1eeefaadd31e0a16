/**
 * The delivery states of one message to one device, as pure transitions; each state shown is the truth.
 * @see docs/spec/06-messages.md (Delivery states)
 */

/** From the composer to the eyes of the other side; `waiting` is a contact request nobody has answered. */
export type DeliveryState = "queued" | "waiting" | "sent" | "delivered" | "read" | "failed" | "received";

/** Why a message failed for good. */
export type FailReason = "not-answered" | "refused" | "no-device" | "expired" | "deleted";

/** The states an own message passes; `received` is only for messages of others. */
export type OwnState = Exclude<DeliveryState, "received">;

/** What can happen to an own message on its way to one device. */
export type DeliveryEvent =
  /** A relay synced it and gave its receipt. */
  | { readonly type: "stored"; readonly relay: string }
  /** The device took it over directly and had committed it. */
  | { readonly type: "taken" }
  /** It lies in a request box, until the other side answers. */
  | { readonly type: "boxed" }
  | { readonly type: "delivered" }
  | { readonly type: "read" }
  | { readonly type: "failed"; readonly reason: FailReason };

/** Where one message stands for one device. */
export interface DeliveryRecord {
  readonly state: OwnState;
  readonly relays: readonly string[];
  readonly isDirect: boolean;
  readonly reason?: FailReason;
}

/** A message in the synced outbox and nowhere else. */
export const QUEUED: DeliveryRecord = Object.freeze({ state: "queued", relays: [], isDirect: false });

/** Receipts that make a message `sent`, where that many relays exist. */
export const RECEIPTS_WANTED = 2;

const RANK: { readonly [S in OwnState]: number } = { queued: 0, waiting: 1, sent: 2, delivered: 3, read: 4, failed: 5 };

/**
 * The record after an event; never goes back, except that a failed message that was delivered after all says so.
 * @param relayCount relays the recipient's queue lives on; `sent` needs receipts from two of them, or all if fewer.
 */
export function advanceDelivery(record: DeliveryRecord, event: DeliveryEvent, relayCount: number): DeliveryRecord {
  switch (event.type) {
    case "stored": {
      const relays = record.relays.includes(event.relay) ? record.relays : [...record.relays, event.relay];
      const needed = Math.min(RECEIPTS_WANTED, Math.max(relayCount, 1));
      return raise({ ...record, relays }, relays.length >= needed ? "sent" : record.state);
    }
    case "taken":
      return raise({ ...record, isDirect: true }, "sent");
    case "boxed":
      return raise(record, "waiting");
    case "delivered":
    case "read":
      return raise(record, event.type);
    case "failed":
      return RANK[record.state] >= RANK.delivered ? record : { ...record, state: "failed", reason: event.reason };
  }
}

function raise(record: DeliveryRecord, state: OwnState): DeliveryRecord {
  const isLateProof = record.state === "failed" && (state === "delivered" || state === "read");
  if (!isLateProof && RANK[state] <= RANK[record.state]) return record;
  return { state, relays: record.relays, isDirect: record.isDirect };
}

/**
 * What is shown for a message to several devices of a person. The person has what one of their devices has, and has read
 * what was read on one; before that the least advanced device counts, and a failure only when all failed.
 */
export function summarizeDelivery(records: readonly DeliveryRecord[]): DeliveryRecord {
  const reached = records.find((each) => each.state === "read") ?? records.find((each) => each.state === "delivered");
  return reached ?? leastAdvanced(records);
}

/** The least advanced device, failures only when all failed: what was said before may still be seen there. */
export function leastAdvanced(records: readonly DeliveryRecord[]): DeliveryRecord {
  const alive = records.filter((each) => each.state !== "failed");
  const pool = alive.length > 0 ? alive : records;
  return pool.reduce((least, each) => (RANK[each.state] < RANK[least.state] ? each : least), pool[0] ?? QUEUED);
}
