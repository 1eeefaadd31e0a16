/** Takes what another device of ours set: people, chats, choices for the account, names of devices. */
import {
  accountToText,
  assessTrust,
  type ChainState,
  type CryptoSuite,
  decodeAs,
  relateChains,
  type SyncedPerson,
  type SyncItem,
  type TrustEvent,
  verifyChain,
} from "@kith/protocol";
import { Draft } from "../core.ts";
import type { ChatTimer, ContactRow, SaidProfile } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { noteDevices } from "../people/device-changes.ts";
import { forgetPerson } from "../people/forget.ts";
import { addPeer, introducePerson } from "../people/introduce.ts";
import { trustEventShape } from "../people/trust-event-shape.ts";
import { boxesOf } from "./apply-chain.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { chatItem, contentOf, deviceItem, isToldPerson, personItem, settingsItem } from "./items.ts";
import { NO_STAMP } from "./registers.ts";

type Item<T extends SyncItem["type"]> = Extract<SyncItem, { readonly type: T }>;

/** Bytes of one trust event. */
const MAX_TRUST_BYTES = 128;

/** A person as another device knows them; the caller holds their lock. */
export async function applyPerson(parts: ApplyParts, draft: Draft, item: Item<"person">): Promise<void> {
  const { core, registers, greeter } = parts;
  const key = `p/${core.people.chatKey(item.account)}`;
  const before = core.people.contact(item.account);
  const isKnown = before !== undefined && isToldPerson(before);
  if (!registers.isLater(key, item, isKnown ? contentOf(personItem(core, before, NO_STAMP)) : null)) return;
  await takeChain(parts, draft, item, before);
  const taken = core.people.contact(item.account);
  const row = merge(item, taken);
  const { profile, picture } = core.settings;
  // Who is new here was told by the device that met them.
  const told = before === undefined ? { ...row, toldProfile: profile?.revision, toldPicture: picture?.revision } : row;
  draft.add(core.people.setContact(told));
  for (const { device, boxes } of item.devices) {
    if (!told.devices.some((each) => each.device === device)) continue;
    if (core.people.peer(device) === undefined || boxes.length > 0)
      addPeer(core, draft, item.account, device, { boxes });
  }
  draft.add(registers.note(key, contentOf(personItem(core, told, NO_STAMP)), item));
  const isNewRequest = before === undefined && told.relation === "requesting";
  draft.tell({ type: isNewRequest ? "request.received" : "contact.changed", contact: contactView(told) });
  draft.afterwards(() => greeter.greet(item.account));
}

/** Takes the chain over where it is newer than the one that is known. */
async function takeChain(
  { core, sender }: ApplyParts,
  draft: Draft,
  item: SyncedPerson,
  before: ContactRow | undefined,
): Promise<void> {
  if (item.chain.length === 0) return;
  const { suite, clock } = core;
  const chain = await verifyChain(suite, item.chain, clock.nowMs());
  if (!chain.ok || chain.value.account !== item.account) return;
  const held = before?.chain.length ? await verifyChain(suite, before.chain, clock.nowMs()) : null;
  if (held?.ok && !isNewer({ held: held.value, offered: chain.value, trust: mergedTrust(item, before) }, suite)) return;
  introducePerson(core, draft, { chain: chain.value, cards: item.devices }, { relation: item.relation, trust: [] });
  const told = { held: held?.ok ? held.value : null, isTold: before?.relation === "accepted" };
  await noteDevices({ core, sender }, draft, told, chain.value);
}

/** One that replaced what was believed is taken where the person has decided, on whichever device. */
function isNewer(
  { held, offered, trust }: { held: ChainState; offered: ChainState; trust: readonly TrustEvent[] },
  suite: CryptoSuite,
): boolean {
  const { type } = relateChains(suite, held, offered);
  const isReplacing = type === "recovered" || type === "fork-won";
  return type === "extended" || (isReplacing && !assessTrust(trust).isSendingBlocked);
}

function mergedTrust(item: SyncedPerson, before: ContactRow | undefined): readonly TrustEvent[] {
  return mergeTrust(item.trust, before?.trust ?? []);
}

function merge(item: SyncedPerson, known: ContactRow | undefined): ContactRow {
  const { name: _name, relationBeforeBlock: _before, ...kept } = known ?? fresh(item);
  return {
    ...kept,
    relation: item.relation,
    ...(item.relationBeforeBlock === undefined ? {} : { relationBeforeBlock: item.relationBeforeBlock }),
    ...(item.name === undefined ? {} : { name: item.name }),
    addedAtMs: Math.min(item.addedAtMs, kept.addedAtMs),
    trust: mergeTrust(item.trust, kept.trust),
    timer: newer(item.timer, kept.timer) as ChatTimer | undefined,
    profile: newer(item.profile, kept.profile) as SaidProfile | undefined,
  };
}

/** Somebody of whom no chain was fetched yet. */
function fresh({ account, relation, addedAtMs, handle, devices }: SyncedPerson): ContactRow {
  return {
    account,
    relation,
    addedAtMs,
    ...(handle === undefined ? {} : { handle }),
    devices: devices.map(({ device, identityKey }) => ({ device, identityKey })),
    chain: [],
    trust: [],
    unread: 0,
  };
}

interface Ordered {
  readonly orderMs: number;
  readonly id: string;
}

function newer<T extends Ordered>(one: T | undefined, other: T | undefined): T | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const isLater = one.orderMs === other.orderMs ? one.id > other.id : one.orderMs > other.orderMs;
  return isLater ? one : other;
}

/** What warns is kept whoever saw it; what else is known is as the later device has it. */
function mergeTrust(told: readonly Uint8Array[], known: readonly TrustEvent[]): readonly TrustEvent[] {
  const events = told.flatMap((encoded) => {
    const event = decodeAs(trustEventShape, encoded, MAX_TRUST_BYTES);
    return event.ok ? [event.value] : [];
  });
  const isThere = (event: TrustEvent): boolean =>
    events.some(({ type, atMs }) => type === event.type && atMs === event.atMs);
  const warnings = known.filter((event) => WARNINGS.has(event.type) && !isThere(event));
  return [...events, ...warnings].sort((a, b) => a.atMs - b.atMs).slice(-64);
}

const WARNINGS: ReadonlySet<TrustEvent["type"]> = new Set([
  "chain-recovered",
  "chain-replaced",
  "equivocation-seen",
  "handle-moved",
  "rival-seen",
]);

/** A person was forgotten on another device; outside of any lock. */
export async function applyForgotten({ core, sender, registers }: ApplyParts, item: Item<"forgotten">): Promise<void> {
  const key = `p/${core.people.chatKey(item.account)}`;
  const row = core.people.contact(item.account);
  if (row !== undefined && !isToldPerson(row)) return;
  if (!registers.isLater(key, item, row === undefined ? null : contentOf(personItem(core, row, NO_STAMP)))) return;
  await forgetPerson({ core, sender }, item.account, true);
  const draft = new Draft(core, true);
  draft.add(registers.note(key, contentOf({ ...item }), item));
  await draft.commit();
}

/** What is set for a chat; the caller holds its lock. */
export function applyChat({ core, registers }: ApplyParts, draft: Draft, item: Item<"chat">): void {
  const { account, pinnedAtMs, archivedAtMs, mutedUntilMs, isMarkedUnread } = item;
  const key = `c/${core.people.chatKey(account)}`;
  const before = contentOf(chatItem(core.chats.settings(account), NO_STAMP));
  if (!registers.isLater(key, item, before)) return;
  draft.add(core.chats.set({ account, pinnedAtMs, archivedAtMs, mutedUntilMs, isMarkedUnread }));
  draft.add(registers.note(key, contentOf(chatItem(core.chats.settings(account), NO_STAMP)), item));
  draft.tell({ type: "chat.changed", account: accountToText(account) });
}

/** What is chosen for the account; inside its lock. */
export function applySettings({ core, registers, onStatus }: ApplyParts, draft: Draft, item: Item<"settings">): void {
  if (!registers.isLater("s", item, contentOf(settingsItem(core, NO_STAMP)))) return;
  const { hidesReading, hidesTyping, newChatTimerMs, profile } = item;
  draft.add(core.settings.adopt({ hidesReading, hidesTyping, newChatTimerMs, profile }));
  draft.add(registers.note("s", contentOf(settingsItem(core, NO_STAMP)), item));
  // The device that was told first tells people of a profile.
  for (const row of profile === undefined ? [] : core.people.contacts()) {
    if (row.relation === "accepted") draft.add(core.people.setContact({ ...row, toldProfile: profile?.revision }));
  }
  draft.afterwards(onStatus);
}

/**
 * What a device is called, and where its boxes are; inside the lock of our account. Passed on: two devices that were
 * linked by a third learn of each other's boxes from that one only.
 */
export async function applyDevice(parts: ApplyParts, draft: Draft, item: Item<"device">): Promise<void> {
  const { core, registers, book, onStatus, greeter } = parts;
  const { device, name, kind, card } = item;
  const key = `d/${core.people.peerKey(device)}`;
  if (!registers.isLater(key, item, contentOf(deviceItem(book.get(device), NO_STAMP)))) return;
  draft.add(book.set({ ...book.get(device), name, kind, card }));
  draft.add(registers.note(key, contentOf(deviceItem(book.get(device), NO_STAMP)), item));
  const boxes = await boxesOf(core, book, device);
  if (core.people.peer(device)?.row.account === core.account.id) addPeer(core, draft, core.account.id, device, boxes);
  draft.afterwards(() => {
    parts.sender.outbox.kick(device);
    greeter.greet(core.account.id);
    parts.passOn(item);
    onStatus();
  });
}
