/** The bars of a voice message; always from left to right, as sound is drawn everywhere. */
import type { JSX } from "preact";
import s from "./voice.module.css";

/** One bar with the gap after it, and the height of a full one, in units of the drawing. */
const STEP = 3;
const BAR = 2;
const HEIGHT = 24;
const FULL = 255;

/** What is drawn for a sound of no known shape. */
const SILENCE: readonly number[] = new Array<number>(64).fill(0);

/** @param props.bars from 0 to 255. @param props.playedShare from 0 to 1: bars up to there are coloured. */
export function Waveform(props: { readonly bars: readonly number[]; readonly playedShare: number }): JSX.Element {
  const { bars, playedShare } = props;
  const shown = bars.length === 0 ? SILENCE : bars;
  return (
    <svg class={s.waves} viewBox={`0 0 ${shown.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {shown.map((level, at) => {
        const height = Math.max(BAR, (Math.min(FULL, level) / FULL) * HEIGHT);
        const isPlayed = (at + 0.5) / shown.length <= playedShare;
        return (
          <rect
            key={at}
            class={isPlayed ? s.played : s.unplayed}
            x={at * STEP}
            y={(HEIGHT - height) / 2}
            width={BAR}
            height={height}
            rx={1}
          />
        );
      })}
    </svg>
  );
}
