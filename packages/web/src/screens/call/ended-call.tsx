/** Why a call ended or did not begin, and what to try. */
import type { CallInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Button } from "../../parts/button.tsx";
import s from "./call.module.css";
import type { CallDesk, FailedStart } from "./call-desk.ts";
import type { CallPerson } from "./call-layer.tsx";
import { CallFace, CallPanel } from "./call-panel.tsx";
import { endText, troubleText } from "./call-words.ts";

interface Ending {
  readonly desk: CallDesk;
  readonly person: CallPerson;
  readonly title: string;
  readonly advice: string;
  readonly isVideo: boolean;
  /** Calling again may help. */
  readonly canRepeat: boolean;
  /** Another relay would help. */
  readonly needsRelay: boolean;
}

function Ended({ desk, person, title, advice, isVideo, canRepeat, needsRelay }: Ending): JSX.Element {
  const { router } = useMessenger();
  const text = useText();
  const write = (): void => {
    desk.close();
    router.go({ name: "chat", account: person.account });
  };
  const seeRelays = (): void => {
    desk.close();
    router.go({ name: "settings" });
  };
  return (
    <CallPanel label={title} onEscape={() => desk.close()}>
      <div class={s.center}>
        <CallFace person={person} isQuiet />
        <p class={s.line} role="alert">
          {title}
        </p>
        <p class={s.hint}>{advice}</p>
      </div>
      <div class={s.choices}>
        {canRepeat ? (
          <Button onClick={() => void desk.start(person.account, isVideo)}>{text.say("call.again")}</Button>
        ) : null}
        {needsRelay ? <Button onClick={seeRelays}>{text.say("call.relays")}</Button> : null}
        <Button onClick={write}>{text.say("call.write")}</Button>
        <Button isFocused onClick={() => desk.close()}>
          {text.say("common.close")}
        </Button>
      </div>
    </CallPanel>
  );
}

/** A call that ended for a reason that the person should know. */
export function EndedCall(props: {
  readonly desk: CallDesk;
  readonly call: CallInfo;
  readonly person: CallPerson;
}): JSX.Element {
  const text = useText();
  const { desk, call, person } = props;
  const words = endText(call, person.name, text);
  const canRepeat = call.end?.reason !== "mismatch";
  const needsRelay = call.end?.reason === "no-path";
  const shown = { desk, person, isVideo: call.isVideo, canRepeat, needsRelay };
  return <Ended {...shown} {...words} />;
}

/** A call that could not begin. */
export function FailedCall(props: {
  readonly desk: CallDesk;
  readonly failed: FailedStart;
  readonly person: CallPerson;
}): JSX.Element {
  const text = useText();
  const { desk, failed, person } = props;
  return (
    <Ended
      desk={desk}
      person={person}
      title={text.say("call.notBegun")}
      advice={troubleText(failed.trouble, text)}
      isVideo={failed.isVideo}
      canRepeat={failed.trouble !== "unsupported"}
      needsRelay={failed.trouble === "no-turn"}
    />
  );
}
