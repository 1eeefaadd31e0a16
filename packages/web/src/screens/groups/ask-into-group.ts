/** Asking into a group by its link: to the group where one belongs to it, else to where is shown how it stands. */
import type { Text } from "../../i18n/text.ts";
import type { MessengerState } from "../../state/messenger-state.ts";
import { groupName } from "./group-words.ts";

/** @throws MessengerError of `group.knock`. */
export async function askIntoGroup(messenger: MessengerState, text: Text, link: string): Promise<void> {
  const knock = await messenger.link.call("group.knock", { link });
  await Promise.all([messenger.groups.load(), messenger.groups.loadKnocks()]);
  const isIn = messenger.groups.groupOf(knock.group)?.standing === "joined";
  messenger.router.replace(isIn ? { name: "group", group: knock.group } : { name: "groups" });
  if (!isIn) messenger.toasts.speak(text.say("knock.asked", { name: groupName(text, knock) }));
}
