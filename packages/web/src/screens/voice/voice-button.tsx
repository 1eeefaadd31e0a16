/**
 * Records a voice message: held and let go, or tapped and then sent by a second press. While it is held, a move aside
 * throws it away and a move up locks it. With the keyboard Enter begins and sends, and Escape throws away.
 */
import type { Signal } from "@preact/signals";
import type { JSX, TargetedPointerEvent } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { IconButton, PathIcon } from "../../parts/icon.tsx";
import type { Conversation } from "../../state/conversation.ts";
import { uploadVoice } from "../files/upload-file.ts";
import { RecordingBar } from "./recording-bar.tsx";
import s from "./voice.module.css";
import { VoiceDesk } from "./voice-desk.ts";

/** A shorter press is a tap, in ms. */
const TAP_MS = 400;

/** How far the pointer moves to throw away or to lock, in px. */
const CANCEL_PX = 96;
const LOCK_PX = 72;

const MICROPHONE =
  "M12 3.500a2.800 2.800 0 0 0-2.800 2.800v5a2.800 2.800 0 0 0 5.600 0v-5A2.800 2.800 0 0 0 12 3.500ZM6 11a6 6 0 0 0 12 0M12 17v3.500";
const SEND = "M4.5 5.2 20 12 4.5 18.800l2.300-6.800-2.300-6.800ZM6.800 12H13";

function useDesk(conversation: Conversation, isRecording: Signal<boolean>): VoiceDesk {
  const messenger = useMessenger();
  const text = useText();
  const desk = useMemo(
    () =>
      new VoiceDesk({
        onShow(isShown) {
          isRecording.value = isShown;
        },
        onBegun: () => messenger.toasts.speak(text.say("voice.recording")),
        onThrownAway: () => messenger.toasts.speak(text.say("voice.thrownAway")),
        onRecorded: (recording) =>
          void messenger.run(() => uploadVoice(messenger.link, conversation, recording, text.say("voice.one"))),
      }),
    [messenger, conversation, text, isRecording],
  );
  useEffect(() => () => desk.close(), [desk]);
  return desk;
}

/** The pointer's part: `isOwnPress` until the click that ends the press which began. */
function useHold(desk: VoiceDesk) {
  const { phase } = desk;
  const press = useRef<{ x: number; y: number; atMs: number } | null>(null);
  const isOwnPress = useRef(false);
  const onMove = (event: TargetedPointerEvent<HTMLButtonElement>): void => {
    if (press.current === null || phase.peek() === "locked") return;
    const side = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    if ((press.current.x - event.clientX) * side > CANCEL_PX) {
      press.current = null;
      desk.cancel();
    } else if (press.current.y - event.clientY > LOCK_PX) desk.lock();
  };
  return {
    onPointerDown(event: TargetedPointerEvent<HTMLButtonElement>) {
      isOwnPress.current = phase.peek() === "idle" && event.button === 0;
      if (!isOwnPress.current) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      press.current = { x: event.clientX, y: event.clientY, atMs: performance.now() };
      desk.begin();
    },
    onPointerMove: onMove,
    onPointerUp() {
      const { current } = press;
      press.current = null;
      if (current === null || phase.peek() === "locked" || phase.peek() === "idle") return;
      if (phase.peek() === "held" && performance.now() - current.atMs >= TAP_MS) void desk.send();
      else desk.lock();
    },
    onPointerCancel() {
      if (press.current !== null) desk.lock();
      press.current = null;
    },
    onClick() {
      if (isOwnPress.current) isOwnPress.current = false;
      else if (phase.peek() === "idle") {
        desk.begin();
        desk.lock();
      } else if (phase.peek() === "locked") void desk.send();
    },
  };
}

/** The button in the place of the one that sends a text; `isRecording` is true while the bar takes the field's place. */
export function VoiceButton(props: {
  readonly conversation: Conversation;
  readonly isRecording: Signal<boolean>;
}): JSX.Element {
  const text = useText();
  const desk = useDesk(props.conversation, props.isRecording);
  const hold = useHold(desk);
  const { phase, recorder, trouble } = desk;
  const label = text.say(phase.value === "locked" ? "voice.send" : "voice.record");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape throws the recording away from any control in it.
    <div
      class={s.desk}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || phase.peek() === "idle") return;
        desk.cancel();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {trouble.value === null ? null : (
        <p class={s.trouble} role="alert">
          <span>{text.say(`callTrouble.${trouble.value}`)}</span>
          <IconButton
            icon="close"
            label={text.say("common.close")}
            onClick={() => {
              trouble.value = null;
            }}
          />
        </p>
      )}
      {phase.value === "idle" ? null : (
        <RecordingBar recorder={recorder.value} isHeld={phase.value !== "locked"} onCancel={() => desk.cancel()} />
      )}
      <button
        type="button"
        data-voice=""
        class={`${s.record} ${phase.value === "locked" ? s.ready : ""} ${phase.value === "held" ? s.held : ""}`}
        aria-label={label}
        title={label}
        {...hold}
      >
        {phase.value === "locked" ? (
          <span class="mirrored">
            <PathIcon path={SEND} />
          </span>
        ) : (
          <PathIcon path={MICROPHONE} />
        )}
      </button>
    </div>
  );
}
