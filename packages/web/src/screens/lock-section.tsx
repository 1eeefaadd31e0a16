/** The lock of this device: set, change or remove the PIN, and lock now. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { NewPin } from "../parts/new-pin.tsx";
import { Section } from "../parts/pane.tsx";
import { LockChoices } from "./lock-choices.tsx";
import s from "./settings.module.css";

type Change = "set" | "change" | "remove";

function ChangeForm({ change, onDone }: { readonly change: Change; readonly onDone: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const oldPin = useSignal("");
  const isBusy = useSignal(false);
  const apply = async (newPin?: string): Promise<void> => {
    isBusy.value = true;
    const pins = { ...(change === "set" ? {} : { oldPin: oldPin.value }), ...(newPin === undefined ? {} : { newPin }) };
    const isDone = await messenger.run(() => messenger.account.setPin(pins));
    isBusy.value = false;
    if (!isDone) return;
    messenger.toasts.tell(text.say(newPin === undefined ? "settings.pinWasRemoved" : "settings.pinWasSet"));
    onDone();
  };
  const current =
    change === "set" ? null : (
      <Field
        label={text.say("settings.pinOld")}
        kind="pin"
        value={oldPin}
        isFocused
        autocomplete="current-password"
        maxLength={128}
      />
    );
  const cancel = (
    <Button kind="quiet" onClick={onDone}>
      {text.say("common.cancel")}
    </Button>
  );
  if (change === "remove") {
    return (
      <Form onSubmit={() => void apply()}>
        {current}
        <ButtonRow>
          <Button kind="danger" isSubmit isBusy={isBusy.value}>
            {text.say("settings.pinRemove")}
          </Button>
          {cancel}
        </ButtonRow>
      </Form>
    );
  }
  return (
    <>
      {current}
      <NewPin action={text.say("settings.pinSet")} isBusy={isBusy.value} onPin={(pin) => void apply(pin)}>
        {cancel}
      </NewPin>
    </>
  );
}

/** The PIN and the lock. */
export function LockSection(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const change = useSignal<Change | null>(null);
  const hasPin = messenger.account.status.value?.hasPin === true;
  const start = (next: Change) => (): void => {
    change.value = next;
  };
  return (
    <Section title={text.say("settings.lock")}>
      <p>{text.say(hasPin ? "settings.pinSome" : "settings.pinNone")}</p>
      {change.value === null ? (
        <ButtonRow>
          {hasPin ? (
            <>
              <Button kind="primary" onClick={() => void messenger.run(() => messenger.account.lock())}>
                {text.say("settings.lockNow")}
              </Button>
              <Button onClick={start("change")}>{text.say("settings.pinChange")}</Button>
              <Button onClick={start("remove")}>{text.say("settings.pinRemove")}</Button>
            </>
          ) : (
            <Button onClick={start("set")}>{text.say("settings.pinSet")}</Button>
          )}
        </ButtonRow>
      ) : (
        <div class={s.form}>
          <ChangeForm
            change={change.value}
            onDone={() => {
              change.value = null;
            }}
          />
        </div>
      )}
      {hasPin ? <LockChoices /> : null}
    </Section>
  );
}
