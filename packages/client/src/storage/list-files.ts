/** The messages that offer files. */
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import { requireGroups } from "../file/group-offers.ts";
import type { ListedFile } from "../file/named-file.ts";
import { hasFile } from "../file/offering.ts";
import { viewMessage } from "../message/message-view.ts";
import { requireContact } from "../people/who.ts";

/** Messages of one chat looked through for files. */
const MAX_LOOKED_AT = 500;

/** Newest first, those whose bytes move or wait before all others. @throws MessengerError as for names. */
export async function listFiles(
  core: Core,
  { who, group }: { readonly who: string | undefined; readonly group: string | undefined },
  limit: number,
): Promise<readonly Message[]> {
  const found: ListedFile[] = [];
  if (group === undefined) found.push(...(await filesOfChats(core, who)));
  const groups = group === undefined ? core.others.groupFiles : requireGroups(core);
  if (who === undefined && groups !== undefined) found.push(...(await groups.list(group)));
  const isLive = ({ name }: ListedFile): boolean => core.files.activity(name) !== undefined;
  found.sort((a, b) => Number(isLive(b)) - Number(isLive(a)) || b.orderMs - a.orderMs);
  return Promise.all(found.slice(0, limit).map((each) => each.view()));
}

async function filesOfChats(core: Core, who: string | undefined): Promise<readonly ListedFile[]> {
  const chats = who === undefined ? core.people.contacts() : [requireContact(core.people, who)];
  const found: ListedFile[] = [];
  for (const { account } of chats) {
    for (const row of await core.messages.list(account, MAX_LOOKED_AT)) {
      const { chat, isOwn, content, orderMs } = row;
      const name = { chat, isOwn, id: content.id };
      if (hasFile(row)) found.push({ name, orderMs, view: () => viewMessage(core, row) });
    }
  }
  return found;
}
