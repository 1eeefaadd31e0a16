/** Whom a step of a group is told, and what somebody new has to be told of it. */
import {
  type AccountId,
  type ChainState,
  type GroupAct,
  type GroupLog,
  type GroupMail,
  isRevoked,
  MAX_GROUP_LOG_BYTES,
  MAX_MAILED_PLACES,
  type OperationId,
  operationsFor,
  type VerifiedOperation,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import { heldChain } from "../people/take-chain.ts";
import { piecesOf } from "../pieces.ts";
import type { KnownGroup } from "./group-book.ts";
import { askedBy } from "./group-exits.ts";
import { inParts, type Letter, type Recipient } from "./group-mailer.ts";
import type { Groupmates } from "./groupmates.ts";

/** Writes the letters of one account's groups. */
export class GroupLetters {
  readonly #core: Core;
  readonly #mates: Groupmates;
  readonly #chains = new WeakMap<readonly Uint8Array[], ChainState | null>();

  constructor(core: Core, mates: Groupmates) {
    this.#core = core;
    this.#mates = mates;
  }

  /** All other devices of the group, without those that are revoked as far as is known here. */
  others({ state }: GroupLog): readonly Recipient[] {
    const self = this.#core.account.device.deviceId;
    return state.members
      .flatMap(({ account, devices }) => devices.map(({ device }) => ({ account, device })))
      .filter((each) => each.device !== self && !this.isRevoked(each));
  }

  /** What the account's chain says goes before the log: whoever was revoked reads nothing more, also before it is retired. */
  isRevoked({ account, device }: Recipient): boolean {
    const chain = account === this.#core.account.id ? this.#core.account.chain : this.#chainOf(account);
    return chain !== null && isRevoked(chain, device);
  }

  /** One that is yet to be decided about counts too: who has the words took every device out that came before. */
  #chainOf(account: AccountId): ChainState | null {
    const contact = this.#core.people.contact(account);
    const entries = contact?.replaced?.chain ?? contact?.chain;
    if (entries === undefined) return null;
    const known = this.#chains.get(entries);
    if (known !== undefined) return known;
    const chain = heldChain(this.#core, entries);
    this.#chains.set(entries, chain);
    return chain;
  }

  /**
   * Who asked us hears of our answer also when they have left: they may be the only one who knows the others. So does who
   * asked somebody whom we remove: nobody else may know a way to that person.
   */
  hosts({ row, log }: KnownGroup, act: GroupAct): readonly Recipient[] {
    if (act.type === "join") return row.invitedBy === undefined ? [] : this.devicesOf(row.invitedBy);
    const host = act.type === "remove" ? askedBy(log, act.account) : undefined;
    return host === undefined || host === this.#core.account.id ? [] : this.devicesOf(host);
  }

  /** Guests that are known here and asked; who waits at the door is told nothing. */
  guests({ state }: GroupLog): readonly Recipient[] {
    return state.guests
      .filter(({ account, waiting }) => account !== this.#core.account.id && waiting === undefined)
      .flatMap(({ account }) => this.devicesOf(account));
  }

  /** An operation for all who belong to the group before or after it, and for others. */
  toAll(
    logs: readonly GroupLog[],
    { group, encoded }: VerifiedOperation,
    others: readonly Recipient[],
  ): readonly Letter[] {
    const all = new Map([...others, ...logs.flatMap((log) => this.others(log))].map((to) => [to.device, to]));
    return [...all.values()].map((to) => ({ ...to, mail: { type: "operations", group, operations: [encoded] } }));
  }

  /** All of a group for somebody who is asked to join it, and where its members can be met. */
  invitation(log: GroupLog, act: GroupAct): readonly Letter[] {
    if (act.type !== "add") return [];
    const mails = this.logMails(log, [], act.account);
    return this.devicesOf(act.account).flatMap((to) => mails.map((mail) => ({ ...to, mail })));
  }

  /** What somebody has not got of a log, in as many mails as it takes, and where the others can be met. */
  logMails(log: GroupLog, have: readonly OperationId[], account: AccountId): readonly GroupMail[] {
    const { group } = log;
    const mails: GroupMail[] = [];
    const missing = operationsFor(log, log.heads, have, MAX_GROUP_LOG_BYTES);
    for (const operations of inParts(missing)) {
      mails.push({ type: "operations", group, operations });
    }
    return [...mails, ...this.#placeMails(log, account)];
  }

  #placeMails(log: GroupLog, account: AccountId): readonly GroupMail[] {
    const places = this.#mates.placesOf(log, account);
    return piecesOf(places, MAX_MAILED_PLACES).map((piece): GroupMail => {
      return { type: "places", group: log.group, places: piece };
    });
  }

  /** Guests of somebody who leaves are pointed to the others: they may know nobody else. */
  handover(log: GroupLog, act: GroupAct): readonly Letter[] {
    if (act.type !== "leave") return [];
    return this.guests(log).flatMap((to) => this.#placeMails(log, to.account).map((mail) => ({ ...to, mail })));
  }

  /** Our other devices, whether or not they belong to the group yet. */
  own(): readonly Recipient[] {
    return this.devicesOf(this.#core.account.id);
  }

  /** The devices of somebody that are known here. */
  devicesOf(account: AccountId): readonly Recipient[] {
    return this.#core.people.peersOf(account).map(({ row }) => ({ account, device: row.device }));
  }
}
