/** The 24 words: hidden until asked for, shown in two columns, then three of them asked. */
import { MessengerError } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "./button.tsx";
import { Field, Form } from "./field.tsx";
import s from "./words-steps.module.css";

const WORDS = 24;
const CHECKS = 3;

interface StepsProps {
  readonly onDone: () => void;
  /** Absent where there is nothing to put off. */
  readonly onLater?: () => void;
}

/** Three different positions from 1 to 24, in order. */
function pickPositions(): readonly number[] {
  const positions = new Set<number>();
  while (positions.size < CHECKS) positions.add(1 + Math.floor(Math.random() * WORDS));
  return [...positions].sort((a, b) => a - b);
}

/** Leads through showing and checking. */
export function WordsSteps(props: StepsProps): JSX.Element {
  const step = useSignal<"hidden" | "shown" | "check">("hidden");
  const words = useSignal<readonly string[] | null>(null);
  const messenger = useMessenger();
  const show = async (): Promise<void> => {
    words.value = await messenger.account.words();
    if (words.value === null) props.onDone();
    else step.value = "shown";
  };
  if (step.value === "check") {
    return (
      <Check
        onDone={props.onDone}
        onBack={() => {
          step.value = "shown";
        }}
      />
    );
  }
  if (step.value === "shown" && words.value !== null) {
    return (
      <Shown
        words={words.value}
        onLater={props.onLater}
        onNext={() => {
          step.value = "check";
        }}
      />
    );
  }
  return <Hidden onShow={() => void messenger.run(show)} onLater={props.onLater} />;
}

function Later({ onLater }: { readonly onLater: (() => void) | undefined }): JSX.Element | null {
  const text = useText();
  if (onLater === undefined) return null;
  return (
    <Button kind="quiet" onClick={onLater}>
      {text.say("words.later")}
    </Button>
  );
}

function Hidden(props: { readonly onShow: () => void; readonly onLater: (() => void) | undefined }): JSX.Element {
  const text = useText();
  return (
    <>
      <p>{text.say("words.text")}</p>
      <div class={s.veil} aria-hidden="true" />
      <p>{text.say("words.hidden")}</p>
      <ButtonRow>
        <Button kind="primary" onClick={props.onShow}>
          {text.say("words.show")}
        </Button>
        <Later onLater={props.onLater} />
      </ButtonRow>
    </>
  );
}

function Shown(props: {
  readonly words: readonly string[];
  readonly onNext: () => void;
  readonly onLater: (() => void) | undefined;
}): JSX.Element {
  const text = useText();
  return (
    <>
      <ol class={s.words} dir="ltr" lang="en" aria-label={text.say("words.list")}>
        {props.words.map((word, at) => (
          <li key={`${at}-${word}`}>
            <span>{at + 1}</span>
            {word}
          </li>
        ))}
      </ol>
      <ButtonRow>
        <Button kind="primary" onClick={props.onNext}>
          {text.say("words.written")}
        </Button>
        <Later onLater={props.onLater} />
      </ButtonRow>
    </>
  );
}

function Check(props: { readonly onDone: () => void; readonly onBack: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const positions = useMemo(pickPositions, []);
  const answers: readonly Signal<string>[] = [useSignal(""), useSignal(""), useSignal("")];
  const isWrong = useSignal(false);
  const check = async (): Promise<void> => {
    const checks = positions.map((position, at) => ({ position, word: answers[at]?.value ?? "" }));
    try {
      await messenger.account.confirmWords(checks);
      messenger.toasts.tell(text.say("words.done"));
      props.onDone();
    } catch (error) {
      if (!(error instanceof MessengerError) || error.code !== "WORDS_WRONG") throw error;
      isWrong.value = true;
    }
  };
  return (
    <Form onSubmit={() => void messenger.run(check)}>
      <h2 class={s.title}>{text.say("words.checkTitle")}</h2>
      <p>{text.say("words.checkText")}</p>
      {positions.map((position, at) => {
        const answer = answers[at];
        return answer === undefined ? null : (
          <Field
            key={position}
            label={text.say("words.word", { position })}
            value={answer}
            isLtr
            kind="word"
            isFocused={at === 0}
            error={isWrong.value && at === CHECKS - 1 ? text.say("words.wrong") : undefined}
          />
        );
      })}
      <ButtonRow>
        <Button kind="primary" isSubmit>
          {text.say("words.check")}
        </Button>
        <Button kind="quiet" onClick={props.onBack}>
          {text.say("words.again")}
        </Button>
      </ButtonRow>
    </Form>
  );
}
