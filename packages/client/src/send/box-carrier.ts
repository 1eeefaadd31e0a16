/** Puts mail into a device's request box, sealed so that the relay learns neither sender nor content. */
import {
  type Access,
  admitToken,
  type BoxRef,
  type ContactRequest,
  certifyingEntries,
  InvariantError,
  personToken,
  sealRequest,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Peer } from "../people/people.ts";
import { earnAccess } from "../relay/work.ts";
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
    let count = 0;
    for (const box of peer.row.boxes) {
      if (count < BOXES_WANTED && (await putRequest(core, bundles, peer, box, entry))) count += 1;
    }
    if (count === 0) break;
    carried.push(entry);
  }
  return carried;
}

async function putRequest(core: Core, bundles: Bundles, peer: Peer, box: BoxRef, entry: OutboxEntry): Promise<boolean> {
  const boxKey = await bundles.boxKey(peer, box);
  if (!boxKey.ok) return false;
  const to = { relay: box.relay.relay, box: box.boxId, keyId: boxKey.value.id, publicKey: boxKey.value.publicKey };
  const sealed = await sealRequest(core.suite, to, makeRequest(core, peer, entry), core.random);
  if (!sealed.ok) throw new InvariantError(`a request did not fit its box: ${sealed.error.code}`);
  const requestHash = core.suite.sha256(sealed.value);
  const subject = { operation: "boxPut", box: box.boxId, requestHash } as const;
  const put = await core.pool.once(box.relay, async (session) => {
    const send = (access: Access) =>
      session.call({ type: "boxPut", box: box.boxId, request: sealed.value, access }, "done");
    const secret = peer.row.inviteSecret;
    if (secret !== undefined) return send({ type: "admit", token: admitToken(core.suite, secret) });
    const first = await send(await earnAccess(core, session, subject));
    const needed = !first.ok && first.error.code === "relay" ? first.error.bits : undefined;
    // A box that fills up asks for more work than its relay announces.
    return needed === undefined ? first : send(await earnAccess(core, session, subject, needed));
  });
  return put.ok;
}

function makeRequest(core: Core, peer: Peer, entry: OutboxEntry): ContactRequest {
  const entries = certifyingEntries(core.account.chain, core.account.device.deviceId);
  if (entries === null) throw new InvariantError("this device is not in its own chain");
  const secret = peer.row.inviteSecret;
  return {
    ...ownEnd(core),
    entries,
    claim: core.account.claim,
    card: core.account.card,
    queue: describeQueue(peer.row.ownQueue),
    message: entry.row.message as Uint8Array,
    personToken: secret && personToken(core.suite, secret),
  };
}
