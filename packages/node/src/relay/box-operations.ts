/** BUNDLE-PUT, BUNDLE-GET, BOX-GET and box PUT. A box is the queue of its own id in the box store. */
import { type BoxId, equalBytes, type QueueId, type RelayRequest, type RelayResponse } from "@kith/protocol";
import { type AdmissionRequest, admit } from "./admission.ts";
import type { ChannelState } from "./channel-state.ts";
import { type RelayContext, refuse } from "./relay-context.ts";
import { bitsNeeded, putRequest, requestId } from "./request-box.ts";

type Request<K extends RelayRequest["type"]> = Extract<RelayRequest, { readonly type: K }>;

/** The queue that holds a box's requests. */
export function boxToQueue(box: BoxId): QueueId {
  return box as string as QueueId;
}

/** The box whose requests a queue of the box store holds. */
export function queueToBox(queue: QueueId): BoxId {
  return queue as string as BoxId;
}

/** Stores what a device leaves on its box; the first PUT makes the box and fixes its key. */
export function putBundle(
  context: RelayContext,
  channel: ChannelState,
  request: Request<"bundlePut">,
): Promise<RelayResponse> {
  const { box, ownerMacKey } = request;
  return context.boxLock.run(box, async () => {
    const failure = context.prekeys.check(request);
    if (failure !== null) return refuse(failure);
    const owner = await context.boxes.rows.use(boxToQueue(box), async (queue) => {
      if (queue !== null) await context.boxes.rows.touch([queue]);
      return queue?.record.ownerMacKey ?? null;
    });
    if (owner !== null && !equalBytes(owner, ownerMacKey)) return refuse("unknown-queue");
    if (!context.hasDiskRoom()) return refuse("relay-full");
    const refusal = owner === null ? await createBox(context, channel, request) : null;
    return refusal ?? { type: "bundleKept", oneTimeLeft: await context.prekeys.put(request) };
  });
}

async function createBox(
  context: RelayContext,
  channel: ChannelState,
  { box, ownerMacKey, access }: Request<"bundlePut">,
): Promise<RelayResponse | null> {
  const subject = { operation: "bundlePut", box } as const;
  const admission = await admit(context, channel, { access, subject, bits: context.limits.work.create, use: null });
  if (!admission.ok) return admission.answer;
  const [isSpent, refusal] = await Promise.all([
    context.boxes.rows.commit(admission.changes),
    context.boxes.create([{ receiveId: boxToQueue(box), ownerMacKey }]),
  ]);
  if (refusal !== null) return refuse(refusal);
  return isSpent ? null : refuse("busy");
}

/** The bundle head and one one-time prekey, for somebody who holds the chain already. */
export function getBundle(
  context: RelayContext,
  channel: ChannelState,
  { box, access }: Request<"bundleGet">,
): Promise<RelayResponse> {
  const bits = context.limits.work.bundleGet;
  const ask: AdmissionRequest = { access, subject: { operation: "bundleGet", box }, bits, use: "bundleGet" };
  return handOut(context, channel, box, ask, (bundle, oneTime) => ({ type: "bundle", head: bundle.head, ...oneTime }));
}

/** Everything a stranger needs to write to the box. */
export function getBox(
  context: RelayContext,
  channel: ChannelState,
  { box, access }: Request<"boxGet">,
): Promise<RelayResponse> {
  const bits = context.limits.work.bundleGet;
  const ask: AdmissionRequest = { access, subject: { operation: "boxGet", box }, bits, use: "boxGet" };
  return handOut(context, channel, box, ask, (bundle, oneTime) => ({ type: "box", ...bundle, ...oneTime }));
}

type Bundle = NonNullable<Awaited<ReturnType<RelayContext["prekeys"]["get"]>>>;
type OneTime = NonNullable<Awaited<ReturnType<RelayContext["prekeys"]["takeOneTime"]>>>;

function handOut(
  context: RelayContext,
  channel: ChannelState,
  box: BoxId,
  ask: AdmissionRequest,
  answer: (bundle: Bundle, oneTime: { readonly oneTime?: OneTime }) => RelayResponse,
): Promise<RelayResponse> {
  return context.boxLock.run(box, async () => {
    const bundle = await context.prekeys.get(box);
    if (bundle === null) return refuse("unknown-queue");
    const admission = await admit(context, channel, ask);
    if (!admission.ok) return admission.answer;
    const oneTime = await context.prekeys.takeOneTime(box, admission.changes);
    return answer(bundle, oneTime === null ? {} : { oneTime });
  });
}

/** Stores a sealed request; one that is there already is done without new work. */
export function putBoxRequest(
  context: RelayContext,
  channel: ChannelState,
  { box, request, access }: Request<"boxPut">,
): Promise<RelayResponse> {
  const requestHash = context.suite.sha256(request);
  const id = requestId(requestHash);
  return context.boxes.rows.use(boxToQueue(box), async (queue) => {
    if (queue === null) return refuse("unknown-queue");
    const known = queue.items.get(queue.seqById.get(id) ?? -1);
    if (known !== undefined) {
      await known.pending;
      return { type: "done" };
    }
    if (!context.hasDiskRoom()) return refuse("relay-full");
    const bits = bitsNeeded(queue, context.limits.work.boxPut);
    const subject = { operation: "boxPut", box, requestHash } as const;
    const admission = await admit(context, channel, { access, subject, bits, use: "boxPut" });
    if (!admission.ok) return admission.answer;
    const rank =
      admission.by === "token" ? ({ type: "token" } as const) : ({ type: "work", bits: admission.bits } as const);
    const { boxPublicSlots: publicSlots, boxTokenSlots: tokenSlots } = context.limits;
    const slots = { publicSlots, tokenSlots, alsoChanges: admission.changes };
    const refusal = await putRequest(context.boxes.rows, queue, { id, envelope: request, rank }, slots);
    return refusal === null ? { type: "done" } : refuse(refusal);
  });
}
