/** Makes the contacts of a backup that a recovery found, as their evidence says; nothing is sent. */
import { decodeAs, decodeSync, type SyncedPerson, type SyncItem, type TrustEvent, verifyChain } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { addPeer, introducePerson } from "../people/introduce.ts";
import { trustEventShape } from "../people/trust-event-shape.ts";

/** Bytes of one trust event. */
const MAX_TRUST_BYTES = 128;

/** Makes them, one batch each; one that is there already stays as it is. */
export async function restoreItems(core: Core, items: readonly Uint8Array[]): Promise<void> {
  for (const encoded of items) {
    const body = decodeSync(encoded);
    for (const item of body.ok ? body.value.items : []) await restoreItem(core, item);
  }
}

async function restoreItem(core: Core, item: SyncItem): Promise<void> {
  const draft = new Draft(core, true);
  if (item.type === "person" && core.people.contact(item.account) === undefined && item.account !== core.account.id) {
    const row = await restorePerson(core, draft, item);
    draft.tell({ type: "contact.changed", contact: contactView(row) });
  } else if (item.type === "chat" && core.people.contact(item.account) !== undefined) {
    const { account, pinnedAtMs, archivedAtMs, mutedUntilMs, isMarkedUnread } = item;
    draft.add(core.chats.set({ account, pinnedAtMs, archivedAtMs, mutedUntilMs, isMarkedUnread }));
  } else if (item.type === "settings") {
    const { hidesReading, hidesTyping, newChatTimerMs, profile } = item;
    draft.add(core.settings.adopt({ hidesReading, hidesTyping, newChatTimerMs, profile }));
  }
  await draft.commit();
}

async function restorePerson(core: Core, draft: Draft, item: SyncedPerson): Promise<ContactRow> {
  const chain = item.chain.length === 0 ? null : await verifyChain(core.suite, item.chain, core.clock.nowMs());
  const isGood = chain?.ok === true && chain.value.account === item.account;
  const begun: ContactRow = isGood
    ? introducePerson(core, draft, { chain: chain.value, cards: item.devices }, { relation: item.relation, trust: [] })
    : bare(item);
  const row: ContactRow = {
    ...begun,
    ...(item.name === undefined ? {} : { name: item.name }),
    ...(item.relationBeforeBlock === undefined ? {} : { relationBeforeBlock: item.relationBeforeBlock }),
    addedAtMs: item.addedAtMs,
    trust: item.trust.flatMap((each) => readTrust(each)),
    timer: item.timer,
    profile: item.profile,
  };
  draft.add(core.people.setContact(row));
  if (isGood) return row;
  for (const { device, boxes } of item.devices) addPeer(core, draft, item.account, device, { boxes });
  return row;
}

/** Somebody whose chain found no room: it is fetched from their boxes. */
function bare({ account, relation, addedAtMs, handle, devices }: SyncedPerson): ContactRow {
  const known = devices.map(({ device, identityKey }) => ({ device, identityKey }));
  return { account, relation, addedAtMs, handle, devices: known, chain: [], trust: [], unread: 0 };
}

function readTrust(encoded: Uint8Array): readonly TrustEvent[] {
  const event = decodeAs(trustEventShape, encoded, MAX_TRUST_BYTES);
  return event.ok ? [event.value] : [];
}
