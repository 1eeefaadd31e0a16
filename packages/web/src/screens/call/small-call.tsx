/** A call beside the rest of the app: it goes on, and can be muted, ended or made large again. */
import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import { useText } from "../../app/context.ts";
import s from "./call.module.css";
import { CallIcon } from "./call-icon.tsx";
import type { LiveCall } from "./call-screen.tsx";
import { CallTrouble } from "./call-trouble.tsx";
import { phaseText } from "./call-words.ts";
import { Elapsed } from "./elapsed.tsx";
import { TheirPicture } from "./picture.tsx";

/** The small window of a call. */
export function SmallCall({ desk, call, session, person }: LiveCall): JSX.Element {
  const text = useText();
  const { hasMicrophone } = session.ownMedia;
  const onSilenced = useCallback(
    (isSilenced: boolean) => {
      desk.isSilenced.value = isSilenced;
    },
    [desk],
  );
  return (
    <section class={s.small} aria-label={text.say("call.with", { name: person.name })}>
      <TheirPicture
        stream={session.peer.remote}
        isShown={call.media.picture !== "none" && call.connectedAtMs !== undefined}
        label={text.say("call.theirPicture", { name: person.name })}
        speaker={desk.devices.chosen.value.speaker}
        onSilenced={onSilenced}
      />
      <p class={s.smallName}>
        <bdi>{person.name}</bdi>
        {call.phase === "connected" && call.connectedAtMs !== undefined ? (
          <Elapsed sinceMs={call.connectedAtMs} />
        ) : (
          <span role="status">{phaseText(call, text)}</span>
        )}
      </p>
      <CallTrouble desk={desk} />
      <div class={s.smallBar}>
        <button
          type="button"
          aria-label={text.say("call.microphone")}
          title={text.say("call.microphone")}
          aria-pressed={hasMicrophone}
          onClick={() => void desk.toggleMicrophone()}
        >
          <CallIcon name={hasMicrophone ? "microphone" : "microphoneOff"} />
        </button>
        <button
          type="button"
          aria-label={text.say("call.large")}
          title={text.say("call.large")}
          onClick={() => {
            desk.isSmall.value = false;
          }}
        >
          <CallIcon name="large" />
        </button>
        <button
          type="button"
          class={s.endSmall}
          aria-label={text.say("call.hangUp")}
          title={text.say("call.hangUp")}
          onClick={() => void desk.hangUp()}
        >
          <CallIcon name="hangUp" />
        </button>
      </div>
    </section>
  );
}
