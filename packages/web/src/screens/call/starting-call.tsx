/** While the browser asks for microphone and camera. */
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import s from "./call.module.css";
import type { CallPerson } from "./call-layer.tsx";
import { CallFace, CallPanel } from "./call-panel.tsx";

/** The panel before a call begins. */
export function StartingCall({ person }: { readonly person: CallPerson }): JSX.Element {
  const text = useText();
  return (
    <CallPanel label={text.say("call.with", { name: person.name })}>
      <div class={s.center}>
        <CallFace person={person} isQuiet />
        <p class={s.line} role="status">
          {text.say("call.starting")}
        </p>
        <p class={s.hint}>{text.say("call.startingHint")}</p>
      </div>
    </CallPanel>
  );
}
