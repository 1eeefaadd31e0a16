/** An invite of one's own, as a code to show and as text to send. */
import type { Methods } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { CodeAndText } from "../parts/code-and-text.tsx";
import { copyText } from "../parts/copy-text.ts";
import s from "./new-chat.module.css";

type Invite = Methods["invite.create"]["result"];

/** Makes an invite when it is first shown. */
export function MineWay(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const invite = useSignal<Invite | null>(null);
  const isBusy = useSignal(false);
  const make = async (): Promise<void> => {
    isBusy.value = true;
    await messenger.run(async () => {
      invite.value = await messenger.link.call("invite.create", {});
    });
    isBusy.value = false;
  };
  useEffect(() => {
    void make();
  }, []);
  return (
    <div class={s.way}>
      <p class={s.muted}>{text.say("new.mineText")}</p>
      <p class="spoken" role="status">
        {isBusy.value ? text.say("new.making") : ""}
      </p>
      {invite.value === null ? null : (
        <>
          <CodeAndText
            value={invite.value.text}
            codeLabel={text.say("new.qr")}
            textLabel={text.say("new.inviteText")}
          />
          <p class={s.muted}>{text.say("new.expires", { date: text.dateTime(invite.value.expiresAtMs) })}</p>
        </>
      )}
      <ButtonRow>
        {invite.value === null ? null : (
          <Button kind="primary" onClick={() => void copyText(messenger, text, invite.value?.text ?? "")}>
            {text.say("new.copy")}
          </Button>
        )}
        <Button isBusy={isBusy.value} onClick={() => void make()}>
          {text.say("new.another")}
        </Button>
      </ButtonRow>
    </div>
  );
}
