/** Forgets a person with the chat and its keys on this device. */
import { type AccountId, accountToText } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Sender } from "../send/carrier.ts";

/** Forgets a person; does nothing for somebody unknown. @param isSynced because another device of ours did. */
export async function forgetPerson(
  { core, sender }: { readonly core: Core; readonly sender: Sender },
  account: AccountId,
  isSynced = false,
): Promise<void> {
  await core.lock.run(account, async () => {
    const draft = new Draft(core, isSynced);
    const text = accountToText(account);
    draft.add(
      ...(await core.messages.remove(account)),
      ...(await core.operations.remove(core.people.chatKey(account))),
    );
    draft.add(...(await core.events.removeAbout(text)), ...core.chats.remove(account));
    for (const { row } of core.people.peersOf(account)) {
      sender.outbox.drop(draft, row.device);
      draft.add(...core.receipts.drop(row.device));
    }
    draft.add(...core.people.remove(account), core.pictures.set(account, new Uint8Array(0)));
    draft.tell({ type: "contact.deleted", account: text });
    await draft.commit();
  });
}
