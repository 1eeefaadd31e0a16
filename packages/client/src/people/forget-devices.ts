/** Devices that a person's chain lists no more: their sessions and queues go, what they never got goes to the new ones. */
import { type Content, type ContentId, type DeviceId, decodePayload } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { DeviceDelivery, MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import type { Sender } from "../send/carrier.ts";
import { queueForPeer } from "../send/compose.ts";
import type { ContactRow } from "./contact-row.ts";
import type { Peer } from "./people.ts";

/**
 * Forgets the device pairs of a contact that are not among the contact's devices any more, and encrypts what they had
 * not confirmed anew for devices that were never written to; the caller holds the person's lock.
 */
export async function forgetDevices(core: Core, sender: Sender, draft: Draft, contact: ContactRow): Promise<void> {
  const { account, devices } = contact;
  const isListed = ({ row }: Peer): boolean => devices.some((each) => each.device === row.device);
  const gone = core.people.peersOf(account).filter((peer) => !isListed(peer));
  if (gone.length === 0) return;
  const lost = new Map<ContentId, Content>();
  for (const { row } of gone) {
    for (const content of undelivered(sender, row.device)) lost.set(content.id, content);
    await sender.outbox.giveUp(draft, row.device);
    draft.add(...core.receipts.drop(row.device), ...core.people.removePeer(row.device));
  }
  const names = gone.map(({ row }) => row.device);
  const fresh = core.people.peersOf(account).filter(({ row }) => row.outNumber === 0);
  const parts = { core, sender, draft, contact, fresh: fresh.map(({ row }) => row.device) };
  for (const content of lost.values()) await sendAnew(parts, content, names);
}

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
  readonly draft: Draft;
  readonly contact: ContactRow;
  /** Devices that were never written to: the others have rows of their own for what they did not confirm. */
  readonly fresh: readonly DeviceId[];
}

/** Contents in the outbox for a device that it has not said to have. */
function undelivered({ outbox }: Sender, device: DeviceId): readonly Content[] {
  return outbox.payloads(device).flatMap((payload) => {
    const decoded = decodePayload(payload);
    return decoded.ok && decoded.value.content !== undefined ? [decoded.value.content] : [];
  });
}

async function sendAnew(parts: Parts, content: Content, gone: readonly DeviceId[]): Promise<void> {
  const { core, sender, draft, contact, fresh } = parts;
  const added: DeviceDelivery[] = [];
  for (const device of fresh) {
    const peer = core.people.peer(device);
    if (peer !== undefined) added.push(await queueForPeer(core, sender.outbox, draft, { contact, peer, content }));
  }
  const row = await core.messages.find(contact.account, "own", content.id);
  if (row === undefined) return;
  const isMessage = row.content.id === content.id;
  const { change } = row;
  const changed: MessageRow =
    isMessage || change === undefined
      ? { ...row, deliveries: moved(row.deliveries, gone, added) }
      : { ...row, change: { ...change, deliveries: moved(change.deliveries, gone, added) } };
  draft.add(core.messages.update(changed));
  draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
}

/** Without devices left, nobody will ever take it. */
function moved(
  deliveries: readonly DeviceDelivery[],
  gone: readonly DeviceId[],
  added: readonly DeviceDelivery[],
): readonly DeviceDelivery[] {
  const left = [...deliveries.filter(({ device }) => !gone.includes(device)), ...added];
  if (left.length > 0) return left;
  return deliveries.map((each) => ({ ...each, record: { ...each.record, state: "failed", reason: "no-device" } }));
}
