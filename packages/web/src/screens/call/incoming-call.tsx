/** A call that rings here. Nothing of this device is told before one of the buttons is pressed. */
import type { CallInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Button } from "../../parts/button.tsx";
import s from "./call.module.css";
import { CallButton } from "./call-button.tsx";
import type { CallDesk, FailedStart } from "./call-desk.ts";
import type { CallPerson } from "./call-layer.tsx";
import { CallFace, CallPanel } from "./call-panel.tsx";
import { troubleText } from "./call-words.ts";

/** The panel of an incoming call. */
export function IncomingCall(props: {
  readonly desk: CallDesk;
  readonly call: CallInfo;
  readonly person: CallPerson;
  readonly failed: FailedStart | null;
}): JSX.Element {
  const { desk, call, person, failed } = props;
  const { router } = useMessenger();
  const text = useText();
  const title = text.say(call.isVideo ? "call.incomingVideo" : "call.incomingVoice", { name: person.name });
  const replyWithText = (): void => {
    void desk.decline();
    router.go({ name: "chat", account: call.account });
  };
  return (
    <CallPanel label={title}>
      <div class={s.center}>
        <CallFace person={person} />
        <p class={s.line} role="status">
          {text.say(call.isVideo ? "call.ringsVideo" : "call.ringsVoice")}
        </p>
        <p class={s.hint}>{text.say(person.contact?.trust === "VERIFIED" ? "call.verified" : "call.notVerified")}</p>
        {failed === null ? null : (
          <p class={s.trouble} role="alert">
            {troubleText(failed.trouble, text)}
          </p>
        )}
      </div>
      <div class={s.bar}>
        <CallButton icon="hangUp" kind="end" label={text.say("call.decline")} onClick={() => void desk.decline()} />
        <CallButton
          icon="microphone"
          kind="accept"
          label={text.say("call.accept")}
          isFocused
          onClick={() => void desk.accept(false)}
        />
        {call.isVideo ? (
          <CallButton
            icon="camera"
            kind="accept"
            label={text.say("call.acceptVideo")}
            onClick={() => void desk.accept(true)}
          />
        ) : null}
      </div>
      <div class={s.below}>
        <Button kind="quiet" onClick={replyWithText}>
          {text.say("call.replyText")}
        </Button>
      </div>
    </CallPanel>
  );
}
