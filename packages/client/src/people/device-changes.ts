/** What a person's verified chain changes of their devices: lines in the chat, and the end of what was for devices that are gone. */
import { type ChainState, type DeviceId, deviceChangeContent, readEntry } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import type { Sender } from "../send/carrier.ts";
import { forgetDevices } from "./forget-devices.ts";

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
}

/**
 * Notes the devices that a chain has and the held one had not, and the reverse; the caller holds the person's lock.
 * @param held what was believed before; nothing is said of devices while no chain of theirs had been seen.
 * @param isTold whether lines are written: for people who are let in.
 */
export async function noteDevices(
  { core, sender }: Parts,
  draft: Draft,
  { held, isTold }: { readonly held: ChainState | null; readonly isTold: boolean },
  chain: ChainState,
): Promise<void> {
  const isListed = (device: DeviceId): boolean => chain.devices.some(({ deviceId }) => deviceId === device);
  const contact = core.people.contact(chain.account);
  if (contact !== undefined) await forgetDevices(core, sender, draft, contact);
  if (held === null || !isTold) return;
  const known = new Set(held.devices.map(({ deviceId }) => deviceId));
  for (const { deviceId, addedAt } of chain.devices) {
    if (!known.has(deviceId)) await writeLine(core, draft, chain, { device: deviceId, change: "added" }, addedAt.seq);
  }
  for (const device of known) {
    if (!isListed(device)) await writeLine(core, draft, chain, { device, change: "removed" }, chain.head.seq);
  }
}

async function writeLine(
  core: Core,
  draft: Draft,
  chain: ChainState,
  change: { readonly device: DeviceId; readonly change: "added" | "removed" },
  seq: number,
): Promise<void> {
  const chat = chain.account;
  const content = deviceChangeContent(core.suite, chat, change, entryTime(core, chain, seq));
  if (await core.messages.isKnown(chat, "their", content.id)) return;
  const message: MessageRow = {
    chat,
    isOwn: false,
    content,
    orderMs: content.sentAtMs,
    receivedAtMs: core.clock.nowMs(),
    deliveries: [],
    isRead: true,
  };
  draft.add(...core.messages.put(message));
  draft.tell({ type: "message.changed", message: await viewMessage(core, message) });
}

/** When an entry of the chain was signed, by its signer's clock and at most now. */
export function entryTime({ suite, clock }: Pick<Core, "suite" | "clock">, chain: ChainState, seq: number): number {
  const encoded = chain.entries[chain.heads.findIndex((head) => head.seq === seq)];
  const read = encoded && readEntry(suite, encoded);
  return Math.min(read?.ok ? read.value.entry.at : 0, clock.nowMs()) || clock.nowMs();
}
