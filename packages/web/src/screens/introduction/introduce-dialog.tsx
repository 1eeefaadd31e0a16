/** Chooses to whom a person is introduced. */
import type { Contact } from "@kith/client/rpc";
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
import s from "../message-actions/forward-dialog.module.css";

/** People listed at once; the field finds the others. */
const MAX_LISTED = 50;

/** The open dialog: people who let us in, but not the one who is introduced. */
export function IntroduceDialog({
  person,
  onClose,
}: {
  readonly person: Contact;
  readonly onClose: () => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const query = useSignal("");
  const wanted = query.value.trim().toLocaleLowerCase(text.locale);
  const shown = messenger.chats.chats.value.filter(
    ({ contact: { account, relation, name, handle = "" } }) =>
      relation === "accepted" &&
      account !== person.account &&
      `${plainName(name)} @${handle}`.toLocaleLowerCase(text.locale).includes(wanted),
  );
  const introduce = async ({ account, name }: Contact): Promise<void> => {
    onClose();
    const isDone = await messenger.run(async () => {
      const params = { who: person.account, to: account, id: randomId() };
      messenger.conversation(account).note(await messenger.link.call("contact.introduce", params));
    });
    const names = { name: plainName(person.name), to: plainName(name) };
    if (isDone) messenger.toasts.tell(text.say("introduction.done", names));
  };
  return (
    <Dialog title={text.say("introduction.choose")} onClose={onClose}>
      <Field label={text.say("chats.search")} value={query} isFocused />
      {shown.length === 0 ? (
        <p role="status">
          {text.say(query.value === "" ? "introduction.nobody" : "chats.noMatch", { query: query.value })}
        </p>
      ) : (
        <ul class={s.people}>
          {shown.slice(0, MAX_LISTED).map(({ contact }) => (
            <li key={contact.account}>
              <button type="button" onClick={() => void introduce(contact)}>
                <Avatar account={contact.account} size="middle" pictureId={contact.pictureId} />
                <Name name={contact.name} isVerified={contact.trust === "VERIFIED"} />
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
