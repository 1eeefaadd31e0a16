/** Tells people who are accepted what this account calls itself, once for each profile. */
import {
  type AccountId,
  assessTrust,
  type ContentId,
  profileContent,
  type SaidProfileBody,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Sender } from "./carrier.ts";
import { queueForAll } from "./compose.ts";

const NO_PICTURE = new Uint8Array(0);

/** Queues the profile and the picture for one person who was not told these yet; does nothing else. */
export async function tellProfile(
  { core, sender }: { readonly core: Core; readonly sender: Sender },
  account: AccountId,
): Promise<void> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    const { profile, picture } = core.settings;
    if (contact?.relation !== "accepted" || assessTrust(contact.trust).isSendingBlocked) return;
    const said: SaidProfileBody[] = [];
    if (profile !== undefined && contact.toldProfile !== profile.revision) {
      said.push({ name: profile.name, about: profile.about });
    }
    if (picture !== undefined && contact.toldPicture !== picture.revision) {
      said.push({ picture: (picture.isSet ? await core.pictures.get(core.account.id) : undefined) ?? NO_PICTURE });
    }
    if (said.length === 0) return;
    const draft = new Draft(core);
    const told = { toldProfile: profile?.revision, toldPicture: picture?.revision };
    draft.add(core.people.setContact({ ...contact, ...told }));
    for (const body of said) {
      const id = toHex(core.random(16)) as ContentId;
      const head = await core.messages.nextHead(account, id, core.clock.nowMs());
      await queueForAll(core, sender.outbox, draft, contact, profileContent(head, body));
    }
    committed = draft.commit();
  });
  await committed;
}
