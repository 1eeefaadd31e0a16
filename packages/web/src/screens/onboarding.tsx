/** The first minutes: a handle or none, a PIN or none, and the 24 words. */
import { MessengerError } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { NewPin } from "../parts/new-pin.tsx";
import { WordsSteps } from "../parts/words-steps.tsx";
import { Door } from "./door.tsx";
import s from "./onboarding.module.css";

const STEPS = 3;

/** What an X handle is made of. */
const HANDLE = /^@?[A-Za-z0-9_]{1,15}$/;

function StepLine({ step }: { readonly step: number }): JSX.Element {
  return <p class={s.step}>{useText().say("step", { step, steps: STEPS })}</p>;
}

function HandleStep(props: { readonly onDone: (handle: string | null) => void }): JSX.Element {
  const text = useText();
  const handle = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const submit = (): void => {
    if (HANDLE.test(handle.value.trim())) props.onDone(handle.value.trim());
    else error.value = text.say("error.HANDLE_INVALID");
  };
  return (
    <Door title={text.say("welcome.title")} petals={2} seed="you">
      <StepLine step={1} />
      <p>{text.say("welcome.text")}</p>
      <Form onSubmit={submit}>
        <Field
          label={text.say("welcome.field")}
          value={handle}
          prefix="@"
          isLtr
          isFocused
          maxLength={16}
          help={text.say("welcome.rule")}
          error={error.value}
        />
        <ButtonRow>
          <Button kind="primary" isSubmit>
            {text.say("welcome.next")}
          </Button>
          <Button kind="quiet" onClick={() => props.onDone(null)}>
            {text.say("welcome.later")}
          </Button>
        </ButtonRow>
      </Form>
      <p class={s.small}>
        {text.say("welcome.honest")} {text.say("welcome.laterNote")}
      </p>
    </Door>
  );
}

function PinStep(props: { readonly handle: string | null; readonly onBack: () => void }): JSX.Element {
  const { account, toasts, errorText } = useOnboarding();
  const text = useText();
  const isMaking = useSignal(false);
  const make = async (pin?: string): Promise<void> => {
    isMaking.value = true;
    try {
      const handle = props.handle ?? undefined;
      await account.create({ ...(handle === undefined ? {} : { handle }), ...(pin === undefined ? {} : { pin }) });
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      toasts.warn(errorText(error));
    } finally {
      isMaking.value = false;
    }
  };
  return (
    <Door title={text.say("pin.title")} petals={5} seed="you">
      <StepLine step={2} />
      <p>{text.say("pin.text")}</p>
      <NewPin action={text.say("pin.set")} isBusy={isMaking.value} onPin={(pin) => void make(pin)}>
        <Button kind="quiet" onClick={() => void make()} isDisabled={isMaking.value}>
          {text.say("pin.none")}
        </Button>
        <Button kind="quiet" onClick={props.onBack} isDisabled={isMaking.value}>
          {text.say("common.back")}
        </Button>
      </NewPin>
      <p class={s.small} role="status">
        {isMaking.value ? text.say("pin.making") : ""}
      </p>
    </Door>
  );
}

function useOnboarding() {
  const messenger = useMessenger();
  return { ...messenger, errorText: (error: MessengerError) => messenger.errorText(error) };
}

/** Makes an account; drawn while there is none. */
export function Onboarding(): JSX.Element {
  const step = useSignal<"handle" | "pin">("handle");
  const handle = useSignal<string | null>(null);
  useFocusOn(step.value);
  if (step.value === "handle") {
    return (
      <HandleStep
        onDone={(chosen) => {
          handle.value = chosen;
          step.value = "pin";
        }}
      />
    );
  }
  return (
    <PinStep
      handle={handle.value}
      onBack={() => {
        step.value = "handle";
      }}
    />
  );
}

/** Shows the words of the account that was just made. */
export function OnboardingWords(): JSX.Element {
  const { account, router } = useMessenger();
  const text = useText();
  const leave = (): void => {
    account.isNew.value = false;
    router.replace({ name: "home" });
  };
  return (
    <Door title={text.say("words.title")} petals={8} seed={account.status.value?.account ?? "you"}>
      <StepLine step={STEPS} />
      <WordsSteps onDone={leave} onLater={leave} />
    </Door>
  );
}

function useFocusOn(step: string): void {
  useEffect(() => {
    const target = document.querySelector<HTMLElement>("[data-autofocus]") ?? document.querySelector("h1");
    target?.focus();
  }, [step]);
}
