/** Moves the rows of one lane: chooses the route, tries it, and keeps outbox and messages true. */
import { assessTrust, type DeliveryEvent, type DeviceId, RECEIPTS_WANTED } from "@kith/protocol";
import { type Core, Draft, noteBrokenPromise } from "../core.ts";
import { dialableReach } from "../people/hidden-address.ts";
import type { Peer } from "../people/people.ts";
import { carryToBoxes } from "./box-carrier.ts";
import { Bundles } from "./bundles.ts";
import { DirectCarrier } from "./direct-carrier.ts";
import { gatherEnough } from "./gather.ts";
import { Outbox, type OutboxEntry } from "./outbox.ts";
import { carryToRelays, type RelayOutcome } from "./relay-carrier.ts";
import { chooseRoutes, type Route } from "./route.ts";

/** The sending half of the engine. */
export interface Sender {
  readonly outbox: Outbox;
  readonly bundles: Bundles;
  readonly direct: DirectCarrier;
}

/** An event for one row, to be noted in one batch with the others. */
interface Progress {
  readonly entry: OutboxEntry;
  readonly event: DeliveryEvent;
}

/** Builds the sending half. */
export function createSender(core: Core): Sender {
  const bundles = new Bundles(core);
  const direct: DirectCarrier = new DirectCarrier(core, (device) => outbox.kick(device));
  const outbox: Outbox = new Outbox(core, (device, entries) =>
    carry({ core, outbox, bundles, direct }, device, entries),
  );
  return { outbox, bundles, direct };
}

type Parts = Sender & { readonly core: Core };

/** Tries the routes of a device in order; true when at least one row moved on. */
async function carry(parts: Parts, device: DeviceId, entries: readonly OutboxEntry[]): Promise<boolean> {
  const { core, bundles, outbox } = parts;
  const peer = core.people.peer(device);
  const contact = peer && core.people.contact(peer.row.account);
  // Whoever was taken out of the account has nothing to show that it speaks for it.
  if (peer === undefined || contact === undefined || core.account.isRevoked) return false;
  // Until the person decides nothing leaves for whoever may be behind the account now.
  if (assessTrust(contact.trust).isSendingBlocked) return false;
  if (entries.some(({ row }) => row.message === undefined)) {
    if (contact.relation === "blocked" || contact.relation === "requesting") return false;
    const bundle = await bundles.fetch(peer);
    return bundle.ok && (await bundles.start(outbox, device, bundle.value));
  }
  const tried = new Set<Route>();
  let isQueueGone = false;
  for (;;) {
    const route = chooseRoutes({ ...routeFacts(parts, peer), relation: contact.relation, isQueueGone }).find(
      (each) => !tried.has(each),
    );
    if (route === undefined) return false;
    tried.add(route);
    const progress = await tryRoute(parts, peer, route, entries);
    isQueueGone ||= progress === "queue-gone";
    if (progress !== "queue-gone" && progress.length > 0) return noteProgress(parts, peer, progress);
  }
}

function routeFacts({ core, direct }: Parts, peer: Peer) {
  const { row } = peer;
  return {
    hasReach: dialableReach(core, row) !== undefined,
    isDirectResting: direct.isResting(row.device),
    relayCount: row.sendQueue?.relays.length ?? 0,
    hasBox: row.boxes.length > 0,
  };
}

async function tryRoute(
  parts: Parts,
  peer: Peer,
  route: Route,
  entries: readonly OutboxEntry[],
): Promise<readonly Progress[] | "queue-gone"> {
  switch (route) {
    case "direct":
      return (await parts.direct.carry(peer, entries)).map((entry) => ({ entry, event: { type: "taken" } }));
    case "box": {
      const carried = await carryToBoxes(parts.core, parts.bundles, peer, entries);
      return carried.map((entry) => ({ entry, event: { type: "boxed" } }));
    }
    case "relays":
      return tryRelays(parts, peer, entries);
  }
}

/** Goes on once enough relays hold the rows; a relay that is slow or dead holds nobody up and is noted when it answers. */
async function tryRelays(
  parts: Parts,
  peer: Peer,
  entries: readonly OutboxEntry[],
): Promise<readonly Progress[] | "queue-gone"> {
  // Our own machine keeps the message already: its receipt proves nothing to the person who reads "sent".
  const self = parts.core.network.self()?.relay;
  const progressOf = ({ relay, stored }: RelayOutcome): readonly Progress[] =>
    relay === self ? [] : stored.map((entry) => ({ entry, event: { type: "stored" as const, relay } }));
  const outcomes = await gatherEnough(
    carryToRelays(parts.core, peer, entries),
    (gathered) => gathered.filter((each) => progressOf(each).length > 0).length >= RECEIPTS_WANTED,
    (late) => {
      noteLosses(parts, peer, late);
      void noteProgress(parts, peer, progressOf(late));
    },
  );
  for (const outcome of outcomes) noteLosses(parts, peer, outcome);
  if (outcomes.length > 0 && outcomes.every((each) => each.isUnknownQueue)) {
    return isReplaced(parts, peer) ? [] : "queue-gone";
  }
  return outcomes.flatMap(progressOf);
}

/** Whether the device has told of another queue since a try began: the old one may be gone, and the lane goes on anew. */
function isReplaced({ core }: Parts, { row }: Peer): boolean {
  return core.people.peer(row.device)?.row.sendQueue?.number !== row.sendQueue?.number;
}

/** A relay that held mail of ours and lost it broke its promise; what it lost is put there again where it can be. */
function noteLosses(parts: Parts, peer: Peer, { relay, isDegraded, isUnknownQueue }: RelayOutcome): void {
  const { core, outbox } = parts;
  if ((!isDegraded && !isUnknownQueue) || isReplaced(parts, peer)) return;
  const { device } = peer.row;
  if (outbox.countHeldBy(device, relay) === 0) return;
  if (isDegraded) outbox.repeatHeldBy(device, relay);
  noteBrokenPromise(core, relay);
}

async function noteProgress({ core, outbox }: Parts, peer: Peer, progress: readonly Progress[]): Promise<boolean> {
  const self = core.network.self()?.relay;
  const relayCount = (peer.row.sendQueue?.relays ?? []).filter(({ relay }) => relay !== self).length;
  const draft = new Draft(core);
  let committed: Promise<void> = Promise.resolve();
  let hasMoved = false;
  await core.lock.run(peer.row.account, async () => {
    for (const [entry, events] of groupByEntry(progress)) {
      hasMoved = (await outbox.note(draft, entry, events, relayCount)) || hasMoved;
    }
    committed = draft.commit();
  });
  await committed;
  return hasMoved;
}

function groupByEntry(progress: readonly Progress[]): ReadonlyMap<OutboxEntry, readonly DeliveryEvent[]> {
  const eventsByEntry = new Map<OutboxEntry, DeliveryEvent[]>();
  for (const { entry, event } of progress) {
    const events = eventsByEntry.get(entry) ?? [];
    events.push(event);
    eventsByEntry.set(entry, events);
  }
  return eventsByEntry;
}
