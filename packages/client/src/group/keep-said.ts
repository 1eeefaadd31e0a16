/** Takes what a member said: a line of the chat, or what changes one. */
import {
  accountToText,
  type Content,
  type DeviceId,
  type GroupCopy,
  type GroupId,
  type GroupMessage,
  orderOf,
  toHex,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import { readOperation } from "../message/operations.ts";
import { UNREAD_LIFE_MS } from "../vanish/unread-life.ts";
import type { GroupBook } from "./group-book.ts";
import type { Recipient } from "./group-mailer.ts";
import type { GroupMessages } from "./group-messages.ts";
import { groupPlace, inRows } from "./group-place.ts";
import { MAX_NAMES, type SaidRow } from "./group-row.ts";
import { separateGroup } from "./group-vanish.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** What was opened, with the name of its sealed bytes. */
interface Said extends GroupMessage {
  readonly name: Uint8Array;
}

/** How far ahead of this device's clock another's may run, in ms. */
const MAX_ORDER_AHEAD_MS = 24 * 3600 * 1000;

/**
 * Keeps it as part of a draft; the caller holds the lock of its sender and has seen that they may speak.
 * @returns what another device of ours needs to have it too; null when it was here already.
 */
export async function keepSaid(parts: Parts, draft: Draft, from: Recipient, said: Said): Promise<GroupCopy | null> {
  const { core, book, messages } = parts;
  const { group, content, parents, name } = said;
  const nowMs = core.clock.nowMs();
  const isOwn = from.account === core.account.id;
  const orderMs = Math.min(orderOf(content), nowMs + MAX_ORDER_AHEAD_MS);
  const copy: GroupCopy = { author: from.account, content, orderMs, ...(isOwn ? {} : { receivedAtMs: nowMs }) };
  const awaits: Uint8Array[] = [];
  for (const parent of parents) if (!(await messages.hasName(group, parent))) awaits.push(parent);
  const kept = await keepContent(parts, draft, { group, device: from.device, awaits, copy, isNew: !isOwn });
  const row = book.get(group)?.row;
  if (row === undefined) return null;
  const isChild = (tip: Uint8Array): boolean => parents.some((parent) => toHex(parent) === toHex(tip));
  const tips = [...row.tips.filter((tip) => !isChild(tip)), name].slice(-MAX_NAMES);
  const isNews = kept === "line" && !isOwn;
  draft.add(book.setRow({ ...row, tips, unread: row.unread + (isNews ? 1 : 0) }));
  return kept === "known" ? null : copy;
}

/** What a content is kept with. */
interface Kept {
  readonly group: GroupId;
  readonly copy: GroupCopy;
  /** The device it came from. */
  readonly device: DeviceId;
  /** Names of messages it comes after that have not come. */
  readonly awaits: readonly Uint8Array[];
  /** Who passes it on, where it was said before we came. */
  readonly toldBy?: GroupCopy["author"];
  /** It is news to the person: said just now, and by somebody else. */
  readonly isNew?: boolean;
}

/** Takes an operation, or writes a new line after what waited for it; tells of a line, and of one that became another. @returns what it was. */
export function keepContent(parts: Parts, draft: Draft, kept: Kept): Promise<"line" | "operation" | "known"> {
  const { core, messages } = parts;
  const { group, copy, device, awaits } = kept;
  const { author, content, orderMs, receivedAtMs } = copy;
  const place = groupPlace(parts, group);
  const event = { type: "group.message", group, author: accountToText(author), id: content.id } as const;
  return inRows(core, group, async () => {
    const operation = readOperation(author, content);
    if (operation !== null) {
      await core.operations.take(core, draft, place, operation, content);
      return "operation";
    }
    if (await messages.isKnown(author, content.id)) {
      const known = kept.toldBy === undefined ? await place.find(author, content.id) : undefined;
      if (known?.toldBy === undefined) return "known";
      // It comes from its author now: that goes before what somebody said of it.
      const { toldBy: _, ...rest } = known;
      draft.add(messages.change(known, () => ({ ...rest, content, device, awaits })));
      draft.tell(event);
      return "operation";
    }
    if (content.vanishAfterMs !== undefined) await separateGroup(parts, group);
    const isOwn = author === core.account.id;
    const isRead = isOwn || copy.isRead === true;
    const reached = isOwn ? messages.early.take(draft, group, content.id) : undefined;
    const line: SaidRow = {
      group,
      author,
      content,
      orderMs,
      ...(receivedAtMs === undefined ? {} : { receivedAtMs }),
      deliveries: [],
      isRead,
      awaits,
      ...(isOwn ? { sentBy: device } : { device }),
      ...(reached === undefined ? {} : { reached }),
      ...(kept.toldBy === undefined ? {} : { toldBy: kept.toldBy }),
      ...vanishOf(core, content, isRead),
    };
    const met = await core.operations.meet(core, place, author, line);
    draft.add(...messages.put(met.row), ...met.changes);
    draft.tell(kept.isNew === true ? { ...event, isNew: true } : event);
    return "line";
  });
}

/** The time of what is unread begins when it is read; unread, it goes too. */
function vanishOf({ vanish }: Core, { vanishAfterMs }: Content, isRead: boolean): Pick<SaidRow, "vanish"> {
  if (vanishAfterMs === undefined) return {};
  const lifeMs = isRead ? vanishAfterMs : UNREAD_LIFE_MS;
  return { vanish: { untilMs: vanish.clock.nowMs() + lifeMs, isRunning: isRead } };
}
