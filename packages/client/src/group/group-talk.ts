/** What is said in the groups of one account: sending, changing, forgetting and reading it. */
import {
  accountToText,
  applyOperation,
  type Content,
  type ContentHead,
  type ContentId,
  type GroupId,
  orderOf,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { DeviceDelivery } from "../message/message-row.ts";
import { readOperation } from "../message/operations.ts";
import { MessengerError } from "../messenger-error.ts";
import { applyOwn, type ChangePlan, isCarriedOut, laterHead } from "../send/change-plan.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type { GroupCopies } from "./group-copies.ts";
import type { GroupLetters } from "./group-letters.ts";
import type { GroupMailer, Letter } from "./group-mailer.ts";
import type { GroupMessages } from "./group-messages.ts";
import { groupPlace, inRows, type SaidName } from "./group-place.ts";
import { isSaid, MAX_NAMES, type SaidRow } from "./group-row.ts";
import { chainToKeep, sealForGroup } from "./group-sealer.ts";
import type { GroupParts } from "./group-service.ts";
import { separateGroup } from "./group-vanish.ts";
import { sealedMail, WaitingSends } from "./waiting-sends.ts";

/** Unread lines looked at when a group is marked read, and the lines beyond those counted. */
const MAX_UNREAD = 1000;
const UNREAD_MARGIN = 50;

/** What became of a sealed content: where it is on its way to, and the chain that sealed it. */
interface Sent {
  readonly deliveries: readonly DeviceDelivery[];
  readonly chainId: number;
  /** Set when it went along with others. */
  readonly batch?: ContentId;
}

interface Parts extends Pick<GroupParts, "core" | "receipts"> {
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly mailer: GroupMailer;
  readonly letters: GroupLetters;
  readonly copies: GroupCopies;
  /** Sees to it that this device may speak. @throws MessengerError DEVICE_REVOKED. */
  readonly prepare: (group: GroupId) => Promise<void>;
}

/** The lines of all groups, as this person changes them. */
export class GroupTalk {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly #mailer: GroupMailer;
  readonly #letters: GroupLetters;
  readonly #copies: GroupCopies;
  readonly #receipts: GroupParts["receipts"];
  readonly #prepare: Parts["prepare"];
  readonly #waiting: WaitingSends;

  constructor({ core, book, messages, mailer, letters, copies, receipts, prepare }: Parts) {
    this.#copies = copies;
    this.#prepare = prepare;
    this.core = core;
    this.book = book;
    this.messages = messages;
    this.#waiting = new WaitingSends((id) => messages.find(core.account.id, id));
    this.#mailer = mailer;
    this.#letters = letters;
    this.#receipts = receipts;
  }

  /**
   * Says something; the same id again changes nothing. What is said while others are sealed goes along with what else waits.
   * @throws MessengerError GROUP_NOT_JOINED.
   */
  async send(group: GroupId, make: (head: ContentHead) => Content, givenId?: ContentId): Promise<SaidRow> {
    await this.#prepare(group);
    const said = this.#waiting.add(group, { make, givenId });
    void this.#waiting.work(group, () => this.#mailer.inTurn(group, () => this.#sendWaiting(group)));
    return said;
  }

  async #sendWaiting(group: GroupId): Promise<void> {
    await this.#waiting.take(group, async (wishes) => {
      const { vanishAfterMs } = this.requireJoined(group).log.state.timer;
      const timed = vanishAfterMs === undefined ? {} : { vanishAfterMs };
      const { id, sentAtMs, orderMs } = await this.#nextHead(group, undefined);
      const contents = wishes.map(({ make, givenId }, index) => {
        const own = givenId ?? (index === 0 ? id : newContentId(this.core));
        return make({ id: own, sentAtMs, orderMs: (orderMs ?? sentAtMs) + index, ...timed });
      });
      if (vanishAfterMs !== undefined) await separateGroup(this, group);
      return this.#sendSealed(this.requireJoined(group), contents, (draft, sent) => {
        return contents.map((content) => this.#keepOwn(draft, group, content, sent));
      });
    });
  }

  /** Writes an own line. */
  #keepOwn(draft: Draft, group: GroupId, content: Content, { deliveries, chainId, batch }: Sent): SaidRow {
    const author = this.core.account.id;
    const { vanishAfterMs } = content;
    const row: SaidRow = {
      group,
      author,
      content,
      orderMs: orderOf(content),
      ...(batch === undefined ? { deliveries } : { deliveries: [], batch }),
      isRead: true,
      awaits: [],
      chainId,
      ...(vanishAfterMs === undefined
        ? {}
        : { vanish: { untilMs: this.core.vanish.clock.nowMs() + vanishAfterMs, isRunning: true } }),
    };
    draft.add(...this.messages.put(row));
    draft.tell({ type: "group.message", group, author: accountToText(author), id: content.id });
    return row;
  }

  /** Changes a line, here and for all. @throws MessengerError GROUP_NOT_JOINED, and as for a chat. */
  async change(group: GroupId, name: SaidName, plan: ChangePlan): Promise<SaidRow> {
    const { core, messages } = this;
    await this.#prepare(group);
    return this.#mailer.inTurn(group, async () => {
      const before = await this.requireSaid(group, name);
      if (isCarriedOut(plan, before)) return before;
      const known = this.requireJoined(group);
      const content = plan.make(laterHead(await this.#nextHead(group, plan.id), before.marks, core.account.id));
      applyOwn(core, before, name.author, content);
      return this.#sendSealed(known, [content], (draft, { deliveries }) => {
        // What others did to the line while this was sealed stands beside it.
        draft.add(messages.change(before, (newest) => this.#changed(newest, plan, { content, deliveries })));
        if (plan.kind !== "reaction") draft.add(messages.indexChange(before, content.id));
        draft.tell({ type: "group.message", group, author: accountToText(name.author), id: name.id });
        return messages.newest(before);
      });
    });
  }

  /** A line after a change of ours. */
  #changed(
    row: SaidRow,
    { kind }: ChangePlan,
    { content, deliveries }: { readonly content: Content; readonly deliveries: readonly DeviceDelivery[] },
  ): SaidRow {
    const operation = readOperation(this.core.account.id, content);
    if (operation === null) return row;
    const { message, outcome } = applyOperation(this.core.suite, row, row.author, operation);
    const changed = outcome === "applied" ? { ...row, ...message } : row;
    return kind === "reaction" ? changed : { ...changed, change: { kind, id: content.id, deliveries } };
  }

  /** Forgets a line on this device only; it never comes back. @throws MessengerError MESSAGE_UNKNOWN. */
  async forget(group: GroupId, name: SaidName): Promise<void> {
    const draft = new Draft(this.core);
    await inRows(this.core, group, async () => {
      const said = await this.requireSaid(group, name);
      const { row } = this.book.require(group);
      draft.add(...this.messages.forget(said), ...(await this.messages.batches.leave(said)));
      if (!said.isRead && row.unread > 0) draft.add(this.book.setRow({ ...row, unread: row.unread - 1 }));
      draft.tell({ type: "group.message", group, author: accountToText(name.author), id: name.id });
    });
    await draft.commit();
  }

  /** Notes on this device that a voice message was played; once is enough. @throws MessengerError MESSAGE_UNKNOWN. */
  async markPlayed(group: GroupId, name: SaidName): Promise<SaidRow> {
    const { core, messages } = this;
    const draft = new Draft(core);
    const said = await inRows(core, group, async () => {
      const row = await this.requireSaid(group, name);
      if (name.author === core.account.id || row.isPlayed === true) return row;
      await groupPlace(this, group).change(draft, row, (newest) => ({ ...newest, isPlayed: true }));
      return messages.newest(row);
    });
    await draft.commit();
    return said;
  }

  /** What somebody said in a group. @throws MessengerError MESSAGE_UNKNOWN. */
  async requireSaid(group: GroupId, { author, id }: SaidName): Promise<SaidRow> {
    const row = await groupPlace(this, group).find(author, id);
    if (row !== undefined) return row;
    throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this group");
  }

  /** A group that this device speaks in. @throws MessengerError GROUP_UNKNOWN, GROUP_NOT_JOINED. */
  requireJoined(group: GroupId): KnownGroup {
    const known = this.book.require(group);
    if (known.row.standing === "joined") return known;
    throw new MessengerError("GROUP_NOT_JOINED", "you do not belong to this group");
  }

  async #nextHead(group: GroupId, givenId: ContentId | undefined): Promise<ContentHead> {
    const id = givenId ?? newContentId(this.core);
    return { id, sentAtMs: this.core.clock.nowMs(), orderMs: await this.messages.nextOrder(group) };
  }

  /** Seals contents for all members and commits them with what `also` adds. @returns what `also` gave. */
  async #sendSealed<T>(
    known: KnownGroup,
    contents: readonly Content[],
    also: (draft: Draft, sent: Sent) => T,
  ): Promise<T> {
    const { core, book, messages } = this;
    const { group } = known.row;
    const before = book.chain(group);
    const others = this.#letters.others(known.log);
    const readers = others.map(({ device }) => device);
    const { sealed, names, chainId, chain } = await sealForGroup(core, known, before, { contents, readers });
    const [first] = contents as readonly [Content];
    const batch = contents.length > 1 ? newContentId(core) : undefined;
    const letters = others.map((to): Letter => {
      const distribution = chain.given.find(({ device }) => device === to.device)?.distribution;
      const mail = sealedMail(group, sealed, distribution);
      return { ...to, mail, id: batch ?? first.id, vanishAfterMs: first.vanishAfterMs };
    });
    const copies = contents.flatMap((content) => {
      return this.#copies.letters(group, known.log.state, {
        author: core.account.id,
        content,
        orderMs: orderOf(content),
      });
    });
    return this.#mailer.post([...letters, ...copies], (draft, all) => {
      const deliveries = all.slice(0, letters.length);
      const current = this.book.require(group).row;
      const said = new Set(known.row.tips.map(toHex));
      const tips = [...current.tips.filter((tip) => !said.has(toHex(tip))), ...names.slice(-1)].slice(-MAX_NAMES);
      const kept = chainToKeep(chain, before, book.chain(group));
      draft.add(...names.map((name) => messages.addName(group, name)), book.setChain(group, kept));
      draft.add(book.setRow({ ...current, tips }));
      if (batch === undefined) return also(draft, { deliveries, chainId });
      const row = { group, messages: contents.map(({ id }) => id), chainId, deliveries };
      draft.add(messages.batches.change(batch, row, (each) => each));
      return also(draft, { deliveries, chainId, batch });
    });
  }

  /** Marks everything in a group as read, and tells those who said it. */
  async markRead(group: GroupId): Promise<void> {
    if (this.book.require(group).row.unread === 0) return;
    const { core, book, messages } = this;
    const draft = new Draft(core);
    await inRows(core, group, async () => {
      const { row } = this.book.require(group);
      const lines = await messages.list(group, Math.min(MAX_UNREAD, 2 * row.unread + UNREAD_MARGIN));
      for (const line of lines.filter(isSaid)) if (!line.isRead) this.#read(draft, line);
      core.vanish.messageKeys.dropUnread(book.key(group));
      draft.add(book.setRow({ ...row, unread: 0 }));
      draft.tell({ type: "group.changed", group });
    });
    await draft.commit();
    await this.#copies.tellRead(group, (await messages.list(group, 1)).at(-1)?.orderMs ?? 0);
  }

  #read(draft: Draft, row: SaidRow): void {
    const { core, messages } = this;
    const { device, group, author, content } = row;
    draft.add(...messages.read(row));
    if (row.vanish !== undefined)
      draft.tell({ type: "group.message", group, author: accountToText(author), id: content.id });
    if (device === undefined || !core.settings.hasReadReceipts) return;
    draft.add(this.#receipts.owe(device, "read", content.id));
    draft.afterwards(() => this.#receipts.schedule(device));
  }
}

function newContentId({ random }: Pick<Core, "random">): ContentId {
  return toHex(random(16)) as ContentId;
}
