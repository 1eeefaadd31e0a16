/** Where mail for this browser waits while it is closed. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Door } from "./door.tsx";
import { AddRelay, RelayList } from "./relays-section.tsx";
import { StepLine } from "./step-line.tsx";

/** Shows the relays this site offers and takes another one; going on without any is said to be what it is. */
export function ReachableStep({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const messenger = useMessenger();
  const { account, relays } = messenger;
  const text = useText();
  useEffect(() => {
    void messenger.run(() => relays.load());
  }, [messenger, relays]);
  const hasRelay = relays.list.value?.some(({ state }) => state === "connected") === true;
  return (
    <Door title={text.say("reachable.title")} petals={8} seed={account.status.value?.account ?? "you"}>
      <StepLine step={4} />
      <p>{text.say("reachable.text")}</p>
      <RelayList />
      <AddRelay />
      <ButtonRow>
        <Button kind="primary" isFocused onClick={onDone}>
          {text.say(hasRelay ? "reachable.done" : "reachable.without")}
        </Button>
      </ButtonRow>
    </Door>
  );
}
