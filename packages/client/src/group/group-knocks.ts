/**
 * Groups that this device has asked into by a link. The device that answers is met, told that the secret of the link is known
 * here, and given a join once it has said what that comes after; nothing else of the group is known here before it counts.
 */
import {
  type DeviceId,
  equalBytes,
  type GroupAct,
  type GroupId,
  type GroupInvite,
  type GroupLog,
  type GroupMail,
  knockToken,
  linkSeedOf,
  linkToken,
  MAX_GROUP_LOG_BYTES,
  MAX_GROUP_OPERATIONS,
  memberOf,
  nextSeq,
  type OperationId,
  operationsFor,
  readOperation,
  signPass,
} from "@kith/protocol";
import { Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Cancel, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import type { GroupBook } from "./group-book.ts";
import { type KnockRow, knockRowShape } from "./group-link-row.ts";
import { type GroupMailer, inParts, type Letter, type Recipient } from "./group-mailer.ts";
import type { GroupParts } from "./group-service.ts";
import { type Groupmates, meetSecretOf } from "./groupmates.ts";
import { ownCertificate, signOperationAt } from "./own-operation.ts";

/** Groups asked into at one time. */
const MAX_KNOCKS = 32;

/** How soon a device that could not be met is looked for again, in ms: the first time, and at most. */
const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS: number = 10 * 60 * 1000;

/** Joins signed for one group in a run: a device that goes on answering with another place is not followed. */
const MAX_JOINS = 3;

interface Parts extends Pick<GroupParts, "core"> {
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
  readonly mates: Groupmates;
}

/** Where one account waits at the door. */
export class GroupKnocks {
  readonly #parts: Parts;
  readonly #table: Table<KnockRow>;
  readonly #rows = new Map<GroupId, KnockRow>();
  readonly #tries = new Map<GroupId, { readonly cancel: Cancel; readonly afterMs: number }>();
  readonly #joins = new Map<GroupId, number>();
  #isAskedAgain = false;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#table = createTable(parts.core.store, "group-knock", knockRowShape);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#table.list()) this.#rows.set(value.group, value);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#tries.values()) cancel();
    this.#tries.clear();
  }

  all(): readonly KnockRow[] {
    return [...this.#rows.values()];
  }

  get(group: GroupId): KnockRow | undefined {
    return this.#rows.get(group);
  }

  /** Asks by a link; what cannot be said now is said later. @throws MessengerError INVITE_OWN, CONTACT_BLOCKED, NOT_ACCEPTED, KNOCKS_FULL. */
  async ask({ boxes, ...invite }: GroupInvite): Promise<KnockRow> {
    const { core } = this.#parts;
    await this.#check(invite.account);
    if (!this.#rows.has(invite.group) && this.#rows.size >= MAX_KNOCKS) {
      throw new MessengerError("KNOCKS_FULL", "give up waiting for another group first", {
        details: { limit: MAX_KNOCKS },
      });
    }
    const row: KnockRow = { ...invite, boxes, askedAtMs: core.clock.nowMs(), state: "asking" };
    this.#joins.delete(invite.group);
    await this.#commit(row);
    void this.#reach(invite.group);
    return row;
  }

  async #check(host: KnockRow["account"]): Promise<void> {
    const { core } = this.#parts;
    if (host === core.account.id) throw new MessengerError("INVITE_OWN", "this link is your own");
    const relation = core.people.contact(host)?.relation;
    if (relation === "blocked") throw new MessengerError("CONTACT_BLOCKED", "you blocked the person of this link");
    if (relation === "requesting" && (await core.messages.list(host, 1)).length > 0) {
      throw new MessengerError("NOT_ACCEPTED", "answer the request of the person of this link first");
    }
  }

  async #commit(row: KnockRow): Promise<void> {
    const draft = new Draft(this.#parts.core);
    this.#put(draft, row);
    await draft.commit();
  }

  #put(draft: Draft, row: KnockRow): void {
    this.#rows.set(row.group, row);
    draft.add(this.#table.put(this.#parts.book.key(row.group), row));
    draft.tell({ type: "group.changed", group: row.group });
  }

  #remove(group: GroupId): StoreChange {
    this.#rows.delete(group);
    this.#tries.get(group)?.cancel();
    this.#tries.delete(group);
    return this.#table.remove(this.#parts.book.key(group));
  }

  /** Gives up: who has signed a join takes it back. Does nothing where nothing was asked. */
  async giveUp(group: GroupId): Promise<void> {
    const { mailer } = this.#parts;
    await mailer.inTurn(group, async () => {
      const row = this.#rows.get(group);
      if (row === undefined) return;
      await mailer.post(await this.#takenBack(row), (draft) => {
        draft.add(this.#remove(group));
        draft.tell({ type: "group.changed", group });
      });
    });
  }

  async #takenBack({ group, account, device, join, state }: KnockRow): Promise<readonly Letter[]> {
    const { core } = this.#parts;
    const read = join === undefined ? null : readOperation(core.suite, join);
    if (!read?.ok || (state !== "asking" && state !== "waiting")) return [];
    const { id, operation } = read.value;
    const act: GroupAct = { type: "leave", certificate: ownCertificate(core) };
    const leave = await signOperationAt(core, { group, parents: [id], seq: operation.seq + 1 }, act);
    return [{ account, device, mail: { type: "operations", group, operations: [leave.encoded] } }];
  }

  /** Tries again what was not said; once in a run all are asked again: part of an answer may have been lost with the last one. */
  async wake(): Promise<void> {
    for (const row of this.#rows.values()) {
      if (row.isSent === undefined) await this.#reach(row.group);
      else if (!this.#isAskedAgain && row.state === "asking") await this.#knock(row);
    }
    this.#isAskedAgain = true;
  }

  async #reach(group: GroupId): Promise<void> {
    const row = this.#rows.get(group);
    if (row === undefined || row.isSent === true || this.#isStopped) return;
    const { core, book, mates } = this.#parts;
    const { account, device, boxes } = row;
    const places = boxes.map(({ boxId: box, relay }) => ({ account, device, box, ...relay }));
    await core.store.commit(book.addPlaces(places));
    if (await mates.reach({ account, device })) return this.#knock(row);
    const before = this.#tries.get(group);
    before?.cancel();
    const afterMs = Math.min(before === undefined ? FIRST_RETRY_MS : 2 * before.afterMs, MAX_RETRY_MS);
    if (this.#isStopped) return;
    this.#tries.set(group, { afterMs, cancel: core.clock.after(afterMs, () => void this.#reach(group)) });
  }

  #knock({ group }: KnockRow): Promise<void> {
    const { mailer } = this.#parts;
    return mailer.inTurn(group, async () => {
      const row = this.#rows.get(group);
      if (row === undefined) return;
      await mailer.post([this.#words(row)], (draft) => {
        const current = this.#rows.get(group);
        if (current !== undefined) this.#put(draft, { ...current, isSent: true });
      });
    });
  }

  /** What requests to a device show that was asked: it need not take in anybody else. */
  tokenFor(device: DeviceId): Uint8Array | undefined {
    const row = this.all().find((each) => each.device === device);
    return row && linkToken(this.#parts.core.suite, row.secret);
  }

  /**
   * Whether a request of somebody unknown shows that they belong to a group that was asked, and may come before its log; or to
   * one that was joined, and came to it later.
   */
  isFromGroup(token: Uint8Array): boolean {
    const { core, book } = this.#parts;
    const asked = this.all().filter(({ join }) => join !== undefined);
    const joined = book.all().flatMap(({ row }) => (row.standing === "joined" ? [row] : []));
    return [...asked, ...joined].some(({ group }) => {
      return equalBytes(linkToken(core.suite, meetSecretOf(group)), token);
    });
  }

  /** An answer of the device that was asked; the caller holds the person's lock and commits the draft. @returns whether it was asked. */
  takeAnswer(draft: Draft, from: Recipient, mail: Extract<GroupMail, { type: "open" | "door" }>): boolean {
    const row = this.#rows.get(mail.group);
    if (row === undefined || row.account !== from.account || row.device !== from.device) return false;
    if (mail.type === "door") this.#put(draft, { ...row, state: mail.word });
    else if (mail.seq < 1 || mail.seq > MAX_GROUP_OPERATIONS) return false;
    else draft.afterwards(() => void this.#join(mail.group, mail.heads, mail.seq));
    return true;
  }

  /** What a member shows who came before the log: it is asked for, should the device that was asked be gone. @returns the letters. */
  askFor(group: GroupId, from: Recipient, heads: readonly OperationId[]): readonly Letter[] {
    const row = this.#rows.get(group);
    if (row?.join === undefined || row.device === from.device || heads.length === 0) return [];
    return [{ ...from, mail: { type: "ask", group, wanted: heads, heads: [] } }];
  }

  #join(group: GroupId, heads: readonly OperationId[], seq: number): Promise<void> {
    const { mailer } = this.#parts;
    return mailer.inTurn(group, async () => {
      const row = this.#rows.get(group);
      const count = (this.#joins.get(group) ?? 0) + 1;
      if (row === undefined || count > MAX_JOINS) return;
      this.#joins.set(group, count);
      const known = this.#lacking(row, seq);
      if (known.length > 0) return mailer.post([...known, this.#words(row)]);
      const join = this.#signed(row, seq) ?? (await this.#sign(row, heads, seq));
      const { account, device } = row;
      await mailer.post([{ account, device, mail: { type: "operations", group, operations: [join] } }], (draft) => {
        const current = this.#rows.get(group);
        if (current !== undefined) this.#put(draft, { ...current, join });
      });
    });
  }

  /** Who was in the group before may have done what the device that answers has not heard: it is told first. */
  #lacking({ group, account, device }: KnockRow, seq: number): readonly Letter[] {
    const { core, book } = this.#parts;
    const log = book.get(group)?.log;
    const self = core.account.device.deviceId;
    if (log === undefined || seq >= nextSeq(log, self)) return [];
    const own = log.operations.filter(({ read }) => read.operation.device === self).map(({ read }) => read.id);
    return inParts(operationsFor(log, own, [], MAX_GROUP_LOG_BYTES)).map((operations): Letter => {
      return { account, device, mail: { type: "operations", group, operations } };
    });
  }

  #words({ group, account, device, secret }: KnockRow): Letter {
    const { core } = this.#parts;
    const self = { group, account: core.account.id, device: core.account.device.deviceId };
    return { account, device, mail: { type: "knock", group, token: knockToken(core.suite, secret, self) } };
  }

  /** The join of this number that was signed before: a device signs no number twice while it can help it. */
  #signed({ join }: KnockRow, seq: number): Uint8Array | undefined {
    const read = join === undefined ? null : readOperation(this.#parts.core.suite, join);
    return read?.ok && read.value.operation.seq === seq ? join : undefined;
  }

  async #sign({ group, secret }: KnockRow, heads: readonly OperationId[], seq: number): Promise<Uint8Array> {
    const { core } = this.#parts;
    const { id: author, device } = core.account;
    const pass = await signPass(core.suite, linkSeedOf(core.suite, secret, group), {
      group,
      author,
      device: device.deviceId,
    });
    const act: GroupAct = { type: "join", certificate: ownCertificate(core), pass };
    const place = { group, parents: [...new Set(heads)].sort(), seq };
    return (await signOperationAt(core, place, act)).encoded;
  }

  /** Whether a log that was not known is the one that was asked for, and this device belongs to it now. */
  isAnswer({ group, state }: GroupLog): boolean {
    const { id, device } = this.#parts.core.account;
    const isThere = memberOf(state, id)?.devices.some((each) => each.device === device.deviceId) === true;
    return isThere && this.#rows.get(group)?.join !== undefined;
  }

  /** Forgets what was asked: the group is joined. */
  settle(draft: Draft, group: GroupId): void {
    if (this.#rows.has(group)) draft.add(this.#remove(group));
  }
}
