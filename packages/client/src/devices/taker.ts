/**
 * Takes what our other devices tell: written down in the batch in which it came, applied one item after the other under
 * the lock of what it is about, and forgotten with the last of them.
 */
import {
  type AccountId,
  accountToText,
  bytes,
  type Content,
  type DeviceId,
  decodeSync,
  deviceId,
  field,
  MAX_BODY_BYTES,
  record,
  type Shape,
  type SyncItem,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { createTable, type Table } from "../store/table.ts";
import { applyBackup } from "./apply-backup.ts";
import { applyChain } from "./apply-chain.ts";
import { applyDraft } from "./apply-draft.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { applyPicture } from "./apply-picture.ts";
import { applyChat, applyDevice, applyForgotten, applyPerson, applySettings } from "./apply-registers.ts";
import { applyKept, applyRead, applyRemoved, applySaid, applyState } from "./apply-talk.ts";

interface TakenRow {
  readonly by: DeviceId;
  readonly body: Uint8Array;
}

const takenShape: Shape<TakenRow> = record<TakenRow>({
  by: field(1, deviceId),
  body: field(2, bytes(0, MAX_BODY_BYTES)),
});

const COUNTER_DIGITS = 12;

/** The taking half of keeping devices alike. */
export class Taker {
  readonly #parts: ApplyParts;
  readonly #table: Table<TakenRow>;
  readonly #waiting: { readonly key: string; readonly row: TakenRow }[] = [];
  readonly #onStale: () => void;
  #counter = 0;
  #isRunning = false;
  #isStopped = false;

  /** @param onStale another device has a chain that ours goes before. */
  constructor(parts: ApplyParts, onStale: () => void) {
    const { core } = parts;
    this.#parts = parts;
    this.#onStale = onStale;
    const guard = core.vanish.state.guard<TakenRow>(() => core.people.chatKey(core.account.id));
    this.#table = createTable(core.store, "sync-in", takenShape, guard);
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) {
      this.#waiting.push({ key, row: value });
      this.#counter = Math.max(this.#counter, Number(key));
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Writes down what a device told; applied once the draft is on disk. */
  take(draft: Draft, by: DeviceId, { body }: Content): void {
    this.#counter += 1;
    const key = String(this.#counter).padStart(COUNTER_DIGITS, "0");
    const row = { by, body };
    draft.add(this.#table.put(key, row));
    draft.afterwards(() => {
      this.#waiting.push({ key, row });
      this.run();
    });
  }

  /** Applies what waits. */
  run(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
    });
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || this.#isStopped) return;
      const body = decodeSync(next.row.body);
      for (const item of body.ok ? body.value.items : []) await this.#apply(next.row.by, item);
      if (body.ok) await this.#refresh(body.value.items);
      await this.#parts.core.store.commit([this.#table.remove(next.key)]);
      this.#waiting.shift();
    }
  }

  async #apply(by: DeviceId, item: SyncItem): Promise<void> {
    const { core } = this.#parts;
    if (item.type === "forgotten") return applyForgotten(this.#parts, item);
    const about = aboutOf(core, item);
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(about, async () => {
      const draft = new Draft(core, true);
      await this.#applyIn(draft, by, item);
      committed = draft.commit();
    });
    await committed;
  }

  async #applyIn(draft: Draft, by: DeviceId, item: SyncItem): Promise<void> {
    const parts = this.#parts;
    const { core } = parts;
    switch (item.type) {
      case "said":
        return applySaid(parts, draft, by, item);
      case "heard":
        return parts.hear(draft, item.chat, item.content);
      case "state":
        return applyState(parts, draft, by, item);
      case "read":
        return applyRead(parts, draft, item);
      case "removed":
        return applyRemoved(parts, draft, item);
      case "kept":
        return applyKept(parts, draft, by, item);
      case "person":
        return applyPerson(parts, draft, item);
      case "chat":
        return applyChat(parts, draft, item);
      case "backup":
        return applyBackup(parts, draft, item);
      case "draft":
        return applyDraft(parts, draft, item);
      case "settings":
        return applySettings(parts, draft, item);
      case "picture":
        return applyPicture(parts, draft, item);
      case "reached":
        return core.others.reach?.take(draft, item);
      case "device":
        return applyDevice(parts, draft, item);
      case "chain":
        if (await applyChain(parts, draft, item)) draft.afterwards(this.#onStale);
        return;
      case "forgotten":
        return;
    }
  }

  /** Kept messages come by the hundred: their chats are told once. */
  async #refresh(items: readonly SyncItem[]): Promise<void> {
    const { core } = this.#parts;
    const chats = new Set(items.flatMap((item) => (item.type === "kept" ? [item.chat] : [])));
    const draft = new Draft(core, true);
    for (const chat of chats) draft.tell({ type: "chat.changed", account: accountToText(chat) });
    await draft.commit();
  }
}

/** Whose lock an item is applied under. */
function aboutOf({ account }: Core, item: SyncItem): AccountId {
  if ("chat" in item) return item.chat;
  return "account" in item ? item.account : account.id;
}
