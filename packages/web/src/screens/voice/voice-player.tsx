/** A voice message in its bubble: played, paused, moved along and played faster, by pointer and by keyboard. */
import type { Message, VoiceInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { clockText } from "../../parts/file-words.ts";
import { PathIcon } from "../../parts/icon.tsx";
import s from "./voice.module.css";
import { VoiceSound } from "./voice-sound.ts";
import { Waveform } from "./waveform.tsx";

const PLAY = "M8 5.500v13l10.500-6.500Z";
const PAUSE = "M8 5.500v13M16 5.500v13";

/** How far an arrow key moves, in ms. */
const STEP_MS = 5000;

/** The sound of a message for as long as its player is in the page. */
function useSound(message: Message): VoiceSound {
  const messenger = useMessenger();
  const sound = useMemo(() => new VoiceSound(messenger.link), [messenger, message.chat, message.id]);
  sound.message = message;
  useEffect(() => () => sound.close(), [sound]);
  useEffect(() => {
    void messenger.run(() => sound.goOn());
  }, [messenger, sound, message.file?.state]);
  return sound;
}

function SeekBar({ sound, voice }: { readonly sound: VoiceSound; readonly voice: VoiceInfo }): JSX.Element {
  const text = useText();
  const { durationMs, waveform } = voice;
  const atMs = Math.min(sound.atMs.value, durationMs);
  const seekTo = ({ currentTarget, clientX }: PointerEvent): void => {
    const { left, width } = (currentTarget as HTMLElement).getBoundingClientRect();
    sound.seek(((clientX - left) / width) * durationMs);
  };
  return (
    <div
      class={s.seek}
      dir="ltr"
      role="slider"
      tabIndex={0}
      aria-label={text.say("voice.position")}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(atMs / 1000)}
      aria-valuetext={text.say("voice.positionText", {
        at: clockText(atMs, text),
        length: clockText(durationMs, text),
      })}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
      }}
      onKeyDown={(event) => {
        const places: Readonly<Record<string, number>> = {
          ArrowRight: atMs + STEP_MS,
          ArrowUp: atMs + STEP_MS,
          ArrowLeft: atMs - STEP_MS,
          ArrowDown: atMs - STEP_MS,
          Home: 0,
          End: durationMs,
        };
        const place = places[event.key];
        if (place === undefined) return;
        sound.seek(place);
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Waveform bars={waveform} playedShare={durationMs === 0 ? 0 : atMs / durationMs} />
    </div>
  );
}

/** The player of one voice message. */
export function VoicePlayer(props: { readonly message: Message; readonly voice: VoiceInfo }): JSX.Element {
  const text = useText();
  const { message, voice } = props;
  const messenger = useMessenger();
  const sound = useSound(message);
  const isPlaying = sound.isPlaying.value;
  const playLabel = text.say(isPlaying ? "voice.pause" : "voice.play");
  const rate = new Intl.NumberFormat(text.locale, { maximumFractionDigits: 1 }).format(sound.rate.value);
  const isNew = !message.isOwn && message.isPlayed !== true;
  return (
    <>
      <div class={s.player}>
        <button
          type="button"
          class={s.play}
          aria-label={playLabel}
          title={playLabel}
          onClick={() => void messenger.run(() => sound.toggle())}
        >
          <PathIcon path={isPlaying ? PAUSE : PLAY} />
        </button>
        <div class={s.middle}>
          <SeekBar sound={sound} voice={voice} />
          <p class={s.under}>
            <time dir="ltr">{clockText(sound.atMs.value > 0 ? sound.atMs.value : voice.durationMs, text)}</time>
            {isNew ? (
              <span class={s.fresh} title={text.say("voice.unplayed")}>
                <span class="spoken">{text.say("voice.unplayed")}</span>
              </span>
            ) : null}
          </p>
        </div>
        <button
          type="button"
          class={s.rate}
          aria-label={text.say("voice.speed", { rate })}
          onClick={() => sound.nextRate()}
        >
          <span dir="ltr">{rate}×</span>
        </button>
      </div>
      {sound.isRefused.value ? <p role="alert">{text.say("voice.notPlayed")}</p> : null}
    </>
  );
}
