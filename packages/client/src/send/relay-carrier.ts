/** Puts envelopes into a device's queue on each of its relays and believes only receipts that verify. */
import {
  envelopeIdOf,
  equalBytes,
  type PutOutcome,
  type RelayId,
  type RelayRef,
  receiptMac,
  type SenderSide,
  sealEnvelope,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Peer } from "../people/people.ts";
import type { RelaySession } from "../relay/relay-session.ts";
import { fillFrame } from "./direct-carrier.ts";
import type { OutboxEntry } from "./outbox.ts";

/** What one relay did with the rows. */
export interface RelayOutcome {
  readonly relay: RelayId;
  readonly stored: readonly OutboxEntry[];
  readonly isUnknownQueue: boolean;
  /** The relay says that the queue lost envelopes. */
  readonly isDegraded: boolean;
}

/** Puts rows at every relay of the queue side by side; one promise a relay. */
export function carryToRelays(
  core: Core,
  peer: Peer,
  entries: readonly OutboxEntry[],
): readonly Promise<RelayOutcome>[] {
  const queue = peer.row.sendQueue;
  if (queue === undefined) return [];
  return queue.relays.map((relay) => carryToRelay(core, relay, queue.secret, entries));
}

async function carryToRelay(
  core: Core,
  relay: RelayRef,
  secret: Uint8Array,
  entries: readonly OutboxEntry[],
): Promise<RelayOutcome> {
  const outcome = { relay: relay.relay, stored: [], isUnknownQueue: false, isDegraded: false };
  const missing = entries.filter(({ row, isRepeat }) => isRepeat || !row.progress.relays.includes(relay.relay));
  const session = missing.length === 0 ? null : await core.pool.use(relay, "send");
  if (session === null || !session.ok) return outcome;
  const side = core.sides(secret, relay.relay);
  const opened = await session.value.open([{ side: "send", queue: side.sendId, macKey: side.macKey }]);
  if (!opened.ok) return outcome;
  if (opened.value.refusals.has(side.sendId)) return { ...outcome, isUnknownQueue: true };
  const put = await putFrame(core, session.value, side, missing);
  return { ...put, isDegraded: opened.value.missing.has(side.sendId) };
}

async function putFrame(
  core: Core,
  session: RelaySession,
  side: SenderSide,
  entries: readonly OutboxEntry[],
): Promise<Omit<RelayOutcome, "isDegraded">> {
  const items = fillFrame(entries, (entry) => ({
    entry,
    envelope: sealEnvelope(core.suite, side, entry.row.message as Uint8Array),
  }));
  const answer = await session.call(
    { type: "put", items: items.map(({ envelope }) => ({ queue: side.sendId, envelope })) },
    "put",
  );
  const outcomes = answer.ok ? answer.value.outcomes : [];
  const binding = { relay: session.relay, channelNonce: session.info.channelNonce };
  const stored = items.filter(({ envelope }, index) => {
    const expected = receiptMac(core.suite, side.macKey, binding, envelopeIdOf(core.suite, envelope));
    return equalBytes(outcomes[index]?.mac ?? new Uint8Array(0), expected);
  });
  return {
    relay: session.relay,
    stored: stored.map(({ entry }) => entry),
    isUnknownQueue: outcomes.length > 0 && outcomes.every(isUnknown),
  };
}

function isUnknown(outcome: PutOutcome): boolean {
  return outcome.error === "unknown-queue";
}
