/**
 * Sees to it that owed receipts leave, alone when nothing else leaves first. Immediately where the other device can be
 * reached directly, else after a random delay, so that relays cannot match them to messages.
 */
import type { ContentId, DeviceId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { ReceiptKind } from "../message/receipt-ledger.ts";
import { hasSessions } from "../people/contact-row.ts";
import { dialableReach } from "../people/hidden-address.ts";
import type { Cancel, StoreChange } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";

interface Plan {
  cancel: Cancel | null;
  /** When it is carried out, monotonic. */
  dueMs: number;
  isFlushing: boolean;
}

/** The plans for all devices. */
export class Receipts {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #plans = new Map<DeviceId, Plan>();

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
  }

  /** Takes up what was owed at the last stop. */
  async load(): Promise<void> {
    await this.#core.receipts.load();
    for (const device of this.#core.receipts.devices()) this.schedule(device);
  }

  stop(): void {
    for (const plan of this.#plans.values()) plan.cancel?.();
  }

  /** Owes a receipt; the change belongs into the batch of its cause. */
  owe(device: DeviceId, kind: ReceiptKind, id: ContentId): StoreChange {
    return this.#core.receipts.owe(device, kind, id);
  }

  /** Plans the sending of what is owed to a device. */
  schedule(device: DeviceId): void {
    const plan = this.#plans.get(device) ?? { cancel: null, dueMs: 0, isFlushing: false };
    this.#plans.set(device, plan);
    if (plan.isFlushing) return;
    const { clock } = this.#core;
    const delayMs = this.#delayMs(device);
    // A device that turned up directly meanwhile need not wait for what was planned for relays.
    if (plan.cancel !== null && (delayMs > 0 || plan.dueMs <= clock.monotonicMs())) return;
    plan.cancel?.();
    plan.dueMs = clock.monotonicMs() + delayMs;
    plan.cancel = clock.after(delayMs, () => {
      plan.cancel = null;
      void this.#flush(device, plan);
    });
  }

  #delayMs(device: DeviceId): number {
    const row = this.#core.people.peer(device)?.row;
    const isDirect =
      row !== undefined && dialableReach(this.#core, row) !== undefined && !this.#sender.direct.isResting(device);
    if (isDirect) return 0;
    const fraction = (this.#core.random(1)[0] as number) / 255;
    return Math.round(this.#core.parameters.receiptDelayMs * fraction);
  }

  async #flush(device: DeviceId, plan: Plan): Promise<void> {
    const core = this.#core;
    const account = core.people.peer(device)?.row.account;
    if (account === undefined || !core.receipts.isOwed(device)) return;
    plan.isFlushing = true;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const peer = core.people.peer(device);
      // Nothing is told to people who are not accepted; what is owed waits for the decision.
      if (peer === undefined || !hasSessions(core.people.contact(account)?.relation)) return;
      // A message that left while this waited for the lock may have taken them along.
      if (!core.receipts.isOwed(device)) return;
      const { receipts, changes } = core.receipts.take(device);
      const draft = new Draft(core);
      draft.add(...changes);
      await queueControl(core, this.#sender.outbox, draft, peer, receipts);
      committed = draft.commit();
    });
    await committed;
    plan.isFlushing = false;
    const isAccepted = hasSessions(core.people.contact(account)?.relation);
    if (isAccepted && core.receipts.isOwed(device)) this.schedule(device);
  }
}
