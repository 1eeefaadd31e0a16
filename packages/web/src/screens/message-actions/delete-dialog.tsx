/** Asks how far a deletion should go, and says what it cannot do. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import type { MessageActionsProps } from "./message-actions.tsx";

/** The open dialog. */
export function DeleteDialog(props: MessageActionsProps & { readonly canDeleteForAll: boolean }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { target, chat, conversation, onClose, canDeleteForAll } = props;
  const name = plainName(chat.contact.name);
  const remove = async (isForEveryone: boolean): Promise<void> => {
    onClose();
    const isDone = await messenger.run(() => conversation.remove(target.message, isForEveryone));
    if (isDone && !isForEveryone) messenger.toasts.speak(text.say("delete.done"));
  };
  return (
    <Dialog title={text.say("delete.title")} onClose={onClose}>
      <p>{text.say(canDeleteForAll ? "delete.forAllText" : "delete.forMeText", { name })}</p>
      <ButtonRow>
        {canDeleteForAll ? (
          <Button kind="danger" onClick={() => void remove(true)}>
            {text.say("delete.forAll")}
          </Button>
        ) : null}
        <Button kind={canDeleteForAll ? "plain" : "danger"} onClick={() => void remove(false)}>
          {text.say("delete.forMe")}
        </Button>
        <Button isFocused onClick={onClose}>
          {text.say("common.cancel")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
