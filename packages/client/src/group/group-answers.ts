/** What devices ask each other about a group: operations one of them lacks, and the start of a chain. */
import {
  type GroupId,
  type GroupMail,
  MAX_GROUP_LOG_BYTES,
  missingOf,
  nextParents,
  type OperationId,
  operationsFor,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupExits } from "./group-exits.ts";
import { type GroupMailer, inParts, type Recipient } from "./group-mailer.ts";
import { chainStart } from "./group-sealer.ts";
import { mayAsk } from "./standing.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
  readonly exits: GroupExits;
}

/** Asks and answers. */
export class GroupAnswers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Asks a device for operations and all they come after. */
  async ask(group: GroupId, from: Recipient, wanted: readonly OperationId[]): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    const heads = log === undefined ? [] : nextParents(log);
    if (wanted.length > 0) await this.send(from, { type: "ask", group, wanted, heads });
  }

  /** Who has more tells it, who lacks some asks. */
  async compare(group: GroupId, from: Recipient, heads: readonly OperationId[]): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    if (log === undefined) return;
    await this.ask(group, from, missingOf(log, heads));
    await this.answer(group, from, log.heads, heads);
  }

  /** Tells a device what it wants, beyond what it has. */
  async answer(
    group: GroupId,
    from: Recipient,
    wanted: readonly OperationId[],
    have: readonly OperationId[],
  ): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    if (log === undefined) return;
    // Who was removed learns that, and nothing after it.
    if (!mayAsk(log, this.#parts.core.account.id, from)) return this.#parts.exits.show(group, from);
    for (const operations of inParts(operationsFor(log, wanted, have, MAX_GROUP_LOG_BYTES))) {
      await this.send(from, { type: "operations", group, operations });
    }
  }

  /** Gives a device the chain of this one again. */
  async tellKey(group: GroupId, to: Recipient): Promise<void> {
    const { core, book } = this.#parts;
    const known = book.get(group);
    const chain = book.chain(group);
    const isMember = known !== undefined && mayAsk(known.log, core.account.id, to);
    const isGiven = chain?.given.some(({ device }) => device === to.device) === true;
    if (chain === undefined || !isMember || !isGiven) return;
    // Only from the next message on, unless the device never had what it was given.
    const given = chain.given.find(({ device }) => device === to.device)?.distribution;
    await this.send(to, { type: "key", group, distribution: given ?? chainStart(chain) });
  }

  /** Says one thing to one device. */
  send(to: Recipient, mail: GroupMail): Promise<void> {
    return this.#parts.mailer.post([{ ...to, mail }]);
  }
}
