/** What the steps of a call lead to outside of it: signals in the outbox, and the entry in the chat. */
import {
  type AccountId,
  accountToText,
  type CallEntry,
  type CallSignal,
  type ContentId,
  callContent,
  encodeSignal,
  type Sent,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { StoreChange } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl, sendContent } from "../send/compose.ts";

/** What goes out in one step. */
export interface CallMail {
  readonly sends: readonly Sent[];
  /** Whose call changed, to be told to interfaces; null where that was told already. */
  readonly told: AccountId | null;
  /** Written with the first signals, or alone. */
  readonly changes: readonly StoreChange[];
}

/** The outbox and the chats, as calls use them. */
export class CallPost {
  readonly #core: Core;
  readonly #sender: Sender;

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
  }

  /** A signal to the other devices of this account. */
  toOwn(signal: CallSignal | undefined): readonly Sent[] {
    const { people, account } = this.#core;
    const devices = people.peersOf(account.id).map(({ row }) => row.device);
    return signal === undefined || devices.length === 0 ? [] : [{ devices, signal }];
  }

  /** Puts signals into the outbox, with the event that the call changed; resolves when it is on disk. */
  async send({ sends, told, changes }: CallMail): Promise<void> {
    const accounts = new Set(told === null ? [] : [told]);
    for (const { devices } of sends) {
      for (const device of devices) {
        const row = this.#core.people.peer(device)?.row;
        if (row !== undefined) accounts.add(row.account);
      }
    }
    let left = changes;
    for (const account of accounts) {
      await this.#sendTo(account, sends, account === told, left);
      left = [];
    }
    if (left.length > 0) await this.#core.store.commit(left);
  }

  async #sendTo(
    account: AccountId,
    sends: readonly Sent[],
    isTold: boolean,
    changes: readonly StoreChange[],
  ): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const draft = new Draft(core);
      draft.add(...changes);
      for (const { devices, signal } of sends) {
        for (const device of devices) {
          const peer = core.people.peer(device);
          if (peer === undefined || peer.row.account !== account) continue;
          await queueControl(core, this.#sender.outbox, draft, peer, { call: encodeSignal(signal) });
        }
      }
      if (isTold) draft.tell({ type: "call.changed", account: accountToText(account) });
      committed = draft.commit();
    });
    await committed;
  }

  /** The entry in the chat, under the id of the call, so that there is one however often it is tried. */
  async enter(account: AccountId, id: ContentId, entry: CallEntry): Promise<void> {
    try {
      await sendContent(this.#core, this.#sender.outbox, account, (head) => callContent(head, entry), id);
    } catch (error) {
      // Blocked or forgotten meanwhile: then there is no chat to enter it in.
      if (!(error instanceof MessengerError)) throw error;
    }
  }
}
