/** Chooses who else gets the words of a message. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import type { Text } from "../../i18n/text.ts";
import { type Choice, ChooseDialog, choiceOf } from "../../parts/choose-dialog.tsx";
import { type Conversation, randomId } from "../../state/conversation.ts";
import { nameMessage } from "../../state/message-name.ts";
import type { MessengerState } from "../../state/messenger-state.ts";
import { groupName } from "../groups/group-words.ts";
import type { MessageActionsProps } from "./message-actions.tsx";

/** Where a text can go. */
interface Place extends Choice {
  readonly to: { readonly to: string } | { readonly toGroup: string };
  readonly conversation: () => Conversation;
}

/** People who let us in, and groups we belong to. */
function placesOf(messenger: MessengerState, text: Text): readonly Place[] {
  const people = messenger.chats.chats.value.filter(({ contact }) => contact.relation === "accepted");
  const groups = messenger.groups.list.value.filter(({ standing }) => standing === "joined");
  return [
    ...people.map(
      ({ contact }): Place => ({
        ...choiceOf(contact),
        to: { to: contact.account },
        conversation: () => messenger.conversation(contact.account),
      }),
    ),
    ...groups.map(
      (group): Place => ({
        to: { toGroup: group.group },
        id: group.group,
        name: groupName(text, group),
        words: groupName(text, group),
        pictureId: group.pictureId,
        isVerified: false,
        isGroup: true,
        conversation: () => messenger.groups.conversation(group.group),
      }),
    ),
  ];
}

/** The open dialog. */
export function ForwardDialog({ target, onClose }: MessageActionsProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const forward = async ({ to, name, conversation }: Place): Promise<void> => {
    onClose();
    const params = { ...nameMessage(target.message), ...to, newId: randomId() };
    const isDone = await messenger.run(async () => {
      conversation().note(await messenger.link.call("message.forward", params));
    });
    if (isDone) messenger.toasts.tell(text.say("forward.done", { name: plainName(name) }));
  };
  return (
    <ChooseDialog
      title={text.say("forward.title")}
      choices={placesOf(messenger, text)}
      onChoose={(place) => void forward(place)}
      onClose={onClose}
    >
      <p>{text.say("forward.text")}</p>
    </ChooseDialog>
  );
}
