/** The chain of our own account, as another device of ours has it, and what follows for the devices it names. */
import {
  type BoxRef,
  type ChainState,
  checkCard,
  type DeviceId,
  relateChains,
  type SyncItem,
  verifyChain,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { addPeer } from "../people/introduce.ts";
import type { Sender } from "../send/carrier.ts";
import { appendAgain } from "./append-again.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { contentOf } from "./items.ts";
import type { OwnDeviceBook } from "./own-device-row.ts";

type Item<T extends SyncItem["type"]> = Extract<SyncItem, { readonly type: T }>;

/** The register that says which chain our devices were told. */
export const CHAIN_REGISTER = "h";

/** The register's content. */
export function chainContent({ entries }: Pick<ChainState, "entries">): Uint8Array {
  return contentOf({ type: "chain", entries });
}

/**
 * Takes a chain over that is newer than ours; inside the lock of our account.
 * @returns whether the other device has to be told ours instead.
 */
export async function applyChain(parts: ApplyParts, draft: Draft, item: Item<"chain">): Promise<boolean> {
  const { core, registers, onChain, onStatus, greeter } = parts;
  const chain = await verifyChain(core.suite, item.entries, core.clock.nowMs());
  if (!chain.ok || chain.value.account !== core.account.id) return false;
  const relation = relateChains(core.suite, core.account.chain, chain.value);
  switch (relation.type) {
    case "not-newer":
      return chain.value.entries.length < core.account.chain.entries.length;
    case "fork-lost":
      return true;
    // Neither is to be believed: what this device has stays until the words start the chain anew.
    case "equivocation":
      return false;
    case "extended":
    case "recovered":
    case "fork-won":
      break;
  }
  const known = new Set(core.account.chain.devices.map(({ deviceId }) => deviceId));
  const isForked = relation.type === "fork-won";
  const taken = isForked ? await appendAgain(core, core.account.chain, chain.value) : chain.value;
  draft.add(core.account.adoptChain(taken));
  const now = { atMs: core.clock.nowMs(), by: core.account.device.deviceId };
  draft.add(registers.note(CHAIN_REGISTER, chainContent(taken), now));
  await listOwnDevices(parts, draft);
  draft.afterwards(() => {
    greeter.greet(core.account.id);
    parts.passOn({ type: "chain", entries: taken.entries });
    // The device that linked it may know less than this one, or be gone by now.
    for (const { deviceId } of taken.devices) if (!known.has(deviceId)) parts.welcome(deviceId);
    onChain();
    onStatus();
  });
  return false;
}

/** What listing our devices works on. */
export interface OwnDeviceParts {
  readonly core: Core;
  readonly sender: Sender;
  readonly book: OwnDeviceBook;
}

/** Brings our own row and the pairs with our other devices to what our chain says; inside the lock of our account. */
export async function listOwnDevices({ core, sender, book }: OwnDeviceParts, draft: Draft): Promise<void> {
  const { account, people } = core;
  const { chain, device: self } = account;
  const others = chain.devices.filter(({ deviceId }) => deviceId !== self.deviceId);
  const known = people.contact(account.id);
  const row: ContactRow = {
    ...(known ?? { addedAtMs: core.clock.nowMs(), unread: 0, trust: [] }),
    account: account.id,
    relation: "accepted",
    devices: others.map(({ deviceId, identityKey }) => ({ device: deviceId, identityKey })),
    head: chain.head,
    chain: chain.entries,
  };
  draft.add(people.setContact(row));
  for (const { row: peer } of people.peersOf(account.id)) {
    if (!others.some(({ deviceId }) => deviceId === peer.device)) closePeer({ core, sender, book }, draft, peer.device);
  }
  for (const { deviceId } of others) addPeer(core, draft, account.id, deviceId, await boxesOf(core, book, deviceId));
}

/** Ends everything with a device of ours that was revoked. */
function closePeer({ core, sender, book }: OwnDeviceParts, draft: Draft, device: DeviceId): void {
  sender.outbox.drop(draft, device);
  draft.add(...core.receipts.drop(device), ...core.people.removePeer(device), book.remove(device));
}

/** The boxes in the card of a device that is known, when it is good. */
export async function boxesOf(
  core: Core,
  book: OwnDeviceBook,
  device: DeviceId,
): Promise<{ readonly boxes?: readonly BoxRef[] }> {
  const { card } = book.get(device);
  const checked = card === undefined ? null : await checkCard(core.suite, card, core.clock.nowMs());
  return checked?.ok && checked.value.device === device ? { boxes: checked.value.boxes } : {};
}
