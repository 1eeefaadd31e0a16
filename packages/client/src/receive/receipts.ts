/**
 * Receipts on their way back: kept in the batch of the message they are for, sent batched. Immediately where the other
 * device can be reached directly, else after a random delay, so that relays cannot match them to messages.
 */
import { type ContentId, type DeviceId, MAX_RECEIPTS } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Cancel, StoreChange } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import { KEY_END } from "../store/table.ts";

/** What a receipt says. */
export type ReceiptKind = "delivered" | "read";

interface Pending {
  readonly delivered: Set<ContentId>;
  readonly read: Set<ContentId>;
  cancel: Cancel | null;
  isFlushing: boolean;
}

const PREFIX = "receipt/";
const NOTHING = new Uint8Array(0);

/** All receipts still owed. */
export class Receipts {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #pending = new Map<DeviceId, Pending>();

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
  }

  /** Takes up what was owed at the last stop. */
  async load(): Promise<void> {
    const deviceByKey = new Map(
      this.#core.people.peers().map(({ row }) => [this.#core.people.peerKey(row.device), row]),
    );
    for (const [key] of await this.#core.store.entries({ gte: PREFIX, lt: PREFIX + KEY_END })) {
      const [peerKey, kind, id] = key.slice(PREFIX.length).split("/");
      const row = deviceByKey.get(peerKey ?? "");
      if (row !== undefined) this.#of(row.device)[kind as ReceiptKind].add(id as ContentId);
    }
    for (const device of this.#pending.keys()) this.schedule(device);
  }

  stop(): void {
    for (const pending of this.#pending.values()) pending.cancel?.();
  }

  /** Owes a receipt; the change belongs into the batch of its cause. */
  owe(device: DeviceId, kind: ReceiptKind, id: ContentId): StoreChange {
    this.#of(device)[kind].add(id);
    return { key: this.#key(device, kind, id), value: NOTHING };
  }

  /** Plans the sending of what is owed to a device. */
  schedule(device: DeviceId): void {
    const pending = this.#of(device);
    if (pending.cancel !== null || pending.isFlushing) return;
    pending.cancel = this.#core.clock.after(this.#delayMs(device), () => {
      pending.cancel = null;
      void this.#flush(device, pending);
    });
  }

  #delayMs(device: DeviceId): number {
    const row = this.#core.people.peer(device)?.row;
    const isDirect = (row?.reach?.untilMs ?? 0) > this.#core.clock.nowMs() && !this.#sender.direct.isResting(device);
    if (isDirect) return 0;
    const fraction = (this.#core.random(1)[0] as number) / 255;
    return Math.round(this.#core.parameters.receiptDelayMs * fraction);
  }

  async #flush(device: DeviceId, pending: Pending): Promise<void> {
    const core = this.#core;
    const account = core.people.peer(device)?.row.account;
    if (account === undefined) return;
    pending.isFlushing = true;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const peer = core.people.peer(device);
      // Nothing is told to people who are not accepted; what is owed waits for the decision.
      if (peer === undefined || core.people.contact(account)?.relation !== "accepted") return;
      const delivered = takeSome(pending.delivered);
      const read = takeSome(pending.read);
      if (delivered.length + read.length === 0) return;
      const draft = new Draft(core);
      for (const id of delivered) draft.add({ key: this.#key(device, "delivered", id) });
      for (const id of read) draft.add({ key: this.#key(device, "read", id) });
      await queueControl(core, this.#sender.outbox, draft, peer, {
        ...(delivered.length === 0 ? {} : { delivered }),
        ...(read.length === 0 ? {} : { read }),
      });
      committed = draft.commit();
    });
    await committed;
    pending.isFlushing = false;
    const isAccepted = core.people.contact(account)?.relation === "accepted";
    if (isAccepted && pending.delivered.size + pending.read.size > 0) this.schedule(device);
  }

  #of(device: DeviceId): Pending {
    let pending = this.#pending.get(device);
    if (pending === undefined) {
      pending = { delivered: new Set(), read: new Set(), cancel: null, isFlushing: false };
      this.#pending.set(device, pending);
    }
    return pending;
  }

  #key(device: DeviceId, kind: ReceiptKind, id: ContentId): string {
    return `${PREFIX}${this.#core.people.peerKey(device)}/${kind}/${id}`;
  }
}

function takeSome(ids: Set<ContentId>): readonly ContentId[] {
  const taken = [...ids].slice(0, MAX_RECEIPTS);
  for (const id of taken) ids.delete(id);
  return taken;
}
