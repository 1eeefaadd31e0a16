/**
 * Copies the messages of before to a device that was linked, newest first, as contents of the session with it: they wait
 * while either side is off, and go on where they stopped. Vanishing messages are no part of it.
 */
import {
  type AccountId,
  accountId,
  type ContentId,
  contentId,
  type DeviceId,
  deviceId,
  field,
  optional,
  record,
  type Shape,
  type SyncItem,
  summarizeDelivery,
  uint,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { Cancel, StoreChange } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { createTable, type Table } from "../store/table.ts";
import type { Teller } from "./teller.ts";

/** Where a copy stands: chats go by their account, messages from the newest. */
interface CopyRow {
  readonly device: DeviceId;
  readonly chat?: AccountId | undefined;
  readonly before?: { readonly orderMs: number; readonly id: ContentId } | undefined;
  readonly copied: number;
}

const copyShape: Shape<CopyRow> = record<CopyRow>({
  device: field(1, deviceId),
  chat: optional(2, accountId),
  before: optional(3, record<NonNullable<CopyRow["before"]>>({ orderMs: field(1, uint()), id: field(2, contentId) })),
  copied: field(4, uint()),
});

/** Messages of one step, and contents that may wait for the device before the next one. */
const PAGE = 100;
const MAX_UNDELIVERED = 8;

/** Wait between two looks whether there is room, in ms. */
const STEP_MS = 1000;

/** All copies under way. */
export class HistoryCopies {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #teller: Teller;
  readonly #table: Table<CopyRow>;
  readonly #copies = new Map<DeviceId, CopyRow>();
  #cancel: Cancel | null = null;
  #isStopped = false;
  #isRunning = false;

  constructor(core: Core, sender: Sender, teller: Teller) {
    this.#core = core;
    this.#sender = sender;
    this.#teller = teller;
    this.#table = createTable(core.store, "history", copyShape);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#table.list()) this.#copies.set(value.device, value);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Messages copied to a device so far; undefined once there is nothing left to copy. */
  copied(device: DeviceId): number | undefined {
    return this.#copies.get(device)?.copied;
  }

  /** Begins a copy; the change belongs into the batch that welcomes the device. */
  plan(device: DeviceId): StoreChange {
    return this.#set({ device, copied: 0 });
  }

  /** Goes on with every copy. */
  start(): void {
    if (this.#isRunning || this.#isStopped || this.#copies.size === 0) return;
    this.#isRunning = true;
    void this.#step().finally(() => {
      this.#isRunning = false;
      if (this.#copies.size > 0 && !this.#isStopped) this.#cancel = this.#core.clock.after(STEP_MS, () => this.start());
    });
  }

  async #step(): Promise<void> {
    const { core } = { core: this.#core };
    for (const { device } of [...this.#copies.values()]) {
      while (!this.#isStopped && this.#sender.outbox.count(device) < MAX_UNDELIVERED && this.#copies.has(device)) {
        let committed: Promise<void> = Promise.resolve();
        await core.lock.run(core.account.id, async () => {
          const draft = new Draft(core, true);
          await this.#copySome(draft, device);
          committed = draft.commit();
        });
        await committed;
      }
    }
  }

  async #copySome(draft: Draft, device: DeviceId): Promise<void> {
    const copy = this.#copies.get(device);
    if (copy === undefined) return;
    const chats = this.#core.people
      .contacts()
      .map(({ account }) => account)
      .sort();
    const chat = chats.find((each) => copy.chat === undefined || each >= copy.chat);
    if (chat === undefined || this.#core.people.peer(device) === undefined) {
      this.#copies.delete(device);
      draft.add(this.#table.remove(device));
      return;
    }
    const before = chat === copy.chat ? copy.before : undefined;
    const rows = await this.#core.messages.listBefore(chat, PAGE, before);
    const items = rows.flatMap((row) => keptItem(row));
    await this.#teller.tell(draft, device, items);
    const last = rows.length < PAGE ? undefined : rows[0];
    const copied = copy.copied + items.length;
    const next = chats.find((each) => each > chat);
    if (last !== undefined) {
      draft.add(this.#set({ device, chat, before: { orderMs: last.orderMs, id: last.content.id }, copied }));
    } else if (next !== undefined) draft.add(this.#set({ device, chat: next, copied }));
    else {
      this.#copies.delete(device);
      draft.add(this.#table.remove(device));
    }
  }

  #set(row: CopyRow): StoreChange {
    this.#copies.set(row.device, row);
    return this.#table.put(row.device, row);
  }
}

function keptItem(row: MessageRow): readonly SyncItem[] {
  if (row.vanish !== undefined) return [];
  const { chat, isOwn, content, orderMs, receivedAtMs, isRead, marks, deliveries } = row;
  const { state, reason } = summarizeDelivery(deliveries.map(({ record: each }) => each));
  return [{ type: "kept", chat, isOwn, content, orderMs, receivedAtMs, isRead, marks, state, reason }];
}
