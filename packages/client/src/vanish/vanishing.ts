/**
 * Ends vanishing messages: takes those whose time has come out of the chats, and erases the keys that opened them.
 * After an erasure nothing on disk opens what vanished: neither its row, nor what waited in the outbox, nor a session
 * state that could decrypt recorded mail once more.
 */
import { type AccountId, accountToText, isUnseenOnce, spentContent } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { dueOf } from "../message/message-log.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { spendAfter } from "../message/operations.ts";
import { MessengerError } from "../messenger-error.ts";
import { contactView } from "../people/contact-view.ts";
import type { Cancel } from "../ports.ts";
import type { Outbox } from "../send/outbox.ts";
import { endDrafts, nextDraftEndMs } from "./draft-ends.ts";
import type { DueMessage } from "./due-list.ts";
import { resealChat } from "./reseal.ts";

/** The longest wait for something due, in ms: a machine that slept has passed times that no timer counted. */
const MAX_WAIT_MS = 60 * 1000;

/** How often state keys are looked at when nothing is due, in ms. */
const IDLE_WAIT_MS = 3600 * 1000;

/** Messages taken out in one turn. */
const MAX_DUE = 500;

/** Forgets a vanished message elsewhere. */
export type OnVanished = (row: MessageRow) => void;

/** The vanishing of one account's messages. */
export class Vanishing {
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #onVanished: OnVanished;
  #cancel: Cancel = () => undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #isSweeping = false;
  #isStopped = true;

  constructor(core: Core, outbox: Outbox, onVanished: OnVanished) {
    this.#core = core;
    this.#outbox = outbox;
    this.#onVanished = onVanished;
  }

  /** Ends what is past its time already, so that nobody sees it once more. */
  async load(): Promise<void> {
    this.#isStopped = false;
    this.#core.vanish.due.onNew((untilMs) => this.#wakeBy(untilMs));
    this.#core.vanish.spent.onNew = () => void this.#sweep();
    await this.#sweep();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    const stopped = new MessengerError("STOPPED", "this node is stopping");
    for (const { onFailed } of this.#core.vanish.spent.waiting.splice(0)) onFailed(stopped);
  }

  #wakeBy(untilMs: number): void {
    if (this.#isStopped || this.#isSweeping || untilMs >= this.#wakeAtMs) return;
    const { clock, vanish } = this.#core;
    const leftMs = Math.max(0, untilMs - vanish.clock.nowMs());
    const waitMs = leftMs > IDLE_WAIT_MS - 1 ? IDLE_WAIT_MS : Math.min(MAX_WAIT_MS, leftMs);
    this.#cancel();
    this.#wakeAtMs = untilMs;
    this.#cancel = clock.after(waitMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    if (this.#isSweeping || this.#isStopped) return;
    this.#isSweeping = true;
    const { keys, clock, due, messageKeys, spent } = this.#core.vanish;
    let nextMs = 0;
    while (!this.#isStopped && (nextMs <= clock.nowMs() || spent.waiting.length > 0)) {
      keys.see(clock.nowMs());
      await this.#takeOut(clock.nowMs());
      const isDraftGone = await endDrafts(this.#core, clock.nowMs());
      await this.#spend(clock.nowMs(), isDraftGone);
      nextMs = Math.min(await due.nextMs(), messageKeys.nextEndMs(), nextDraftEndMs(this.#core));
    }
    this.#isSweeping = false;
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#wakeBy(Math.min(nextMs, clock.nowMs() + IDLE_WAIT_MS));
  }

  /** Takes the messages out whose time has come. */
  async #takeOut(nowMs: number): Promise<void> {
    const { lock, vanish, messages } = this.#core;
    const list = await vanish.due.due(nowMs, MAX_DUE);
    for (const { due, done } of list) {
      if (due.group !== undefined) {
        const draft = new Draft(this.#core);
        draft.add(done);
        await this.#core.others.onDue?.(draft, due, nowMs);
        await draft.commit();
        continue;
      }
      let committed: Promise<void> = Promise.resolve();
      await lock.run(due.chat, async () => {
        const draft = new Draft(this.#core);
        draft.add(done);
        const row = await messages.find(due.chat, due.isOwn ? "own" : "their", due.id);
        // Another end may have been set while this one was waited for.
        if (row?.vanish !== undefined && row.vanish.untilMs <= nowMs) this.#forget(draft, row);
        committed = draft.commit();
      });
      await committed;
    }
    if (list.length === MAX_DUE) await this.#takeOut(nowMs);
  }

  /** Erases what has ended, with the words of what was seen once. */
  async #spend(nowMs: number, isAsked: boolean): Promise<void> {
    const all = this.#core.vanish.spent.waiting.splice(0);
    try {
      for (const { name } of all) if (name !== null) await this.#empty(name);
      await this.#erase(nowMs, isAsked || all.length > 0);
      for (const { onGone } of all) onGone();
    } catch (cause) {
      for (const { onFailed } of all) onFailed(cause);
      if (all.length === 0) throw cause;
    }
  }

  /** Takes the words out of a message that was seen once; what waits to be seen in its chat is written under a new key. */
  async #empty({ chat, isOwn, id }: DueMessage): Promise<void> {
    const { lock, vanish, messages, people } = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await lock.run(chat, async () => {
      const draft = new Draft(this.#core);
      vanish.messageKeys.renewOnce(people.chatKey(chat));
      const row = await messages.find(chat, isOwn ? "own" : "their", id);
      if (row !== undefined && isUnseenOnce(row.content)) {
        const { vanish: _, ...rest } = row;
        const empty = { ...rest, content: spentContent(row.content) };
        draft.add(...vanish.due.remove(dueOf(row), row.vanish), messages.update(empty));
        draft.tell({ type: "message.changed", message: await viewMessage(this.#core, empty) });
      }
      for (const due of await vanish.due.all()) {
        const isOfChat = due.chat === chat && due.group === undefined;
        const other = isOfChat ? await messages.find(chat, due.isOwn ? "own" : "their", due.id) : undefined;
        if (other !== undefined && isUnseenOnce(other.content)) draft.add(messages.update(other));
      }
      committed = draft.commit();
    });
    await committed;
  }

  #forget(draft: Draft, row: MessageRow): void {
    const { messages, people } = this.#core;
    const { chat, isOwn, content } = row;
    draft.add(...messages.forget(row));
    draft.tell({ type: "message.removed", removed: { chat: accountToText(chat), isOwn, id: content.id } });
    draft.afterwards(() => this.#onVanished(row));
    spendAfter(this.#core, draft, row);
    const contact = people.contact(chat);
    if (contact === undefined || isOwn || row.isRead || contact.unread === 0) return;
    const changed = { ...contact, unread: contact.unread - 1 };
    draft.add(people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
  }

  /** Erases the keys that have ended, with old state keys; nothing to do costs nothing. */
  async #erase(nowMs: number, isAsked: boolean): Promise<void> {
    const { keys, messageKeys, state } = this.#core.vanish;
    const { people } = this.#core;
    const accounts = new Set([...people.contacts(), ...people.peers().map(({ row }) => row)].map((row) => row.account));
    const groupKeys = this.#core.others.chatKeys?.() ?? [];
    const chatKeys = new Set([...[...accounts].map((account) => people.chatKey(account)), ...groupKeys]);
    state.dropOthers(chatKeys);
    const ended = messageKeys.ended(nowMs, chatKeys);
    const before = state.old();
    const hasEnded = isAsked || ended.length > 0;
    if (!hasEnded && !before.isSharedDue && before.due.length === 0 && before.replaced.length === 0) return;
    if (before.isSharedDue) state.renewShared();
    for (const account of accounts) await this.#renewState(account, hasEnded, before);
    for (const key of groupKeys) if (state.isOwn(key) && (hasEnded || before.due.includes(key))) state.renewOwn(key);
    await this.#core.others.reseal?.();
    keys.drop([...ended, ...state.old().replaced]);
    await keys.erase();
  }

  /** Writes the state of one chat under a new key, where its last one is due or something in the chat may have vanished. */
  async #renewState(
    account: AccountId,
    hasEnded: boolean,
    old: ReturnType<Core["vanish"]["state"]["old"]>,
  ): Promise<void> {
    const { people, lock, vanish } = this.#core;
    const chatKey = people.chatKey(account);
    let committed: Promise<void> = Promise.resolve();
    await lock.run(account, async () => {
      const isOwn = vanish.state.isOwn(chatKey);
      if (isOwn && (hasEnded || old.due.includes(chatKey))) vanish.state.renewOwn(chatKey);
      else if (isOwn || !(old.isSharedDue || old.replaced.length > 0)) return;
      const draft = new Draft(this.#core);
      await resealChat(this.#core, this.#outbox, draft, account);
      committed = draft.commit();
    });
    await committed;
  }
}
