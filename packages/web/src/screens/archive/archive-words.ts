/** People and conversations of an X archive in words. */
import type { ArchivePerson, ArchiveThread } from "@kith/client/rpc";
import { plainName } from "../../i18n/bidi.ts";
import type { Text } from "../../i18n/text.ts";

/** `@handle`, or the number that X knows somebody by. */
export function personText({ id, handle }: ArchivePerson, text: Text): string {
  return handle === undefined ? text.say("archive.unnamed", { id }) : `@${handle}`;
}

/** The name of a group, else everybody but oneself. */
export function threadTitle({ isGroup, name, people }: ArchiveThread, ownId: string, text: Text): string {
  if (isGroup && name !== undefined) return plainName(name);
  const others = people.filter(({ id }) => id !== ownId);
  const shown = others.slice(0, 5).map((each) => personText(each, text));
  return shown.length === 0 ? text.say("archive.alone") : shown.join(", ");
}

/** A day, as the language writes it. */
export function dayText(atMs: number, text: Text): string {
  return new Intl.DateTimeFormat(text.locale, { dateStyle: "medium" }).format(atMs);
}
