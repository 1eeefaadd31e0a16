/** Makes contacts: from a verified chain with cards, or from the certificate inside a request. */
import {
  type AccountId,
  type BoxRef,
  type ChainState,
  type DeviceCard,
  type DeviceCertificate,
  type DeviceId,
  EMPTY_SESSION_RECORD,
  normalHandle,
  type QueueDescriptor,
  type TrustEvent,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { ContactRow, PeerRow, Relation } from "./contact-row.ts";
import { letIn } from "./let-in.ts";
import { withTrust } from "./trust-event-shape.ts";

/** What is known about a person whose chain has been verified. */
export interface KnownPerson {
  readonly chain: ChainState;
  readonly cards: readonly Pick<DeviceCard, "device" | "boxes">[];
}

/** How a person comes in. */
export interface Introduction {
  readonly relation: Relation;
  readonly trust: readonly TrustEvent[];
  readonly name?: string | undefined;
  readonly inviteSecret?: Uint8Array | undefined;
}

/** Adds a person with every active device of their chain; the caller holds the person's lock. */
export function introducePerson(core: Core, draft: Draft, person: KnownPerson, how: Introduction): ContactRow {
  const { chain } = person;
  const known = core.people.contact(chain.account);
  const contact: ContactRow = {
    ...(known ?? { addedAtMs: core.clock.nowMs(), unread: 0, trust: [] }),
    account: chain.account,
    relation: how.relation,
    ...(how.name === undefined ? {} : { name: how.name }),
    handle: chain.handle?.written,
    ...formerHandle(known, chain),
    devices: chain.devices.map(({ deviceId, identityKey }) => ({ device: deviceId, identityKey })),
    head: chain.head,
    chain: chain.entries,
    // Whatever was to be decided about: this chain is believed now.
    replaced: undefined,
    trust: withTrust(known?.trust ?? [], ...how.trust, ...handleEvents(core, chain, known)),
  };
  draft.add(core.people.setContact(contact));
  addPeers(core, draft, person, { inviteSecret: how.inviteSecret });
  return contact;
}

/** Adds or updates every active device of a chain, with the boxes of those whose cards are there. */
export function addPeers(
  core: Core,
  draft: Draft,
  { chain, cards }: KnownPerson,
  parts: Partial<Pick<PeerRow, "inviteSecret">> = {},
): void {
  for (const { deviceId } of chain.devices) {
    const boxes = cards.find((card) => card.device === deviceId)?.boxes;
    addPeer(core, draft, chain.account, deviceId, { ...(boxes && { boxes }), ...parts });
  }
}

/** The handle of before, when the chain names another or none. */
function formerHandle(known: ContactRow | undefined, { handle }: ChainState): Pick<ContactRow, "formerHandle"> {
  const before = known?.handle;
  return before === undefined || isSameHandle(before, handle) ? {} : { formerHandle: before };
}

function isSameHandle(written: string, handle: ChainState["handle"]): boolean {
  return handle !== undefined && normalHandle(written) === handle.handle;
}

/** A handle in the person's own chain is a claim seen; another one than before starts anew. */
function handleEvents(core: Core, { handle }: ChainState, known: ContactRow | undefined): readonly TrustEvent[] {
  const atMs = core.clock.nowMs();
  const before = known?.handle;
  const seen: readonly TrustEvent[] = handle === undefined ? [] : [{ type: "claim-seen", atMs }];
  if (before === undefined) return seen;
  return isSameHandle(before, handle) ? [] : [{ type: "handle-changed", atMs, from: before }, ...seen];
}

/** Adds someone who wrote to us and of whom only one certified device is known yet. */
export function introduceRequester(
  core: Core,
  draft: Draft,
  account: AccountId,
  certificate: DeviceCertificate,
  how: Introduction & { readonly queue: QueueDescriptor; readonly boxes: readonly BoxRef[] },
): ContactRow {
  const known = core.people.contact(account);
  const { deviceId: device, identityKey } = certificate;
  const others = (known?.devices ?? []).filter((each) => each.device !== device);
  const contact: ContactRow = {
    ...(known ?? { addedAtMs: core.clock.nowMs(), unread: 0, chain: [], trust: [] }),
    account,
    relation: known?.relation ?? "requesting",
    devices: [...others, { device, identityKey }],
    trust: withTrust(known?.trust ?? [], ...how.trust),
  };
  const introduced = how.relation === "accepted" ? letIn(core, contact) : { ...contact, relation: how.relation };
  draft.add(core.people.setContact(introduced));
  addPeer(core, draft, account, device, { boxes: how.boxes, sendQueue: how.queue });
  return introduced;
}

/** Adds or updates the row of one device pair, with a queue of ours for it. */
export function addPeer(
  core: Core,
  draft: Draft,
  account: AccountId,
  device: DeviceId,
  parts: Partial<Pick<PeerRow, "boxes" | "sendQueue" | "inviteSecret">>,
): void {
  const known = core.people.peer(device);
  if (known !== undefined) {
    const isOlder = (parts.sendQueue?.number ?? 0) < (known.row.sendQueue?.number ?? 0);
    const { sendQueue, ...rest } = parts;
    draft.add(
      ...core.people.setPeer({
        ...known,
        row: { ...known.row, ...rest, ...(isOlder || sendQueue === undefined ? {} : { sendQueue }) },
      }),
    );
    return;
  }
  const { queueNumber, change } = core.account.takeQueueNumber();
  const row: PeerRow = {
    account,
    device,
    boxes: [],
    ownQueue: { number: queueNumber, secret: core.random(32), relays: [] },
    outNumber: 0,
    inNumber: 0,
    missing: [],
    ...parts,
  };
  draft.add(change, ...core.people.setPeer({ row, session: EMPTY_SESSION_RECORD }));
}
