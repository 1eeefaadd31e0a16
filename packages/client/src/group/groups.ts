/** The groups of one account: founding, joining, changing and leaving them, and what is said in them. */
import {
  type AccountId,
  type Content,
  type GroupAct,
  type GroupId,
  type GroupLog,
  type GroupRole,
  InvariantError,
  isLinkToken,
  memberOf,
  type OperationId,
  placeOperations,
  type VerifiedOperation,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { PeerRow } from "../people/contact-row.ts";
import type { GroupStandingOfSender } from "../receive/request-door.ts";
import { GroupBook, type KnownGroup } from "./group-book.ts";
import { GroupCopies } from "./group-copies.ts";
import { noteGroupDelivery } from "./group-deliveries.ts";
import { GroupDevices } from "./group-devices.ts";
import { askedBy, GroupExits } from "./group-exits.ts";
import { groupFiles } from "./group-files.ts";
import { GroupHistory } from "./group-history.ts";
import { GroupInbox } from "./group-inbox.ts";
import { GroupInvitations } from "./group-invitations.ts";
import { GroupKnocks } from "./group-knocks.ts";
import { GroupLetters } from "./group-letters.ts";
import { GroupLinks } from "./group-links.ts";
import { GroupMailer, type Letter } from "./group-mailer.ts";
import { GroupMessages } from "./group-messages.ts";
import { type ChosenPicture, GroupPictures } from "./group-pictures.ts";
import type { GroupRow } from "./group-row.ts";
import type { GroupParts } from "./group-service.ts";
import { GroupTalk } from "./group-talk.ts";
import { endInGroup, resealGroups } from "./group-vanish.ts";
import { Groupmates } from "./groupmates.ts";
import { ownCertificate, signOwnOperation } from "./own-operation.ts";
import { groupReach } from "./reached-messages.ts";
import { saidInGroups } from "./said-in-groups.ts";
import { isMember, requireInAccount } from "./standing.ts";

/** Everything about groups that has a life. */
export class Groups {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly inbox: GroupInbox;
  readonly talk: GroupTalk;
  readonly #mailer: GroupMailer;
  readonly #mates: Groupmates;
  readonly #letters: GroupLetters;
  readonly #devices: GroupDevices;
  readonly #copies: GroupCopies;
  readonly #exits: GroupExits;
  readonly pictures: GroupPictures;
  readonly invitations: GroupInvitations;
  readonly history: GroupHistory;
  readonly links: GroupLinks;
  readonly knocks: GroupKnocks;

  constructor({ core, sender, meet, receipts, boxes }: GroupParts) {
    this.core = core;
    this.book = new GroupBook(core);
    this.messages = new GroupMessages(core, this.book);
    this.#mailer = new GroupMailer(core, sender);
    this.invitations = new GroupInvitations(this);
    const { book, messages, invitations } = this;
    this.history = new GroupHistory({ core, book, messages, mailer: this.#mailer });
    this.#mates = new Groupmates({ core, book, mailer: this.#mailer, meet });
    this.#exits = new GroupExits({ core, book, mailer: this.#mailer, mates: this.#mates });
    this.#letters = new GroupLetters(core, this.#mates);
    this.pictures = new GroupPictures({ core, book, mailer: this.#mailer, letters: this.#letters });
    const [mailer, history, exits, pictures] = [this.#mailer, this.history, this.#exits, this.pictures];
    const [mates, letters] = [this.#mates, this.#letters];
    const act = (group: GroupId, what: GroupAct): Promise<void> => this.act(group, what);
    this.links = new GroupLinks({ core, sender, boxes, book, mailer, mates, letters, act });
    this.knocks = new GroupKnocks({ core, book, mailer, mates });
    const { links, knocks } = this;
    const shared = { core, book, messages, mailer, invitations, history, exits, pictures, letters, links, knocks };
    this.#devices = new GroupDevices({ ...shared, act });
    this.#copies = new GroupCopies(shared);
    this.inbox = new GroupInbox(shared, this.#copies, {
      onOperations: (group, taken) => void this.#onOperations(group, taken),
      onPlaces: () => void this.#mates.meetAll(),
    });
    this.talk = new GroupTalk({
      ...shared,
      copies: this.#copies,
      receipts,
      prepare: (group) => this.#prepare(group),
    });
    core.others.requestToken = ({ device }) => this.knocks.tokenFor(device) ?? this.#mates.tokenFor(device);
    core.others.onDue = (draft, due, nowMs) => endInGroup(this, draft, due, nowMs);
    core.others.chatKeys = () => this.book.all().map(({ row }) => this.book.key(row.group));
    core.others.reseal = () => resealGroups(this);
    core.others.groupFiles = groupFiles(this, this.#letters);
    core.others.said = saidInGroups(this);
    core.others.reach = groupReach(this);
    core.others.onDelivery = (draft, delivery) => noteGroupDelivery(this, draft, delivery);
  }

  async load(): Promise<void> {
    await Promise.all(
      [this.book, this.#mailer, this.messages.early, this.links, this.knocks].map((each) => each.load()),
    );
  }

  take(draft: Draft, peer: PeerRow, content: Content): Promise<void> {
    return this.inbox.take(draft, peer, content);
  }

  async wake(): Promise<void> {
    await this.invitations.prune();
    await this.#devices.followAll();
    await this.links.followAll();
    await this.knocks.wake();
    await this.#mates.meetAll();
    for (const { row } of this.book.all()) {
      if (row.standing !== "joined") continue;
      await this.inbox.retry(row.group);
      await this.pictures.follow(row.group);
    }
  }

  async catchUp(): Promise<void> {
    for (const { row, log } of this.book.all()) {
      if (row.standing !== "joined") continue;
      for (const to of this.#letters.others(log)) await this.#mates.greet(to, log);
      const { group } = row;
      const asked = this.#letters.others(log).map((to): Letter => ({ ...to, mail: { type: "ask-key", group } }));
      await this.#mailer.post(asked);
    }
  }

  stop(): void {
    this.#mates.stop();
    this.knocks.stop();
    this.#devices.stop();
    this.messages.batches.stop();
  }

  /** How somebody unknown stands: whoever shares a group is heard, and who comes by a link of one, which the token shows. */
  standingOf(account: AccountId, token: Uint8Array | undefined): GroupStandingOfSender {
    if (this.#mates.isGroupmate(account)) return "groupmate";
    if (token === undefined || !isLinkToken(this.core.suite, token)) return "stranger";
    return this.links.isFromLink(token) || this.knocks.isFromGroup(token) ? "groupmate" : "nobody";
  }

  /** Somebody was let in: what they asked is shown, and what waited for them is said. */
  async letIn(account: AccountId): Promise<void> {
    await this.invitations.show(account);
    for (const to of this.#letters.devicesOf(account)) await this.#mates.reach(to);
  }

  /** The group of these digits. @throws MessengerError GROUP_UNKNOWN. */
  require(group: GroupId): KnownGroup {
    return this.book.require(group);
  }

  /** Founds a group and asks people to join it. */
  async create(name: string, accounts: readonly AccountId[]): Promise<GroupId> {
    const act: GroupAct = { type: "create", name, nonce: this.core.random(16), certificate: ownCertificate(this.core) };
    const create = await signOwnOperation(this.core, null, act);
    const { log } = placeOperations(null, [create]);
    if (log === null) throw new InvariantError("a founded group has a log");
    const addedAtMs = this.core.clock.nowMs();
    const row: GroupRow = { group: log.group, standing: "joined", addedAtMs, unread: 0, tips: [] };
    await this.#mailer.post([], (draft) => this.inbox.takeLog(draft, log, row, [create.id]));
    for (const account of accounts) await this.act(log.group, { type: "add", account, role: "member" });
    return log.group;
  }

  /** Does something to a group and tells all whom it concerns. @throws MessengerError GROUP_REFUSED, GROUP_UNKNOWN. */
  act(group: GroupId, act: GroupAct, picture?: ChosenPicture): Promise<void> {
    requireInAccount(this.core);
    return this.#mailer.inTurn(group, async () => {
      const before = this.require(group);
      const operation = await signOwnOperation(this.core, before.log, act);
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
      const told = [...this.#letters.hosts({ row, log }, act), ...this.#letters.guests(log), ...this.#letters.own()];
      const letters = [
        ...this.#letters.toAll([log, after], operation, told),
        ...this.#letters.invitation(after, act),
        ...this.#letters.handover(after, act),
        ...(picture === undefined ? [] : this.pictures.lettersOf({ row, log: after }, picture)),
      ];
      await this.#mailer.post(letters, (draft) => {
        this.#takeOwn(draft, operation);
        if (picture !== undefined) this.pictures.keep(draft, this.require(group), picture);
      });
      void this.#mates.meetAll();
      void this.links.follow(group);
    });
  }

  /** Takes an own operation into the log as it is by now: others may have come while locks were waited for. */
  #takeOwn(draft: Draft, operation: VerifiedOperation): void {
    const { row, log } = this.require(operation.group);
    const placed = placeOperations(log, [operation]);
    if (placed.log !== null && placed.taken.length > 0) this.inbox.takeLog(draft, placed.log, row, placed.taken);
  }

  /** Asks somebody to join. @param isHistoryPassedOn whether they get the newest lines of before. */
  async add(group: GroupId, account: AccountId, role: GroupRole, isHistoryPassedOn: boolean): Promise<void> {
    await this.history.promise(group, account, isHistoryPassedOn);
    await this.act(group, { type: "add", account, role });
  }

  /** Shows a picture for the group, in base64, or none. @throws MessengerError PICTURE_INVALID, GROUP_REFUSED. */
  async setPicture(group: GroupId, given: string | undefined): Promise<void> {
    const chosen = given === undefined ? undefined : this.pictures.choose(given);
    await this.act(group, { type: "picture", ...(chosen === undefined ? {} : { hash: chosen.hash }) }, chosen);
    await this.pictures.follow(group);
  }

  /** Consents to an invitation. */
  async join(group: GroupId): Promise<void> {
    await this.act(group, { type: "join", certificate: ownCertificate(this.core) });
    void this.#devices.follow(group);
    void this.pictures.follow(group);
  }

  /** Leaves a group, or declines. */
  async leave(group: GroupId): Promise<void> {
    const wasMember = isMember(this.require(group).log, this.core.account.id);
    // Only a device that belongs to the group speaks for a member.
    if (wasMember && !this.#devices.isIn(group)) await this.join(group);
    return this.act(group, wasMember ? { type: "leave" } : { type: "leave", certificate: ownCertificate(this.core) });
  }

  /** Whoever speaks belongs to the account, and to the group by this device: who has just been linked is brought in first. */
  async #prepare(group: GroupId): Promise<void> {
    requireInAccount(this.core);
    if (!this.#devices.isIn(group)) await this.#devices.follow(group);
  }

  async #onOperations(group: GroupId, taken: readonly OperationId[]): Promise<void> {
    const known = this.book.get(group);
    // Whoever went still brings those together whom they had asked: nobody else may know them.
    if (known?.row.standing === "invited") await this.#devices.follow(group);
    if (known === undefined || known.row.standing === "invited") return;
    await this.links.follow(group);
    await this.inbox.retry(group);
    await this.#exits.follow(group, taken);
    for (const id of taken) {
      const read = known.log.byId.get(id)?.read;
      if (read?.operation.act.type !== "join") continue;
      await this.#introduce(known.log, read);
      const { author: account, device } = read.operation;
      await this.history.pass(known, { account, device });
      // What was done before it was known here that they joined was not told to them.
      const isOwn = device === this.core.account.device.deviceId;
      if (!isOwn && isMember(known.log, account)) await this.#mates.greet({ account, device }, known.log);
    }
    await this.#devices.follow(group);
    await this.#mates.meetAll();
    await this.pictures.follow(group);
  }

  /** Whether this device brings a device that joined together with the others. */
  #isHost(log: GroupLog, { author, device }: VerifiedOperation["operation"]): boolean {
    const { account } = this.core;
    const isTold = this.book.get(log.group)?.row.told?.includes(device) === true;
    if (isTold && author !== account.id) return true;
    if (author !== account.id) return askedBy(log, author) === account.id;
    const [first] = memberOf(log.state, author)?.devices ?? [];
    return device !== account.device.deviceId && first?.device === account.device.deviceId;
  }

  /** Who asked somebody brings them together with the others, who may be strangers to them; so does who was there first. */
  async #introduce(log: GroupLog, { id, operation, encoded, group }: VerifiedOperation): Promise<void> {
    const { author, device } = operation;
    if (!this.#isHost(log, operation)) return;
    const places = this.#mates.placesOfDevices(author);
    const others = this.#letters.others(log).filter((each) => each.device !== device);
    const news: Letter[] = others.flatMap((to): Letter[] => [
      { ...to, mail: { type: "operations", group, operations: [encoded] } },
      ...(places.length === 0 ? [] : [{ ...to, mail: { type: "places" as const, group, places } }]),
    ]);
    // They answered what they were told then; others may have come since.
    const mails = isMember(log, author) ? this.#letters.logMails(log, [id], author) : [];
    const welcome = mails.map((mail): Letter => ({ account: author, device, mail }));
    await this.#mailer.post([...news, ...welcome]);
  }
}
