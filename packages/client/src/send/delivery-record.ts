/** Keeps the message rows true: applies a delivery event of one device to the message it is about. */
import { advanceDelivery, CONTENT_KINDS, type DeliveryEvent, type DeliveryRecord } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import type { OutboxRow } from "./outbox-row.ts";

/** The record after several events. */
export function advanceThrough(
  record: DeliveryRecord,
  events: readonly DeliveryEvent[],
  relayCount: number,
): DeliveryRecord {
  return events.reduce((before, event) => advanceDelivery(before, event, relayCount), record);
}

/** Writes the new state of a message, when it changed; the caller holds the person's lock. */
export async function recordDelivery(
  core: Core,
  draft: Draft,
  { account, device, contentId }: Pick<OutboxRow, "account" | "device" | "contentId">,
  events: readonly DeliveryEvent[],
  relayCount: number,
): Promise<void> {
  if (contentId === undefined) return;
  const row = await core.messages.find(account, "own", contentId);
  if (row === undefined) await core.others.onDelivery?.(draft, { device, contentId, events, relayCount });
  const { change } = row ?? {};
  // A content of ours is a message, or what changed one.
  const isChange = change?.id === contentId;
  const known = isChange ? change.deliveries : row?.content.id === contentId ? row.deliveries : [];
  const delivery = known.find((each) => each.device === device);
  if (row === undefined || delivery === undefined) return;
  const record = advanceThrough(delivery.record, events, relayCount);
  if (record === delivery.record) return;
  const deliveries = known.map((each) => (each === delivery ? { ...each, record, relayCount } : each));
  const changed: MessageRow = isChange ? { ...row, change: { ...change, deliveries } } : { ...row, deliveries };
  draft.add(core.messages.update(changed));
  if (record.state !== delivery.record.state) {
    draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
    // What was to be seen once has left: the states that could still tell it go.
    if (isChange || row.content.kind !== CONTENT_KINDS.once || record.state === "sent") return;
    draft.afterwards(() => core.vanish.spent.ask(null));
  }
}
