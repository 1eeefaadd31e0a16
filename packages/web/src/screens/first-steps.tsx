/** What follows the making of an account: claim the handle, write the words down, and for a peer stay reachable. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { WordsSteps } from "../parts/words-steps.tsx";
import type { Account } from "../state/account.ts";
import { ClaimStep } from "./claim-step.tsx";
import { Door } from "./door.tsx";
import { ReachableStep } from "./reachable-step.tsx";
import { RestoredStep } from "./restored-step.tsx";
import { StepLine, useFocusOn } from "./step-line.tsx";

function firstStep({ wasRestored, wantedHandle }: Account): "restored" | "claim" | "words" {
  if (wasRestored.peek()) return "restored";
  return wantedHandle.peek() === null ? "words" : "claim";
}

/** Drawn from the making of an account until its person has been through. */
export function FirstSteps(): JSX.Element {
  const { account, isPeer, router } = useMessenger();
  const text = useText();
  const step = useSignal<"restored" | "claim" | "words" | "reachable">(firstStep(account));
  useFocusOn(step.value);
  const leave = (): void => {
    router.replace({ name: "home" });
    account.isNew.value = false;
    account.wasRestored.value = false;
    account.wasLinked.value = false;
  };
  const afterWords = (): void => {
    if (isPeer) step.value = "reachable";
    else leave();
  };
  if (step.value === "claim") {
    return (
      <ClaimStep
        onDone={() => {
          account.wantedHandle.value = null;
          step.value = "words";
        }}
      />
    );
  }
  if (step.value === "restored") return <RestoredStep onDone={leave} />;
  if (step.value === "reachable") return <ReachableStep onDone={leave} />;
  return (
    <Door title={text.say("words.title")} petals={6} seed={account.status.value?.account ?? "you"}>
      <StepLine step={3} />
      <WordsSteps onDone={afterWords} onLater={afterWords} />
    </Door>
  );
}
