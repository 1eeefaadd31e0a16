/** What is shown while a voice message is recorded: that it is, for how long, how loud, and the way out of it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useText } from "../../app/context.ts";
import { clockText } from "../../parts/file-words.ts";
import { IconButton } from "../../parts/icon.tsx";
import s from "./voice.module.css";
import type { VoiceRecorder } from "./voice-recorder.ts";
import { Waveform } from "./waveform.tsx";

/** How often time and level are drawn, in ms, and bars of the meter. */
const DRAW_MS = 100;
const METER_BARS = 40;

const FULL = 255;

/** The bar over the text field. @param props.recorder null while the microphone opens. */
export function RecordingBar(props: {
  readonly recorder: VoiceRecorder | null;
  readonly isHeld: boolean;
  readonly onCancel: () => void;
}): JSX.Element {
  const text = useText();
  const { recorder } = props;
  const durationMs = useSignal(0);
  const levels = useSignal<readonly number[]>([]);
  useEffect(() => {
    if (recorder === null) return;
    const timer = setInterval(() => {
      durationMs.value = recorder.durationMs;
      const latest = recorder.loudness.latest(METER_BARS).map((level) => level * FULL);
      levels.value = [...new Array<number>(METER_BARS - latest.length).fill(0), ...latest];
    }, DRAW_MS);
    return () => clearInterval(timer);
  }, [recorder, durationMs, levels]);
  return (
    <div class={s.bar}>
      <IconButton icon="trash" label={text.say("voice.cancel")} onClick={props.onCancel} />
      <span class={s.lamp} aria-hidden="true" />
      {recorder === null ? (
        <p class={s.hint}>{text.say("voice.opening")}</p>
      ) : (
        <>
          <time class={s.time} dir="ltr" role="timer" aria-label={text.say("voice.recording")}>
            {clockText(durationMs.value, text)}
          </time>
          <span class={s.meter} aria-hidden="true">
            <Waveform bars={levels.value} playedShare={1} />
          </span>
          {props.isHeld ? <p class={s.hint}>{text.say("voice.holdHint")}</p> : null}
        </>
      )}
    </div>
  );
}
