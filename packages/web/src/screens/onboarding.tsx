/** The first minutes: a handle or none, a PIN or none. What follows needs the account, see `FirstSteps`. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { lazy } from "../app/lazy.tsx";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { NewPin } from "../parts/new-pin.tsx";
import { HANDLE } from "../state/account.ts";
import { Door } from "./door.tsx";
import s from "./onboarding.module.css";
import { StepLine, useFocusOn } from "./step-line.tsx";

const RecoverScreen = lazy(async () => (await import("./recovery/recover-screen.tsx")).RecoverScreen);
const RestoreScreen = lazy(async () => (await import("./backup/restore-screen.tsx")).RestoreScreen);
const LinkNew = lazy(async () => (await import("./devices/link-new.tsx")).LinkNew);

function HandleStep(props: {
  readonly onDone: (handle: string | null) => void;
  readonly onRestore: () => void;
  readonly onLink: () => void;
  readonly onRecover: () => void;
}): JSX.Element {
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
      <ButtonRow>
        <Button onClick={props.onLink}>{text.say("link.open")}</Button>
        <Button onClick={props.onRecover}>{text.say("recover.open")}</Button>
        <Button onClick={props.onRestore}>{text.say("restore.open")}</Button>
      </ButtonRow>
    </Door>
  );
}

function PinStep(props: { readonly onBack: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isMaking = useSignal(false);
  const make = async (pin?: string): Promise<void> => {
    isMaking.value = true;
    await messenger.run(() => messenger.account.create(pin === undefined ? {} : { pin }));
    isMaking.value = false;
  };
  return (
    <Door title={text.say("pin.title")} petals={4} seed="you">
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

/** Makes an account; drawn while there is none. */
export function Onboarding(): JSX.Element {
  const { account } = useMessenger();
  const step = useSignal<"handle" | "pin" | "restore" | "link" | "recover">("handle");
  useFocusOn(step.value);
  const begin = (): void => {
    step.value = "handle";
  };
  if (step.value === "recover") return <RecoverScreen onBack={begin} />;
  if (step.value === "restore") return <RestoreScreen onBack={begin} />;
  if (step.value === "link") return <LinkNew onBack={begin} />;
  if (step.value === "handle") {
    return (
      <HandleStep
        onRecover={() => {
          step.value = "recover";
        }}
        onRestore={() => {
          step.value = "restore";
        }}
        onLink={() => {
          step.value = "link";
        }}
        onDone={(chosen) => {
          account.wantedHandle.value = chosen;
          step.value = "pin";
        }}
      />
    );
  }
  return <PinStep onBack={begin} />;
}
