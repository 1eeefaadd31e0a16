/** Chooses who else gets the words of a message. */
import type { Chat } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Name } from "../../parts/name.tsx";
import { randomId } from "../../state/conversation.ts";
import s from "./forward-dialog.module.css";
import type { MessageActionsProps } from "./message-actions.tsx";

/** Chats listed at once; the field finds the others. */
const MAX_LISTED = 50;

/** The open dialog. */
export function ForwardDialog({ target, chat, onClose }: MessageActionsProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const query = useSignal("");
  const wanted = query.value.trim().toLocaleLowerCase(text.locale);
  const shown = messenger.chats.chats.value.filter(({ contact }) => {
    const names = `${plainName(contact.name)} @${contact.handle ?? ""}`.toLocaleLowerCase(text.locale);
    return contact.relation === "accepted" && names.includes(wanted);
  });
  const forward = async ({ contact }: Chat): Promise<void> => {
    onClose();
    const params = { who: chat.contact.account, id: target.message.id, to: contact.account, newId: randomId() };
    const isDone = await messenger.run(async () => {
      messenger.conversation(contact.account).note(await messenger.link.call("message.forward", params));
    });
    if (isDone) messenger.toasts.tell(text.say("forward.done", { name: plainName(contact.name) }));
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
            <li key={each.contact.account}>
              <button type="button" onClick={() => void forward(each)}>
                <Avatar account={each.contact.account} size="middle" pictureId={each.contact.pictureId} />
                <Name name={each.contact.name} isVerified={each.contact.trust === "VERIFIED"} />
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
