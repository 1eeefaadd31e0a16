/** What waited in the outbox when a backup was made. */
import type { DeviceDelivery } from "../message/message-row.ts";

/** A delivery that waits no more: nobody knows whether the message left after the backup was made. */
export function settled(delivery: DeviceDelivery): DeviceDelivery {
  const { record } = delivery;
  const isWaiting = record.state === "queued" || record.state === "waiting";
  return isWaiting ? { ...delivery, record: { ...record, state: "failed", reason: "expired" } } : delivery;
}
