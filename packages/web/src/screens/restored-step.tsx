/** After a restore: what came back, and the PIN, which is not part of a backup. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button } from "../parts/button.tsx";
import { NewPin } from "../parts/new-pin.tsx";
import { Door } from "./door.tsx";

/** Drawn once, before the app of the account that came back. */
export function RestoredStep({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isBusy = useSignal(false);
  const setPin = async (newPin: string): Promise<void> => {
    isBusy.value = true;
    const isSet = await messenger.run(() => messenger.account.setPin({ newPin }));
    isBusy.value = false;
    if (isSet) onDone();
  };
  return (
    <Door title={text.say("restored.title")} seed={messenger.account.status.value?.account ?? "you"}>
      <p>{text.say("restored.text")}</p>
      <p>{text.say("restored.pin")}</p>
      <NewPin action={text.say("pin.set")} isBusy={isBusy.value} onPin={(pin) => void setPin(pin)}>
        <Button kind="quiet" onClick={onDone} isDisabled={isBusy.value}>
          {text.say("restored.noPin")}
        </Button>
      </NewPin>
    </Door>
  );
}
