/** Meeting the person who made an invite, or asking into a group by its link. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { QrScanner } from "../parts/lazy-scanner.ts";
import { isGroupLink, readScannedCode } from "../state/scanned-code.ts";
import { askIntoGroup } from "./groups/ask-into-group.ts";
import s from "./new-chat.module.css";

/** Takes the invite that the page was opened with, and joins at once where nothing speaks against it. */
function useOfferedInvite(invite: Signal<string>, join: () => Promise<void>): void {
  const { invite: offered, account, chats } = useMessenger();
  useEffect(() => {
    if (offered.value === null) return;
    invite.value = offered.value;
    offered.value = null;
    // Whoever came to Kith by this invite has nothing yet that a stranger could learn; everybody else is asked.
    if (account.wasMadeHere.value && chats.chats.value.length === 0) void join();
  }, [offered.value]);
}

/** A field for the invite of somebody else. */
export function InviteWay(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const invite = useSignal("");
  const isBusy = useSignal(false);
  const isScanning = useSignal(false);
  const stopScanning = (): void => {
    isScanning.value = false;
  };
  const join = async (): Promise<void> => {
    if (isBusy.value || invite.value.trim() === "") return;
    isBusy.value = true;
    await messenger.run(async () => {
      if (isGroupLink(invite.value)) return askIntoGroup(messenger, text, invite.value.trim());
      const contact = await messenger.link.call("invite.join", { invite: invite.value.trim() });
      await messenger.chats.load();
      messenger.router.replace({ name: "chat", account: contact.account });
      messenger.toasts.speak(text.say("new.joined", { name: contact.name }));
    });
    isBusy.value = false;
  };
  useOfferedInvite(invite, join);
  const takeScanned = (scanned: string): string | null => {
    const code = readScannedCode(scanned);
    if (code.kind !== "invite" && code.kind !== "group-link") return text.say("scan.noInvite");
    stopScanning();
    invite.value = code.text;
    void join();
    return null;
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
          <Button
            onClick={() => {
              isScanning.value = true;
            }}
          >
            {text.say("new.scan")}
          </Button>
        </ButtonRow>
      </Form>
      {isScanning.value ? <QrScanner title={text.say("new.scan")} onRead={takeScanned} onClose={stopScanning} /> : null}
      <p class={s.muted} role="status">
        {isBusy.value ? text.say("new.joining") : ""}
      </p>
    </div>
  );
}
