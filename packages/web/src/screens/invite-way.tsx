/** Meeting the person who made an invite. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Form, TextField } from "../parts/field.tsx";
import s from "./new-chat.module.css";

/** A field for the invite of somebody else. */
export function InviteWay(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const invite = useSignal("");
  const isBusy = useSignal(false);
  const join = async (): Promise<void> => {
    if (isBusy.value || invite.value.trim() === "") return;
    isBusy.value = true;
    await messenger.run(async () => {
      const contact = await messenger.link.call("invite.join", { invite: invite.value.trim() });
      await messenger.chats.load();
      messenger.router.replace({ name: "chat", account: contact.account });
      messenger.toasts.tell(text.say("new.joined", { name: contact.name }));
    });
    isBusy.value = false;
  };
  return (
    <div class={s.way}>
      <Form onSubmit={() => void join()}>
        <TextField
          label={text.say("new.inviteField")}
          value={invite}
          rows={4}
          isLtr
          isFocused
          help={text.say("new.inviteHelp")}
        />
        <ButtonRow>
          <Button kind="primary" isSubmit isBusy={isBusy.value}>
            {text.say("new.join")}
          </Button>
        </ButtonRow>
      </Form>
      <p class={s.muted} role="status">
        {isBusy.value ? text.say("new.joining") : ""}
      </p>
    </div>
  );
}
