/**
 * What somebody has to know to see that they are in a group no more. They see nothing that was done afterwards.
 * @see docs/spec/10-group.md (Who does not know that they are out)
 */
import type { AccountId } from "../ids.ts";
import { takesRights } from "./conflict.ts";
import type { OperationId } from "./group-ids.ts";
import { type GroupLog, stateAfter } from "./group-log.ts";
import { isThere, memberOf } from "./group-state.ts";
import type { PlacedOperation } from "./placed.ts";

/**
 * The operations that show somebody, who knows all they did and who asked them, that they do not belong to the group.
 * @returns none for members and guests, for who never had to do with the group, and for who used its link and was told nothing.
 */
export function wayOut(log: GroupLog, account: AccountId): readonly OperationId[] {
  if (isThere(log.state, account) || !wasTold(log, account)) return [];
  const known = idsOf(log.operations.filter((each) => isAbout(each, account)));
  if (known.length === 0) return [];
  const isEnough = (ids: readonly OperationId[]): boolean => !isThere(stateAfter(log, [...known, ...ids]), account);
  if (isEnough([])) return known;
  const takers = log.operations.filter((each) => takesRights(each) && !log.voided.has(each.read.id)).reverse();
  const removal = takers.find(({ read }) => {
    const { act } = read.operation;
    return act.type === "remove" && act.account === account && isEnough([read.id]);
  });
  // Otherwise it was somebody they owed their place to who had no right to give it.
  return removal === undefined ? idsOf(takers) : [removal.read.id];
}

/** Whether somebody was ever given the operations of a group: by an invitation, or as a member. */
function wasTold(log: GroupLog, account: AccountId): boolean {
  return log.operations.some(({ read: { id, operation } }) => {
    const { act, author } = operation;
    if (act.type === "add") return act.account === account;
    // Who gives up waiting shows a certificate, as do guests, whom an `add` has told.
    const isGuests = act.type === "leave" && act.certificate !== undefined;
    if (author !== account || isGuests) return false;
    return act.type !== "join" || act.pass === undefined || memberOf(stateAfter(log, [id]), account) !== undefined;
  });
}

function isAbout({ read: { operation } }: PlacedOperation, account: AccountId): boolean {
  const { act, author } = operation;
  return author === account || (act.type === "add" && act.account === account);
}

function idsOf(operations: readonly PlacedOperation[]): readonly OperationId[] {
  return operations.map(({ read }) => read.id);
}
