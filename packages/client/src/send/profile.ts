/** Tells people who are accepted what this account calls itself, once for each profile. */
import { type AccountId, assessTrust, type ContentId, profileContent, toHex } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Sender } from "./carrier.ts";
import { queueForAll } from "./compose.ts";

/** Queues the profile for one person who was not told this one yet; does nothing else. */
export async function tellProfile(
  { core, sender }: { readonly core: Core; readonly sender: Sender },
  account: AccountId,
): Promise<void> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    const { profile } = core.settings;
    if (contact?.relation !== "accepted" || profile === undefined) return;
    if (contact.toldProfile === profile.revision || assessTrust(contact.trust).isSendingBlocked) return;
    const id = toHex(core.random(16)) as ContentId;
    const head = await core.messages.nextHead(account, id, core.clock.nowMs());
    const { name, about } = profile;
    const draft = new Draft(core);
    draft.add(core.people.setContact({ ...contact, toldProfile: profile.revision }));
    await queueForAll(core, sender.outbox, draft, contact, profileContent(head, { name, about }));
    committed = draft.commit();
  });
  await committed;
}
