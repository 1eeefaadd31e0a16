/** Chooses who else gets the words of a message. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import type { Text } from "../../i18n/text.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Name } from "../../parts/name.tsx";
import { type Conversation, randomId } from "../../state/conversation.ts";
import { nameMessage } from "../../state/message-name.ts";
import type { MessengerState } from "../../state/messenger-state.ts";
import { groupName } from "../groups/group-words.ts";
import s from "./forward-dialog.module.css";
import type { MessageActionsProps } from "./message-actions.tsx";

/** Chats listed at once; the field finds the others. */
const MAX_LISTED = 50;

/** Where a text can go. */
interface Place {
  readonly to: { readonly to: string } | { readonly toGroup: string };
  /** Of the person or the group. */
  readonly id: string;
  readonly name: string;
  /** What is looked through. */
  readonly words: string;
  readonly pictureId?: string | undefined;
  readonly isVerified: boolean;
  readonly conversation: () => Conversation;
}

/** People who let us in, and groups we belong to. */
function placesOf(messenger: MessengerState, text: Text): readonly Place[] {
  const people = messenger.chats.chats.value.filter(({ contact }) => contact.relation === "accepted");
  const groups = messenger.groups.list.value.filter(({ standing }) => standing === "joined");
  return [
    ...people.map(
      ({ contact: { account, name, handle, pictureId, trust } }): Place => ({
        to: { to: account },
        id: account,
        name,
        words: `${plainName(name)} @${handle ?? ""}`,
        pictureId,
        isVerified: trust === "VERIFIED",
        conversation: () => messenger.conversation(account),
      }),
    ),
    ...groups.map(
      (group): Place => ({
        to: { toGroup: group.group },
        id: group.group,
        name: groupName(text, group),
        words: groupName(text, group),
        isVerified: false,
        conversation: () => messenger.groups.conversation(group.group),
      }),
    ),
  ];
}

/** The open dialog. */
export function ForwardDialog({ target, onClose }: MessageActionsProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const query = useSignal("");
  const wanted = query.value.trim().toLocaleLowerCase(text.locale);
  const shown = placesOf(messenger, text).filter(({ words }) => words.toLocaleLowerCase(text.locale).includes(wanted));
  const forward = async ({ to, name, conversation }: Place): Promise<void> => {
    onClose();
    const params = { ...nameMessage(target.message), ...to, newId: randomId() };
    const isDone = await messenger.run(async () => {
      conversation().note(await messenger.link.call("message.forward", params));
    });
    if (isDone) messenger.toasts.tell(text.say("forward.done", { name: plainName(name) }));
  };
  return (
    <Dialog title={text.say("forward.title")} onClose={onClose}>
      <p>{text.say("forward.text")}</p>
      <Field label={text.say("chats.search")} value={query} isFocused />
      {shown.length === 0 ? (
        <p role="status">{text.say("chats.noMatch", { query: query.value })}</p>
      ) : (
        <ul class={s.people}>
          {shown.slice(0, MAX_LISTED).map((each) => (
            <li key={each.id}>
              <button type="button" onClick={() => void forward(each)}>
                <Avatar account={each.id} size="middle" pictureId={each.pictureId} />
                <Name name={each.name} isVerified={each.isVerified} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <ButtonRow>
        <Button onClick={onClose}>{text.say("common.cancel")}</Button>
      </ButtonRow>
    </Dialog>
  );
}
