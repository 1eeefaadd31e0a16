/**
 * People who are out of a group and do not know it: whoever removed them knew no way to them, or they did something at the
 * same time. Whoever sees that shows them the operations which took them out, and nothing that was done afterwards.
 */
import {
  type AccountId,
  type DeviceId,
  type GroupId,
  type GroupLog,
  isThere,
  MAX_GROUP_LOG_BYTES,
  type OperationId,
  operationsFor,
  wayOut,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { GroupBook } from "./group-book.ts";
import { type GroupMailer, inParts, type Letter, type Recipient } from "./group-mailer.ts";
import type { Groupmates } from "./groupmates.ts";

/** Devices remembered as shown the way out, so that those who go on asking cost nothing more. */
const MAX_SHOWN = 256;

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
  readonly mates: Groupmates;
}

/** Shows people out. */
export class GroupExits {
  readonly #parts: Parts;
  readonly #shown = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Shows a device whose account does not belong to a group, but did or was asked to, what took it out; once. */
  async show(group: GroupId, to: Recipient): Promise<void> {
    const { core, book, mailer, mates } = this.#parts;
    const known = book.get(group);
    if (known === undefined || known.row.standing === "invited" || to.account === core.account.id) return;
    const { log } = known;
    const ends = wayOut(log, to.account);
    if (ends.length === 0 || !this.#isFirst(`${group}/${to.device}/${ends.join()}`)) return;
    const parts = inParts(operationsFor(log, ends, operationsOf(log, to.device), MAX_GROUP_LOG_BYTES));
    await mailer.post(parts.map((operations): Letter => ({ ...to, mail: { type: "operations", group, operations } })));
    await mates.reach(to);
  }

  #isFirst(exit: string): boolean {
    if (this.#shown.has(exit)) return false;
    this.#shown.add(exit);
    const [oldest] = this.#shown;
    if (oldest !== undefined && this.#shown.size > MAX_SHOWN) this.#shown.delete(oldest);
    return true;
  }

  /** Shows all out whom new operations took out of a group, or who did something in it that does not count. */
  async follow(group: GroupId, taken: readonly OperationId[]): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    if (log === undefined) return;
    for (const account of new Set(taken.flatMap((id) => concernedBy(log, id)))) {
      if (isThere(log.state, account)) continue;
      const asked = askedBy(log, account) === this.#parts.core.account.id ? this.#devicesOf(account) : [];
      for (const device of new Set([...asked, ...devicesAtFault(log, account)])) {
        await this.show(group, { account, device });
      }
    }
  }

  #devicesOf(account: AccountId): readonly DeviceId[] {
    return this.#parts.core.people.peersOf(account).map(({ row }) => row.device);
  }
}

function concernedBy({ byId }: GroupLog, id: OperationId): readonly AccountId[] {
  const operation = byId.get(id)?.read.operation;
  if (operation === undefined) return [];
  const { act, author } = operation;
  return act.type === "remove" ? [author, act.account] : [author];
}

/** Who asked somebody last: nobody else may know a way to them. */
export function askedBy({ operations }: GroupLog, account: AccountId): AccountId | undefined {
  const add = [...operations].reverse().find(({ read: { operation } }) => {
    return operation.act.type === "add" && operation.act.account === account;
  });
  return add?.read.operation.author;
}

function operationsOf({ operations }: GroupLog, device: DeviceId): readonly OperationId[] {
  return operations.filter(({ read }) => read.operation.device === device).map(({ read }) => read.id);
}

/** Devices of somebody with operations that do not count: they had not heard what was done about them. */
function devicesAtFault({ operations, voided }: GroupLog, account: AccountId): readonly DeviceId[] {
  const theirs = operations.filter(({ read }) => read.operation.author === account && voided.has(read.id));
  return theirs.map(({ read }) => read.operation.device);
}
