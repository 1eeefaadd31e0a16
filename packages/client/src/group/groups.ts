/** The groups of one account: founding, joining, changing and leaving them, and what is said in them. */
import {
  type AccountId,
  accountToText,
  type Content,
  type ContentHead,
  type ContentId,
  certifyingEntries,
  type GroupAct,
  type GroupId,
  type GroupLog,
  type GroupMail,
  InvariantError,
  MAX_GROUP_LOG_BYTES,
  MAX_MAILED_PLACES,
  memberOf,
  nextParents,
  nextSeq,
  OPERATION_VERSION,
  type OperationId,
  operationsFor,
  placeOperations,
  signOperation,
  toHex,
  type VerifiedOperation,
} from "@kith/protocol";
import { type Core, Draft, type OtherDelivery } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { PeerRow } from "../people/contact-row.ts";
import { advanceThrough } from "../send/delivery-record.ts";
import { GroupBook, type KnownGroup } from "./group-book.ts";
import { GroupInbox } from "./group-inbox.ts";
import { GroupMailer, inParts, type Letter, type Recipient } from "./group-mailer.ts";
import { GroupMessages } from "./group-messages.ts";
import { type GroupMessageRow, type GroupRow, MAX_NAMES } from "./group-row.ts";
import { sealForGroup } from "./group-sealer.ts";
import type { GroupParts } from "./group-service.ts";
import { Groupmates } from "./groupmates.ts";

/** Heads in one mail. */
const MAX_HEADS = 8;

/** Everything about groups that has a life. */
export class Groups {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly inbox: GroupInbox;
  readonly #mailer: GroupMailer;
  readonly #mates: Groupmates;

  constructor({ core, sender, meet }: GroupParts) {
    this.core = core;
    this.book = new GroupBook(core);
    this.messages = new GroupMessages(core, this.book);
    this.#mailer = new GroupMailer(core, sender);
    const shared = { core, book: this.book, messages: this.messages, mailer: this.#mailer };
    this.#mates = new Groupmates({ ...shared, meet });
    this.inbox = new GroupInbox(shared, {
      onOperations: (group, taken) => void this.#onOperations(group, taken),
      onPlaces: () => void this.#mates.meetAll(),
    });
    core.others.onDelivery = (draft, delivery) => this.#onDelivery(draft, delivery);
  }

  async load(): Promise<void> {
    await Promise.all([this.book.load(), this.#mailer.load()]);
  }

  take(draft: Draft, peer: PeerRow, content: Content): Promise<void> {
    return this.inbox.take(draft, peer, content);
  }

  async wake(): Promise<void> {
    await this.#mates.meetAll();
    for (const { row } of this.book.all()) if (row.standing === "joined") await this.inbox.retry(row.group);
  }

  stop(): void {
    this.#mates.stop();
  }

  isGroupmate(account: AccountId): boolean {
    return this.#mates.isGroupmate(account);
  }

  /** The group of these digits. @throws MessengerError GROUP_UNKNOWN. */
  require(group: GroupId): KnownGroup {
    const known = this.book.get(group);
    if (known !== undefined) return known;
    throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
  }

  /** Founds a group and asks people to join it. */
  async create(name: string, accounts: readonly AccountId[]): Promise<GroupId> {
    const act: GroupAct = { type: "create", name, nonce: this.core.random(16), certificate: this.#certificate() };
    const create = await this.#signed(null, act);
    const { log } = placeOperations(null, [create]);
    if (log === null) throw new InvariantError("a founded group has a log");
    const row: GroupRow = {
      group: log.group,
      standing: "joined",
      addedAtMs: this.core.clock.nowMs(),
      unread: 0,
      tips: [],
    };
    await this.#mailer.post([], (draft) => this.inbox.takeLog(draft, log, row, [create.id]));
    for (const account of accounts) await this.act(log.group, { type: "add", account, role: "member" });
    return log.group;
  }

  /** Does something to a group and tells all whom it concerns. @throws MessengerError GROUP_REFUSED, GROUP_UNKNOWN. */
  act(group: GroupId, act: GroupAct): Promise<void> {
    return this.#mailer.inTurn(group, async () => {
      const before = this.require(group);
      const operation = await this.#signed(before.log, act);
      // Others may have come while this one was signed: it stands beside them.
      const { row, log } = this.require(group);
      const placed = placeOperations(log, [operation]);
      const [code] = placed.refused;
      if (placed.log === null || placed.taken.length === 0) {
        throw new MessengerError("GROUP_REFUSED", "the group does not let this happen", {
          details: { rule: code ?? "already-there" },
        });
      }
      const after = placed.log;
      const told = [...this.#hosts(row, act), ...this.#guests(log)];
      const letters = [...this.#toAll([log, after], operation, told), ...this.#invitation(after, act)];
      await this.#mailer.post(letters, (draft) => this.#takeOwn(draft, operation));
      void this.#mates.meetAll();
    });
  }

  /** Takes an own operation into the log as it is by now: others may have come while locks were waited for. */
  #takeOwn(draft: Draft, operation: VerifiedOperation): void {
    const { row, log } = this.require(operation.group);
    const placed = placeOperations(log, [operation]);
    if (placed.log !== null && placed.taken.length > 0) this.inbox.takeLog(draft, placed.log, row, placed.taken);
  }

  /** Consents to an invitation. */
  join(group: GroupId): Promise<void> {
    return this.act(group, { type: "join", certificate: this.#certificate() });
  }

  /** Leaves a group, or declines. */
  leave(group: GroupId): Promise<void> {
    const isMember = memberOf(this.require(group).log.state, this.core.account.id) !== undefined;
    return this.act(group, isMember ? { type: "leave" } : { type: "leave", certificate: this.#certificate() });
  }

  /** Says something; the same id again changes nothing. @throws MessengerError GROUP_NOT_JOINED. */
  send(group: GroupId, make: (head: ContentHead) => Content, givenId?: ContentId): Promise<GroupMessageRow> {
    return this.#mailer.inTurn(group, async () => {
      const existing = givenId && (await this.messages.find(this.core.account.id, givenId));
      if (existing !== undefined) return existing;
      const known = this.require(group);
      if (known.row.standing !== "joined") {
        throw new MessengerError("GROUP_NOT_JOINED", "you do not belong to this group");
      }
      const id = givenId ?? (toHex(this.core.random(16)) as ContentId);
      const orderMs = await this.messages.nextOrder(group);
      const content = make({ id, sentAtMs: this.core.clock.nowMs(), orderMs });
      return this.#sendSealed(known, content, orderMs);
    });
  }

  async #sendSealed(known: KnownGroup, content: Content, orderMs: number): Promise<GroupMessageRow> {
    const { core, book, messages } = this;
    const { group } = known.row;
    const { sealed, name, chainId, chain } = await sealForGroup(core, known, book.chain(group), content);
    const letters = this.#others(known.log).map((to): Letter => {
      const distribution = chain.given.find(({ device }) => device === to.device)?.distribution;
      const mail: GroupMail = {
        type: "message",
        group,
        sealed,
        ...(distribution === undefined ? {} : { distribution }),
      };
      return { ...to, mail, id: content.id };
    });
    const shared = { group, author: core.account.id, content, orderMs, isRead: true, awaits: [], chainId };
    let row: GroupMessageRow = { ...shared, deliveries: [] };
    await this.#mailer.post(letters, (draft, deliveries) => {
      row = { ...shared, deliveries };
      const current = this.require(group).row;
      const said = new Set(known.row.tips.map(toHex));
      const tips = [...current.tips.filter((tip) => !said.has(toHex(tip))), name].slice(-MAX_NAMES);
      draft.add(...messages.put(row), messages.addName(group, name), book.setChain(group, chain));
      draft.add(book.setRow({ ...current, tips }));
      draft.tell({ type: "group.message", group, author: accountToText(core.account.id), id: content.id });
    });
    return row;
  }

  /** Marks everything in a group as read on this device. */
  async markRead(group: GroupId): Promise<void> {
    const { row } = this.require(group);
    if (row.unread === 0) return;
    const draft = new Draft(this.core);
    draft.add(this.book.setRow({ ...row, unread: 0 }));
    draft.tell({ type: "group.changed", group });
    await draft.commit();
  }

  /** Devices of the other members. */
  #others({ state }: GroupLog): readonly Recipient[] {
    return state.members
      .filter(({ account }) => account !== this.core.account.id)
      .flatMap(({ account, devices }) => devices.map(({ device }) => ({ account, device })));
  }

  /** Who asked us hears of our answer also when they have left: they may be the only one who knows the others. */
  #hosts({ invitedBy }: GroupRow, { type }: GroupAct): readonly Recipient[] {
    return type === "join" && invitedBy !== undefined ? this.#devicesOf(invitedBy) : [];
  }

  /** Guests that are known here. */
  #guests({ state }: GroupLog): readonly Recipient[] {
    return state.guests
      .filter(({ account }) => account !== this.core.account.id)
      .flatMap(({ account }) => this.#devicesOf(account));
  }

  /** An operation for all who belong to the group before or after it, and for others. */
  #toAll(
    logs: readonly GroupLog[],
    { group, encoded }: VerifiedOperation,
    others: readonly Recipient[],
  ): readonly Letter[] {
    const all = new Map([...others, ...logs.flatMap((log) => this.#others(log))].map((to) => [to.device, to]));
    return [...all.values()].map((to) => ({ ...to, mail: { type: "operations", group, operations: [encoded] } }));
  }

  /** All of a group for somebody who is asked to join it, and where its members can be met. */
  #invitation(log: GroupLog, act: GroupAct): readonly Letter[] {
    if (act.type !== "add") return [];
    const mails = this.#logMails(log, [], act.account);
    return this.#devicesOf(act.account).flatMap((to) => mails.map((mail) => ({ ...to, mail })));
  }

  /** What somebody has not got of a log, in as many mails as it takes, and where the others can be met. */
  #logMails(log: GroupLog, have: readonly OperationId[], account: AccountId): readonly GroupMail[] {
    const { group } = log;
    const mails: GroupMail[] = [];
    const missing = operationsFor(log, log.heads, have, MAX_GROUP_LOG_BYTES);
    for (const operations of inParts(missing)) {
      mails.push({ type: "operations", group, operations });
    }
    const places = this.#mates.placesOf(log, account);
    for (let i = 0; i < places.length; i += MAX_MAILED_PLACES) {
      mails.push({ type: "places", group, places: places.slice(i, i + MAX_MAILED_PLACES) });
    }
    return mails;
  }

  /** The devices of somebody that are known here. */
  #devicesOf(account: AccountId): readonly Recipient[] {
    return this.core.people.peersOf(account).map(({ row }) => ({ account, device: row.device }));
  }

  #certificate(): readonly Uint8Array[] {
    const { chain, device } = this.core.account;
    const entries = certifyingEntries(chain, device.deviceId);
    if (entries === null) throw new InvariantError("this device is not in its own chain");
    return entries;
  }

  async #signed(log: GroupLog | null, act: GroupAct): Promise<VerifiedOperation> {
    const { account, clock, suite } = this.core;
    const place = log === null ? { parents: [] } : { group: log.group, parents: nextParents(log) };
    const operation = {
      v: OPERATION_VERSION,
      ...place,
      author: account.id,
      device: account.device.deviceId,
      seq: log === null ? 1 : nextSeq(log, account.device.deviceId),
      atMs: clock.nowMs(),
      act,
    };
    const read = await signOperation(suite, operation, account.device);
    const hasCertificate = "certificate" in act && act.certificate !== undefined;
    return { ...read, isVerified: true, ...(hasCertificate ? { identityKey: account.device.identityKey } : {}) };
  }

  async #onOperations(group: GroupId, taken: readonly OperationId[]): Promise<void> {
    const known = this.book.get(group);
    // Whoever went still brings those together whom they had asked: nobody else may know them.
    if (known === undefined || known.row.standing === "invited") return;
    await this.inbox.retry(group);
    for (const id of taken) {
      const read = known.log.byId.get(id)?.read;
      if (read?.operation.act.type !== "join") continue;
      await this.#introduce(known.log, read);
      await this.#greet(known.log, read);
    }
    await this.#mates.meetAll();
  }

  /** What was done before it was known here that somebody joined was not told to them: they ask for what they lack. */
  async #greet({ heads }: GroupLog, { operation, group }: VerifiedOperation): Promise<void> {
    const { author: account, device } = operation;
    if (account === this.core.account.id) return;
    await this.#mailer.post([{ account, device, mail: { type: "heads", group, heads: heads.slice(0, MAX_HEADS) } }]);
  }

  /** Whoever asked somebody brings them together with the others, who may be strangers to them. */
  async #introduce(log: GroupLog, { id, operation, encoded, group }: VerifiedOperation): Promise<void> {
    const { author, device } = operation;
    const add = [...log.operations].reverse().find(({ read }) => {
      const { act } = read.operation;
      return act.type === "add" && act.account === author;
    });
    if (add?.read.operation.author !== this.core.account.id) return;
    const places = this.#mates.placesOfDevices(author);
    const others = this.#others(log).filter(({ account }) => account !== author);
    const news: Letter[] = others.flatMap((to): Letter[] => [
      { ...to, mail: { type: "operations", group, operations: [encoded] } },
      ...(places.length === 0 ? [] : [{ ...to, mail: { type: "places" as const, group, places } }]),
    ]);
    // They answered what they were told then; others may have come since.
    const welcome = this.#logMails(log, [id], author).map((mail): Letter => ({ account: author, device, mail }));
    await this.#mailer.post([...news, ...welcome]);
  }

  /** Keeps the lines true, and what each device has of the chain. */
  async #onDelivery(draft: Draft, { device, contentId, events, relayCount }: OtherDelivery): Promise<void> {
    const found = await this.messages.find(this.core.account.id, contentId);
    if (found === undefined) return;
    const before = this.messages.newest(found);
    draft.add(
      this.messages.change(before, (row) => ({
        ...row,
        deliveries: row.deliveries.map((each) =>
          each.device === device
            ? { ...each, record: advanceThrough(each.record, events, relayCount), relayCount }
            : each,
        ),
      })),
    );
    const after = this.messages.newest(before);
    const hasMoved = after.deliveries.some(
      ({ record }, index) => record.state !== before.deliveries[index]?.record.state,
    );
    if (hasMoved) {
      draft.tell({ type: "group.message", group: after.group, author: accountToText(after.author), id: contentId });
    }
    const isThere = events.some(({ type }) => type === "delivered" || type === "read");
    if (isThere) this.#noteChain(draft, after, device);
  }

  #noteChain(draft: Draft, { group, chainId }: GroupMessageRow, device: Recipient["device"]): void {
    const chain = this.book.chain(group);
    if (chain === undefined || chainId === undefined) return;
    const current = chain.given.find((each) => each.device === device);
    if (current?.distribution === undefined || chain.chainId !== chainId) return;
    const given = chain.given.map((each) => (each.device === device ? { device } : each));
    draft.add(this.book.setChain(group, { ...chain, given }));
  }
}
