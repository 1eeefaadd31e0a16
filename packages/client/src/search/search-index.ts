/**
 * Full-text search over the messages of one account. It follows the account's events: what is said, edited or deleted
 * becomes findable after the message is safe, and no send or receipt waits for it. Newest messages stand in memory
 * until there are enough for a segment.
 */
import { type AccountId, type ContentId, type GroupId, InvariantError, parseAccount } from "@kith/protocol";
import type { ClientEvent } from "../client.ts";
import type { Core } from "../core.ts";
import { MAX_KEPT_EVENTS } from "../event-log.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { ChatId } from "../people/named-chat.ts";
import { type FoundRow, findRows, type SearchQuery } from "./find-rows.ts";
import { groupPlaceAt, type IndexedLine, type IndexPlace, placeKey, termsOf } from "./index-place.ts";
import { SeenContents } from "./seen-contents.ts";
import { type NewEntry, SegmentShelf } from "./segment-shelf.ts";
import type { IndexedMessage } from "./segment-writer.ts";
import { fingerprintOf } from "./term-bytes.ts";

/** Messages that wait in memory for a segment; they are read again from the events after a restart. */
const MESSAGES_PER_SEGMENT = 256;

/** Messages of one segment while the index is made anew. */
const MESSAGES_PER_REBUILT_SEGMENT = 65_536;

/** Rows read together while the index is made anew. */
const ROWS_PER_PAGE = 500;

/** Events of many state changes and no new words are noted too, so that a restart need not read them all. */
const EVENTS_PER_NOTE = 2000;

/** The index of one account. */
export class SearchIndex {
  readonly #core: Core;
  readonly #shelf: SegmentShelf;
  readonly #stop = new AbortController();
  readonly #fresh = new Map<string, NewEntry>();
  /** Vanishing messages are never written into a segment: their words are nowhere but in memory. */
  readonly #vanishing = new Map<string, NewEntry>();
  readonly #removed = new Map<string, IndexedMessage>();
  readonly #seen = new SeenContents();
  readonly #lookedAt = new Set<AccountId>();
  readonly #accountByText = new Map<string, AccountId>();
  #seq = 0;
  #isBuilding = false;
  #onCaughtUp: (() => void)[] = [];

  constructor(core: Core) {
    this.#core = core;
    this.#shelf = new SegmentShelf(core.store);
  }

  /** True while the index is being opened or made anew: not everything is found yet. */
  get isBuilding(): boolean {
    return this.#isBuilding;
  }

  /** Bytes of the segments on disk, before they are sealed. */
  get storedBytes(): number {
    return this.#shelf.readers().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Begins to follow the events; ends with them. */
  start(): void {
    this.#isBuilding = true;
    void this.#run();
  }

  stop(): void {
    this.#stop.abort();
    this.#caughtUp();
  }

  /** The newest messages that have every word of the query, each as the beginning of one of theirs. */
  async find(query: SearchQuery): Promise<readonly FoundRow[]> {
    await this.#catchUp();
    return await findRows(
      (message) => this.#at(message),
      { fresh: [...this.#fresh.values(), ...this.#vanishing.values()], readers: this.#shelf.readers() },
      query,
    );
  }

  async #at({ chat, isOwn, orderMs }: IndexPlace): Promise<readonly FoundRow[]> {
    const account = this.#core.people.contact(chat as AccountId)?.account;
    if (account === undefined) return (await this.#core.others.said?.at({ group: chat as GroupId, orderMs })) ?? [];
    const row = await this.#core.messages.at(account, isOwn ? "own" : "their", orderMs);
    return row === undefined ? [] : [row];
  }

  /** Takes a deleted message out; what deletes it hands over its row. */
  async forget(row: Pick<MessageRow, "chat" | "isOwn" | "orderMs">): Promise<void> {
    if (this.#vanishing.delete(placeKey(row))) return;
    this.#takeOut(row);
    await this.#settle();
  }

  async #run(): Promise<void> {
    const { events } = this.#core;
    const isKept = await this.#shelf.load();
    if (!isKept || this.#shelf.seq < events.shownSeq - MAX_KEPT_EVENTS) await this.#build();
    await this.#readVanishing();
    this.#seq = this.#shelf.seq;
    this.#isBuilding = false;
    for await (const event of events.read(this.#seq, this.#stop.signal)) {
      await this.#take(event);
      this.#seq = event.seq;
      if (this.#fresh.size >= MESSAGES_PER_SEGMENT || event.seq - this.#shelf.seq >= EVENTS_PER_NOTE) {
        await this.#flush(this.#seq);
      }
      if (event.seq === events.shownSeq) {
        await this.#settle();
        this.#caughtUp();
      }
    }
  }

  /** Reads every message there is. */
  async #build(): Promise<void> {
    const seq = this.#core.events.shownSeq;
    await this.#shelf.clear(0);
    for (const { account } of this.#core.people.contacts()) {
      let page = await this.#core.messages.list(account, ROWS_PER_PAGE);
      while (page[0] !== undefined && !this.#stop.signal.aborted) {
        for (const row of page) this.#index(row);
        if (this.#fresh.size >= MESSAGES_PER_REBUILT_SEGMENT) await this.#flush(0);
        page = await this.#core.messages.list(account, ROWS_PER_PAGE, page[0]);
      }
    }
    for (const group of this.#core.others.said?.groups() ?? []) await this.#buildGroup(group);
    if (!this.#stop.signal.aborted) await this.#flush(seq);
  }

  async #buildGroup(group: GroupId): Promise<void> {
    const { said } = this.#core.others;
    let page = await said?.list(group, ROWS_PER_PAGE);
    while (page?.[0] !== undefined && !this.#stop.signal.aborted) {
      for (const orderMs of new Set(page.map((row) => row.orderMs))) await this.#indexMoment(group, orderMs);
      if (this.#fresh.size >= MESSAGES_PER_REBUILT_SEGMENT) await this.#flush(0);
      page = await said?.list(group, ROWS_PER_PAGE, page[0]);
    }
  }

  async #readVanishing(): Promise<void> {
    for (const { chat, isOwn, id, group } of await this.#core.vanish.due.all()) {
      if (group !== undefined) {
        await this.#takeSaid(chat, id);
        continue;
      }
      const row = await this.#core.messages.find(chat, isOwn ? "own" : "their", id);
      if (row !== undefined) this.#index(row);
    }
  }

  async #take(event: ClientEvent): Promise<void> {
    if (event.type === "message.received" || event.type === "message.changed") {
      const { id, isOwn, chat } = event.message;
      const account = this.#accountOf(chat);
      const row = await this.#core.messages.find(account, isOwn ? "own" : "their", id as ContentId);
      if (row !== undefined) this.#index(row);
    } else if (event.type === "group.message") {
      await this.#takeSaid(this.#accountOf(event.author), event.id as ContentId);
    } else if (event.type === "contact.changed" && event.contact.relation === "accepted") {
      await this.#lookAt(this.#accountOf(event.contact.account));
    } else if (event.type === "contact.deleted" || event.type === "chat.cleared") {
      await this.#removeChat(this.#accountOf(event.account));
    } else if (event.type === "group.cleared") await this.#removeChat(event.group as GroupId);
  }

  /** What a person said before they were let in had no event of its own. */
  async #lookAt(chat: AccountId): Promise<void> {
    if (this.#lookedAt.has(chat)) return;
    this.#lookedAt.add(chat);
    for (const row of await this.#core.messages.list(chat, ROWS_PER_PAGE)) this.#index(row);
  }

  /** Something was said in a group, became another, or went. */
  async #takeSaid(author: AccountId, id: ContentId): Promise<void> {
    const { said } = this.#core.others;
    const row = await said?.find(author, id);
    if (row !== undefined && this.#seen.note(`${author}/${id}`, row)) return;
    const place = row ?? (await said?.placeOf(author, id));
    if (place !== undefined) await this.#indexMoment(place.group, place.orderMs);
  }

  async #indexMoment(group: GroupId, orderMs: number): Promise<void> {
    this.#indexPlace(groupPlaceAt(group, orderMs), (await this.#core.others.said?.at({ group, orderMs })) ?? []);
  }

  #index(row: MessageRow): void {
    if (!this.#seen.note(placeKey(row), row)) this.#indexPlace(row, [row]);
  }

  #indexPlace(place: IndexPlace, lines: readonly IndexedLine[]): void {
    const key = placeKey(place);
    const { chat, isOwn, orderMs } = place;
    const vanishing = termsOf(lines.filter(({ vanish }) => vanish !== undefined));
    if (vanishing.length === 0) this.#vanishing.delete(key);
    else this.#vanishing.set(key, { message: { chat, isOwn, orderMs, fingerprint: 0 }, terms: vanishing });
    const terms = termsOf(lines.filter(({ vanish }) => vanish === undefined));
    const message = { chat, isOwn, orderMs, fingerprint: fingerprintOf(terms) };
    const known = this.#known(key, message);
    if (known?.fingerprint === message.fingerprint && terms.length > 0) return;
    if (known !== undefined) this.#takeOut(message);
    if (terms.length > 0) this.#fresh.set(key, { message, terms });
  }

  #known(key: string, message: IndexedMessage): IndexedMessage | undefined {
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined) return fresh.message;
    if (this.#removed.has(key)) return undefined;
    for (const reader of this.#shelf.readers()) {
      const number = reader.find(message);
      if (number >= 0) return reader.message(number);
    }
    return undefined;
  }

  #takeOut({ chat, isOwn, orderMs }: IndexPlace): void {
    const key = placeKey({ chat, isOwn, orderMs });
    this.#fresh.delete(key);
    this.#removed.set(key, { chat, isOwn, orderMs, fingerprint: 0 });
  }

  /** Writes removals, which must not wait for a segment to fill: words that were deleted are gone from the disk. */
  async #settle(): Promise<void> {
    if (this.#removed.size === 0) return;
    const removed = new Set(this.#removed.keys());
    this.#removed.clear();
    await this.#shelf.remove((message) => removed.has(placeKey(message)));
  }

  async #removeChat(chat: ChatId): Promise<void> {
    for (const entries of [this.#fresh, this.#vanishing]) {
      for (const [key, { message }] of entries) if (message.chat === chat) entries.delete(key);
    }
    await this.#shelf.remove((message) => message.chat === chat);
  }

  /** Events name people by texts of ours, whose checksum costs more than a look into a map. */
  #accountOf(text: string): AccountId {
    const known = this.#accountByText.get(text);
    if (known !== undefined) return known;
    const parsed = parseAccount(text);
    if (!parsed.ok) throw new InvariantError("an event names an account that is none");
    this.#accountByText.set(text, parsed.value);
    return parsed.value;
  }

  async #flush(seq: number): Promise<void> {
    await this.#settle();
    const entries = [...this.#fresh.values()];
    await this.#shelf.add(entries, seq);
    for (const { message } of entries) this.#fresh.delete(placeKey(message));
  }

  /** Waits until everything told up to now is taken in. */
  async #catchUp(): Promise<void> {
    if (this.#isBuilding || this.#stop.signal.aborted || this.#seq >= this.#core.events.shownSeq) return;
    await new Promise<void>((resolve) => this.#onCaughtUp.push(resolve));
  }

  #caughtUp(): void {
    for (const resolve of this.#onCaughtUp.splice(0)) resolve();
  }
}
