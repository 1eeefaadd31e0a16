/** People, messages and relays in words; everything that others wrote is made safe to print here. */
import type { AccountStatus, Contact, Message, RelayStatus } from "@kith/client";
import { countText, type TextKey, text } from "../i18n/text.ts";
import { printableName, printableText } from "./printable.ts";

/** A person on one line: name, handle with how sure it is, account when nothing else names them. */
export function describeContact(contact: Contact): string {
  const parts = [printableName(contact.name)];
  if (contact.handle !== undefined) {
    parts.push(`${printableName(`@${contact.handle}`)} (${text(`trust.${contact.trust}`)})`);
  }
  if (contact.formerHandle !== undefined) {
    parts.push(text("contact.was", { handle: printableName(`@${contact.formerHandle}`) }));
  }
  if (contact.claimedName !== undefined) {
    parts.push(text("contact.claimedName", { name: printableName(contact.claimedName) }));
  }
  parts.push(text(`relation.${contact.relation}`));
  if (contact.isByInvite) parts.push(text("contact.byInvite"));
  if (contact.isClassicalOnly === true) parts.push(text("contact.classicalOnly"));
  parts.push(printableText(contact.account));
  return parts.join("  ");
}

/** How to name a person in a command. */
export function nameForCommand(contact: Contact): string {
  return printableText(contact.handle === undefined ? contact.account : `@${contact.handle}`);
}

const REASONS: Readonly<Record<string, TextKey>> = {
  "not-answered": "reason.not-answered",
  refused: "reason.refused",
  "no-device": "reason.no-device",
  expired: "reason.expired",
  deleted: "reason.deleted",
};

/** Where a message stands, in the words of the project: never more than what is known. */
export function describeState({ state, reason, heldBy }: Message): string {
  if (state === "failed") return text("state.failed", { reason: text(REASONS[reason ?? ""] ?? "reason.unknown") });
  if (state !== "sent") return text(`state.${state}`);
  if (heldBy?.isDirect === true) return text("state.direct");
  return heldBy === undefined || heldBy.relays === 0 ? text("state.sent") : countText("state.kept", heldBy.relays);
}

/** A time of this place, `2026-11-22 14:05`. */
export function describeTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A relay on one line. */
export function describeRelay({
  relay,
  addresses,
  source,
  state,
  isBox,
  isQueue,
  brokenPromises,
}: RelayStatus): string {
  const parts = [text(`relayState.${state}`).padEnd(11), text(`relaySource.${source}`), printableText(relay)];
  if (isBox) parts.push(`(${text("relays.box")})`);
  if (isQueue) parts.push(`(${text("relays.queue")})`);
  if (brokenPromises > 0) parts.push(`(${countText("relays.broken", brokenPromises)})`);
  return [...parts, ...addresses.map(printableText)].join("  ");
}

/** The account on one line. */
export function describeAccount({ state, account, handle }: AccountStatus): string {
  if (state !== "ready") return text(`account.${state}`);
  const known = account === undefined ? "" : printableText(account);
  if (handle === undefined) return known;
  return `${printableName(`@${handle.written}`)} (${text(`publication.${handle.publication}`)})  ${known}`;
}
