/** The chosen handle meets the directory: free, taken, or nobody there to ask, each told as it is. */
import type { LookupResult } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { HANDLE } from "../state/account.ts";
import { Door } from "./door.tsx";
import { StepLine } from "./step-line.tsx";

/** What is going on: asking, claiming, or an answer that the person has to decide about. */
type Stage = "asking" | "claiming" | LookupResult;

interface Steps {
  readonly stage: Signal<Stage>;
  ask(handle: string): Promise<void>;
  claim(handle: string): Promise<void>;
}

/** A handle as it was written, without its sign. */
function bare(handle: string): string {
  return handle.replace(/^@/, "");
}

/** What is known of a handle before anybody answered. */
function nobodyAsked(handle: string): LookupResult {
  return { handle, asked: 0, isWeak: true, isSuspect: false, candidates: [] };
}

function useClaim(onDone: () => void): Steps {
  const messenger = useMessenger();
  const text = useText();
  const stage = useSignal<Stage>("asking");
  const claim = async (handle: string): Promise<void> => {
    const before = stage.value;
    stage.value = "claiming";
    const isClaimed = await messenger.run(() => messenger.account.claimHandle(handle));
    if (isClaimed) onDone();
    else stage.value = typeof before === "string" ? nobodyAsked(handle) : before;
  };
  const ask = async (handle: string): Promise<void> => {
    stage.value = "asking";
    const found = { answer: nobodyAsked(handle) };
    await messenger.run(async () => {
      found.answer = await messenger.link.call("directory.lookup", { handle });
    });
    const { asked, candidates } = found.answer;
    if (asked > 0 && candidates.length === 0) {
      messenger.toasts.tell(text.count("claim.free", asked, { handle: `@${handle}` }));
      await claim(handle);
    } else stage.value = { ...found.answer, handle };
  };
  return { stage, ask, claim };
}

/** Another handle instead of one that is taken. */
function AnotherForm({ onChosen }: { readonly onChosen: (handle: string) => void }): JSX.Element {
  const text = useText();
  const handle = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const submit = (): void => {
    if (HANDLE.test(handle.value.trim())) onChosen(handle.value.trim());
    else error.value = text.say("error.HANDLE_INVALID");
  };
  return (
    <Form onSubmit={submit}>
      <Field
        label={text.say("claim.another")}
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
      </ButtonRow>
    </Form>
  );
}

/** Asks at once, and goes on by itself where there is nothing to decide. */
export function ClaimStep({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const { account } = useMessenger();
  const text = useText();
  const { stage, ask, claim } = useClaim(onDone);
  useEffect(() => {
    void ask(bare(account.wantedHandle.value ?? ""));
  }, []);
  const now = stage.value;
  if (typeof now === "string") {
    return (
      <Door title={text.say("claim.title")} petals={5} seed="you">
        <p role="status">{text.say(now === "asking" ? "new.looking" : "claim.claiming")}</p>
      </Door>
    );
  }
  const handle = `@${now.handle}`;
  const isTaken = now.candidates.length > 0;
  return (
    <Door title={text.say(isTaken ? "claim.taken" : "claim.unknown", { handle })} petals={5} seed="you">
      <StepLine step={2} />
      <p role="status">{text.say(isTaken ? "claim.takenText" : "claim.unknownText", { handle })}</p>
      {isTaken ? <AnotherForm onChosen={(other) => void ask(bare(other))} /> : null}
      <ButtonRow>
        <Button kind={isTaken ? "plain" : "primary"} isFocused={!isTaken} onClick={() => void claim(now.handle)}>
          {text.say(isTaken ? "claim.allTheSame" : "claim.now", { handle })}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {text.say("welcome.later")}
        </Button>
      </ButtonRow>
    </Door>
  );
}
