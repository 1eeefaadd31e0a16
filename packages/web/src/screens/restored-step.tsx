/** After a restore or a link: what came back, and the PIN, which neither brings. */
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
  const isLinked = messenger.account.wasLinked.value;
  const setPin = async (newPin: string): Promise<void> => {
    isBusy.value = true;
    const isSet = await messenger.run(() => messenger.account.setPin({ newPin }));
    isBusy.value = false;
    if (isSet) onDone();
  };
  return (
    <Door
      title={text.say(isLinked ? "linked.title" : "restored.title")}
      seed={messenger.account.status.value?.account ?? "you"}
    >
      <p>{text.say(isLinked ? "linked.text" : "restored.text")}</p>
      <p>{text.say(isLinked ? "linked.pin" : "restored.pin")}</p>
      <NewPin action={text.say("pin.set")} isBusy={isBusy.value} onPin={(pin) => void setPin(pin)}>
        <Button kind="quiet" onClick={onDone} isDisabled={isBusy.value}>
          {text.say("restored.noPin")}
        </Button>
      </NewPin>
    </Door>
  );
}
