/** "Try it with yourself": a second person in this browser, at another origin, who is already introduced. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow, LinkButton } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import s from "./empty-guide.module.css";

/** The address of the page for peers with an invite in its fragment, which no browser sends anywhere. */
function pageWithInvite(page: string, invite: string): string {
  return `${page}#i=${invite.replace(/^kith:i\//, "")}`;
}

/** Drawn where a node serves a page for peers beside this one. */
export function TryYourself(): JSX.Element | null {
  const messenger = useMessenger();
  const { origin } = messenger;
  const text = useText();
  const link = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const page = origin.mode === "node" ? origin.peerPage : null;
  if (page === null) return null;
  const prepare = async (): Promise<void> => {
    isBusy.value = true;
    await messenger.run(async () => {
      link.value = pageWithInvite(page, (await messenger.link.call("invite.create", {})).text);
    });
    isBusy.value = false;
  };
  const close = (): void => {
    link.value = null;
  };
  return (
    <div class={s.try}>
      <p>{text.say("try.text")}</p>
      <Button isBusy={isBusy.value} onClick={() => void prepare()}>
        {text.say("try.action")}
      </Button>
      {link.value === null ? null : (
        <Dialog title={text.say("try.title")} onClose={close}>
          <p>{text.say("try.how")}</p>
          <ButtonRow>
            <LinkButton kind="primary" href={link.value} isNewTab onClick={close}>
              {text.say("try.open")}
            </LinkButton>
            <Button onClick={close}>{text.say("common.cancel")}</Button>
          </ButtonRow>
        </Dialog>
      )}
    </div>
  );
}
