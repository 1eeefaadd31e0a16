/** Puts mail into a device's request box, sealed so that the relay learns neither sender nor content. */
import { type BoxRef, type ContactRequest, certifyingEntries, personToken, sealRequest } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Peer } from "../people/people.ts";
import { askBox } from "../relay/work.ts";
import type { Bundles } from "./bundles.ts";
import type { OutboxEntry } from "./outbox.ts";
import { describeQueue, ownEnd } from "./seal.ts";

/** Boxes one message is put into, where that many exist. */
const BOXES_WANTED = 2;

/** Puts rows into the device's boxes one after the other; @returns those that lie in at least one. */
export async function carryToBoxes(
  core: Core,
  bundles: Bundles,
  peer: Peer,
  entries: readonly OutboxEntry[],
): Promise<readonly OutboxEntry[]> {
  const carried: OutboxEntry[] = [];
  for (const entry of entries) {
    const outcome = await putIntoBoxes(core, bundles, peer, entry);
    if (outcome === "put") carried.push(entry);
    // What is too large for any box waits for a queue, which what is smaller brings about.
    if (outcome === "not-put") break;
  }
  return carried;
}

/** What became of one row at the boxes of a device. */
type BoxOutcome = "put" | "not-put" | "too-large";

async function putIntoBoxes(core: Core, bundles: Bundles, peer: Peer, entry: OutboxEntry): Promise<BoxOutcome> {
  let count = 0;
  for (const box of peer.row.boxes) {
    if (count >= BOXES_WANTED) break;
    const outcome = await putRequest(core, bundles, peer, box, entry);
    if (outcome === "too-large") return outcome;
    if (outcome === "put") count += 1;
  }
  return count === 0 ? "not-put" : "put";
}

async function putRequest(
  core: Core,
  bundles: Bundles,
  peer: Peer,
  box: BoxRef,
  entry: OutboxEntry,
): Promise<BoxOutcome> {
  const boxKey = await bundles.boxKey(peer, box);
  if (!boxKey.ok) return "not-put";
  const to = { relay: box.relay.relay, box: box.boxId, keyId: boxKey.value.id, publicKey: boxKey.value.publicKey };
  const request = makeRequest(core, peer, entry);
  if (request === null) return "not-put";
  const sealed = await sealRequest(core.suite, to, request, core.random);
  if (!sealed.ok) return sealed.error.code === "request-size" ? "too-large" : "not-put";
  const requestHash = core.suite.sha256(sealed.value);
  const subject = { operation: "boxPut", box: box.boxId, requestHash } as const;
  const asked = { secret: peer.row.inviteSecret, subject };
  const put = await core.pool.once(box.relay, (session) =>
    askBox(core, session, asked, (access) =>
      session.call({ type: "boxPut", box: box.boxId, request: sealed.value, access }, "done"),
    ),
  );
  return put.ok ? "put" : "not-put";
}

/** Null for a device that was taken out of the account: nothing certifies it any more. */
function makeRequest(core: Core, peer: Peer, entry: OutboxEntry): ContactRequest | null {
  const entries = certifyingEntries(core.account.chain, core.account.device.deviceId);
  if (entries === null) return null;
  const secret = peer.row.inviteSecret;
  return {
    ...ownEnd(core),
    entries,
    claim: core.account.claim,
    card: core.account.card,
    queue: describeQueue(peer.row.ownQueue),
    message: entry.row.message as Uint8Array,
    personToken: secret === undefined ? core.others.requestToken?.(peer.row) : personToken(core.suite, secret),
  };
}
