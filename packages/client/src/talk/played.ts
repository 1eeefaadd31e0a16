/** Voice messages that were played: a mark of this device, told to nobody. */
import { type Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { type MessageName, requireMessage } from "../send/operation.ts";

/** Notes that a received message was played; once is enough. @throws MessengerError MESSAGE_UNKNOWN. */
export async function markPlayed(core: Core, name: MessageName): Promise<MessageRow> {
  let committed: Promise<void> = Promise.resolve();
  const played = await core.lock.run(name.account, async () => {
    const row = await requireMessage(core, name);
    if (row.isOwn || row.isPlayed === true) return row;
    const changed: MessageRow = { ...row, isPlayed: true };
    const draft = new Draft(core);
    draft.add(core.messages.update(changed));
    draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
    committed = draft.commit();
    return changed;
  });
  await committed;
  return played;
}
