/** The PIN before anything else; wrong tries make the next one wait. */
import { MessengerError } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { Door } from "./door.tsx";
import { EraseButton } from "./erase-section.tsx";

/** Asks for the PIN of this device. */
export function Locked(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const pin = useSignal("");
  const isBusy = useSignal(false);
  const isWrong = useSignal(false);
  const untilMs = useSignal(0);
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    document.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    const timer = setInterval(() => {
      nowMs.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, [nowMs]);
  const waitMs = Math.max(0, untilMs.value - nowMs.value);
  const unlock = async (): Promise<void> => {
    if (isBusy.value || waitMs > 0) return;
    isBusy.value = true;
    try {
      await messenger.account.unlock(pin.value);
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      if (error.code === "ERASED") {
        messenger.isErased.value = true;
        return;
      }
      if (error.code !== "WRONG_PIN" && error.code !== "PIN_TRY_LATER") throw error;
      isWrong.value = true;
      nowMs.value = Date.now();
      untilMs.value = nowMs.value + (error.details.retryAfterMs ?? 0);
    } finally {
      isBusy.value = false;
      pin.value = "";
    }
  };
  const error = waitMs > 0 ? text.say("locked.wait", { wait: text.duration(waitMs) }) : text.say("locked.wrong");
  return (
    <Door title={text.say("locked.title")} petals={8} seed="locked">
      <p>{text.say("locked.text")}</p>
      <Form onSubmit={() => void messenger.run(unlock)}>
        <Field
          label={text.say("pin.field")}
          kind="pin"
          value={pin}
          isFocused
          maxLength={128}
          autocomplete="current-password"
          error={isWrong.value || waitMs > 0 ? error : undefined}
        />
        <ButtonRow>
          <Button kind="primary" isSubmit isBusy={isBusy.value} isDisabled={waitMs > 0}>
            {text.say("locked.unlock")}
          </Button>
        </ButtonRow>
      </Form>
      <p>{text.say("locked.help")}</p>
      <EraseButton />
    </Door>
  );
}
