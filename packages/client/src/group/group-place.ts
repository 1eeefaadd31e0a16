/** What is said in a group, as operations see it. Members speak side by side: what changes lines takes turns here. */
import { type AccountId, accountToText, type GroupId } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { MessagePlace } from "../message/operations.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMessages } from "./group-messages.ts";
import type { SaidRow } from "./group-row.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** The lines of one group; whoever takes or meets operations there does it in `inRows`. */
export function groupPlace({ core, book, messages }: Parts, group: GroupId): MessagePlace<SaidRow> {
  return {
    chatKey: book.key(group),
    // A member may not be known yet where the operation comes first: whose name it is decides when the message comes.
    nameOf: (author, id) => `${core.people.chatKey(author)}/${id}`,
    async find(author, id) {
      const row = await messages.find(author, id);
      return row?.group === group && row.content.id === id ? row : undefined;
    },
    isKnown: (author, id) => messages.isKnown(author, id),
    change(draft, row, make) {
      draft.add(messages.change(row, make));
      draft.tell({ type: "group.message", group, author: accountToText(row.author), id: row.content.id });
    },
  };
}

/** Steps that read and then change lines of a group, one after the other; inside it no other lock is taken. */
export function inRows<T>({ lock }: Pick<Core, "lock">, group: GroupId, task: () => Promise<T>): Promise<T> {
  return lock.run(`group-rows/${group}`, task);
}

/** Names what somebody said. */
export interface SaidName {
  readonly author: AccountId;
  readonly id: SaidRow["content"]["id"];
}
