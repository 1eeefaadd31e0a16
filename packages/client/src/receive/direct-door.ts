/** Takes envelopes that other devices hand over directly and acknowledges those that are committed. */
import {
  type DirectPut,
  decodeDirectPut,
  decodeVolatile,
  directAck,
  encodeDirectAnswer,
  envelopeIdOf,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Acceptor } from "../ports.ts";
import type { Inbox } from "./inbox.ts";
import { VolatileDoor } from "./volatile-door.ts";

const NOT_TAKEN = new Uint8Array(0);

/** Serves `/kith/direct/1.0.0`; who may send is decided by the queue ids, which only contacts know. */
export function createDirectDoor(core: Core, inbox: Inbox): Acceptor {
  const volatile = new VolatileDoor(core);
  return () => async (request) => {
    const put = decodeDirectPut(request);
    if (!put.ok) {
      const frame = decodeVolatile(request);
      if (frame.ok) volatile.take(frame.value);
    }
    const acks = put.ok ? await Promise.all(put.value.items.map((item) => takeItem(core, inbox, item))) : [];
    return encodeDirectAnswer({ acks });
  };
}

async function takeItem(core: Core, inbox: Inbox, item: DirectPut["items"][number]): Promise<Uint8Array> {
  const direct = core.people.directQueue(item.queue);
  const peer = direct && core.people.peer(direct.device);
  if (direct === undefined || peer === undefined) return NOT_TAKEN;
  if (core.people.contact(peer.row.account)?.relation !== "accepted") return NOT_TAKEN;
  const { secret } = direct.queue;
  try {
    const verdict = await inbox.takeEnvelope(direct, "direct", item.envelope, 0);
    if (verdict === "refused") return NOT_TAKEN;
  } catch {
    return NOT_TAKEN; // the disk refused the commit: the sender keeps the message
  }
  const { macKey } = core.sides(secret, "direct");
  return directAck(core.suite, macKey, envelopeIdOf(core.suite, item.envelope));
}
