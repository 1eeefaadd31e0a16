/**
 * Invite links of groups, on the device that made one: who asks by it is told what a join comes after, and then how they
 * stand. What they were told is kept, so that it is said again, or what has changed, after every restart.
 */
import {
  type BoxRef,
  equalBytes,
  fitGroupInvite,
  type GroupAct,
  type GroupId,
  groupInviteToText,
  isThere,
  type Knocker,
  knockToken,
  linkSeedOf,
  linkToken,
  MAX_RELAYS,
  type OperationId,
  plainGroupName,
  type TakenOperations,
  toHex,
} from "@kith/protocol";
import { Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import { forgetPerson } from "../people/forget.ts";
import { createTable, type Table } from "../store/table.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type { GroupLetters } from "./group-letters.ts";
import {
  type KnockerRow,
  knockerRowShape,
  type LinkRow,
  linkRowShape,
  MAX_OWN_LINKS,
  type OwnLink,
} from "./group-link-row.ts";
import type { GroupMailer, Letter, Recipient } from "./group-mailer.ts";
import type { GroupParts } from "./group-service.ts";
import type { Groupmates } from "./groupmates.ts";
import { type Outcome, outcomeOf } from "./knock-outcome.ts";

/** People at the doors of all groups who are remembered; of the others the longest waiting goes, and has to ask again. */
const MAX_KNOCKERS = 64;

/** Operations of somebody's device that others are told of: the join, and that they gave up. */
const TOLD_OPERATIONS = 2;

interface Parts extends Pick<GroupParts, "core" | "sender" | "boxes"> {
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
  readonly letters: GroupLetters;
  readonly mates: Groupmates;
  readonly act: (group: GroupId, act: GroupAct) => Promise<void>;
}

/** The links of one account that this device answers for. */
export class GroupLinks {
  readonly #parts: Parts;
  readonly #linkRows: Table<LinkRow>;
  readonly #knockerRows: Table<KnockerRow>;
  readonly #links = new Map<GroupId, LinkRow>();
  readonly #knockers = new Map<string, KnockerRow>();
  /** What requests show of whoever has a link of this device, in hex. */
  readonly #tokens = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#linkRows = createTable(parts.core.store, "group-link", linkRowShape);
    this.#knockerRows = createTable(parts.core.store, "group-knocker", knockerRowShape);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#linkRows.list()) this.#setLinks(value);
    for (const { key, value } of await this.#knockerRows.list()) this.#knockers.set(key, value);
  }

  #setLinks(row: LinkRow): void {
    this.#links.set(row.group, row);
    for (const { secret } of row.links) this.#tokens.add(toHex(linkToken(this.#parts.core.suite, secret)));
  }

  /** Turns a link on that replaces the one of before. @throws MessengerError GROUP_REFUSED, RELAY_NONE. */
  async open(group: GroupId, needsApproval: boolean): Promise<void> {
    const { core, act } = this.#parts;
    await this.#boxes();
    const secret = core.random(16);
    const key = await core.suite.ed25519PublicKey(linkSeedOf(core.suite, secret, group));
    const links = [{ secret, key }, ...this.#linksOf(group)].slice(0, MAX_OWN_LINKS);
    const row = { group, links };
    this.#setLinks(row);
    // First, so that nobody comes by a link that is not known here after a crash.
    await core.store.commit([this.#linkRows.put(this.#parts.book.key(group), row)]);
    await act(group, { type: "link", key, ...(needsApproval ? { needsApproval: true as const } : {}) });
  }

  /** Turns the link off; does nothing when there is none. @throws MessengerError GROUP_REFUSED. */
  async close(group: GroupId): Promise<void> {
    if (this.#parts.book.require(group).log.state.link.key !== undefined)
      await this.#parts.act(group, { type: "link" });
  }

  /** The link as it is given to people; null when there is none, or another device made it. @throws MessengerError RELAY_NONE. */
  async textOf({ row: { group }, log: { state } }: KnownGroup): Promise<string | null> {
    const { core } = this.#parts;
    const own = this.ownLink(group, state.link.key);
    if (own === undefined) return null;
    const { account } = core;
    const invite = {
      group,
      secret: own.secret,
      name: plainGroupName(state.name.text),
      ...(state.link.needsApproval ? { needsApproval: true as const } : {}),
      account: account.id,
      device: account.device.deviceId,
      boxes: await this.#boxes(),
    };
    return groupInviteToText(fitGroupInvite(invite));
  }

  async #boxes(): Promise<readonly BoxRef[]> {
    const boxes = await this.#parts.boxes();
    if (boxes.length > 0) return boxes.slice(0, MAX_RELAYS);
    throw new MessengerError("RELAY_NONE", "no relay keeps a box for you right now");
  }

  /** The link of this device that has a public key. */
  ownLink(group: GroupId, key: Uint8Array | undefined): OwnLink | undefined {
    return key === undefined ? undefined : this.#linksOf(group).find((link) => equalBytes(link.key, key));
  }

  #linksOf(group: GroupId): readonly OwnLink[] {
    return this.#links.get(group)?.links ?? [];
  }

  /** Whether a request of somebody unknown shows that they were given a link of this device. */
  isFromLink(token: Uint8Array): boolean {
    return this.#tokens.has(toHex(token));
  }

  #usedLink(knocker: Knocker, token: Uint8Array): OwnLink | undefined {
    const { suite } = this.#parts.core;
    return this.#linksOf(knocker.group).find(({ secret }) => equalBytes(knockToken(suite, secret, knocker), token));
  }

  /** Somebody asks; the caller holds the person's lock and commits the draft. @returns whether by a link of this device. */
  takeKnock(draft: Draft, group: GroupId, from: Recipient, token: Uint8Array): boolean {
    const link = this.#usedLink({ group, ...from }, token);
    if (link === undefined) {
      const mail = { type: "door", group, word: "off" } as const;
      draft.afterwards(() => void this.#parts.mailer.post([{ ...from, mail }]));
      return false;
    }
    const row = { group, ...from, key: link.key, atMs: this.#parts.core.clock.nowMs() };
    draft.add(this.#setKnocker(row));
    draft.afterwards(() => {
      void this.follow(group);
      void this.#trim();
    });
    return true;
  }

  #keyOf({ group, device }: Pick<KnockerRow, "group" | "device">): string {
    return `${this.#parts.book.key(group)}/${this.#parts.core.people.peerKey(device)}`;
  }

  #setKnocker(row: KnockerRow) {
    const key = this.#keyOf(row);
    this.#knockers.delete(key);
    this.#knockers.set(key, row);
    return this.#knockerRows.put(key, row);
  }

  #removeKnocker(row: KnockerRow) {
    const key = this.#keyOf(row);
    this.#knockers.delete(key);
    return this.#knockerRows.remove(key);
  }

  /** Who holds a link can come as many people: those who got no further are forgotten, with what made them known. */
  async #trim(): Promise<void> {
    const { core, sender, book } = this.#parts;
    const idle = [...this.#knockers.values()].filter(({ told }) => told !== "waiting");
    for (const row of idle.slice(0, Math.max(0, this.#knockers.size - MAX_KNOCKERS))) {
      const draft = new Draft(core);
      draft.add(this.#removeKnocker(row));
      await draft.commit();
      const isThereIn = book.all().some(({ log }) => isThere(log.state, row.account));
      const isMember = core.people.contact(row.account)?.relation === "member";
      if (isMember && !isThereIn) await forgetPerson({ core, sender }, row.account);
    }
  }

  /**
   * Whether what somebody at the door sent is not taken: a join that the link no longer covers. It leaves nothing in the log,
   * and they are told how they stand. The caller holds the person's lock and commits the draft.
   */
  refuses(draft: Draft, from: Recipient, { log, taken, refused }: TakenOperations): boolean {
    if (log === null) return false;
    const knocker = this.#knockers.get(this.#keyOf({ group: log.group, device: from.device }));
    if (knocker?.account !== from.account) return false;
    const isOwnJoin = (id: OperationId): boolean => {
      const operation = log.byId.get(id)?.read.operation;
      return operation?.act.type === "join" && operation.device === from.device && operation.author === from.account;
    };
    const isVoid = taken.some((id) => log.voided.has(id) && isOwnJoin(id));
    const isRefused = taken.length === 0 && refused.length > 0 && knocker.told === "open";
    if (!isVoid && !isRefused) return false;
    const { told: _, ...again } = knocker;
    draft.add(this.#setKnocker(again));
    draft.afterwards(() => void this.follow(log.group));
    return true;
  }

  /** Tells everybody at the door of a group how they stand, where that is news to them. */
  follow(group: GroupId): Promise<void> {
    const { mailer, book } = this.#parts;
    return mailer.inTurn(group, async () => {
      const rows = [...this.#knockers.values()].filter((each) => each.group === group);
      for (const row of rows) {
        const known = book.get(group);
        const outcome = known === undefined ? { type: "off" as const } : outcomeOf(known, row);
        if (outcome.type !== row.told) await this.#tell(known, row, outcome);
      }
    });
  }

  /** The same for all groups. */
  async followAll(): Promise<void> {
    for (const group of new Set([...this.#knockers.values()].map((row) => row.group))) await this.follow(group);
  }

  async #tell(known: KnownGroup | undefined, row: KnockerRow, outcome: Outcome): Promise<void> {
    const { mailer } = this.#parts;
    const letters = [...this.#answer(known, row, outcome), ...this.#news(known, row, outcome)];
    await mailer.post(letters, (draft) => {
      // They may have asked again meanwhile.
      if (this.#knockers.get(this.#keyOf(row)) !== row) return;
      if (outcome.type === "in" || outcome.type === "left") draft.add(this.#removeKnocker(row));
      else {
        const seq = outcome.type === "open" ? { seq: outcome.seq } : {};
        draft.add(this.#setKnocker({ ...row, told: outcome.type, ...seq }));
      }
    });
  }

  #answer(known: KnownGroup | undefined, row: KnockerRow, outcome: Outcome): readonly Letter[] {
    const { group, account, device } = row;
    const to = { account, device };
    switch (outcome.type) {
      case "left":
        return [];
      case "in":
        return known === undefined
          ? []
          : this.#parts.letters.logMails(known.log, [], account).map((mail) => ({ ...to, mail }));
      case "open":
        return [{ ...to, mail: { type: "open", group, heads: outcome.heads, seq: outcome.seq } }];
      default:
        return [{ ...to, mail: { type: "door", group, word: outcome.type } }];
    }
  }

  /** The members hear from here of who came, waits or gave up, and where they can be met: nobody else knows them. */
  #news(known: KnownGroup | undefined, { group, account, device }: KnockerRow, { type }: Outcome): readonly Letter[] {
    if (known === undefined || (type !== "in" && type !== "waiting" && type !== "left")) return [];
    const { letters, mates } = this.#parts;
    const theirs = known.log.operations.filter(({ read }) => read.operation.device === device).slice(-TOLD_OPERATIONS);
    const operations = theirs.map(({ read }) => read.encoded);
    const places = mates.placesOfDevices(account);
    const others = [...letters.others(known.log), ...letters.own()].filter((each) => each.device !== device);
    return [...new Map(others.map((to) => [to.device, to])).values()].flatMap((to): Letter[] => [
      ...(operations.length === 0 ? [] : [{ ...to, mail: { type: "operations" as const, group, operations } }]),
      ...(places.length === 0 ? [] : [{ ...to, mail: { type: "places" as const, group, places } }]),
    ]);
  }
}
