/** People and messages as interfaces see them. */
import {
  accountToText,
  assessTrust,
  type Content,
  type DeliveryRecord,
  summarizeDelivery,
  viewContent,
} from "@kith/protocol";
import type { Contact, Message } from "../client.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { ContactRow } from "./contact-row.ts";

/** Characters of an account text in a name made from it: enough to tell apart in a list, never to compare by. */
const SHORT_ACCOUNT_CHARACTERS = 12;

/** A contact for an interface. */
export function contactView(row: ContactRow): Contact {
  const account = accountToText(row.account);
  const trust = assessTrust(row.trust);
  const shown =
    row.name ?? (row.handle === undefined ? `${account.slice(0, SHORT_ACCOUNT_CHARACTERS)}…` : `@${row.handle}`);
  return {
    account,
    name: shown,
    ...(row.handle === undefined ? {} : { handle: row.handle }),
    trust: trust.state,
    isByInvite: trust.byInvite,
    relation: row.relation,
    devices: row.devices.length,
  };
}

/** A message for an interface. */
export function messageView(row: MessageRow): Message {
  const base = {
    id: row.content.id,
    chat: accountToText(row.chat),
    isOwn: row.isOwn,
    ...textOf(row.content),
    sentAtMs: row.content.sentAtMs,
    ...(row.receivedAtMs === undefined ? {} : { receivedAtMs: row.receivedAtMs }),
    ...(row.missingBefore === undefined ? {} : { missingBefore: row.missingBefore }),
  };
  if (!row.isOwn) return { ...base, state: "received" };
  return { ...base, ...stateOf(summarizeDelivery(row.deliveries.map((each) => each.record))) };
}

function stateOf(record: DeliveryRecord): Pick<Message, "state" | "reason" | "heldBy"> {
  return {
    state: record.state,
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    heldBy: { relays: record.relays.length, isDirect: record.isDirect },
  };
}

function textOf(content: Content): Pick<Message, "text" | "isUnsupported"> {
  const view = viewContent(content);
  return view.ok && view.value.type === "text" ? { text: view.value.text } : { text: "", isUnsupported: true };
}
