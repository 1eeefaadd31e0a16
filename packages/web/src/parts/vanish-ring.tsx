/** The ring of a vanishing message: it drains while its time runs, and is full as long as it does not. */
import type { Message } from "@kith/client/rpc";
import type { JSX } from "preact";
import s from "./vanish-ring.module.css";

/** The ring; the label of its message says the time in words. */
export function VanishRing({ vanish }: { readonly vanish: NonNullable<Message["vanish"]> }): JSX.Element {
  const { afterMs, atMs } = vanish;
  const passedMs = atMs === undefined ? 0 : Math.max(0, afterMs - (atMs - Date.now()));
  const draining = { animationDuration: `${afterMs}ms`, animationDelay: `-${passedMs}ms` };
  return (
    <svg class={s.ring} viewBox="0 0 16 16" aria-hidden="true">
      <circle class={s.track} cx="8" cy="8" r="6" />
      <circle
        class={`${s.left} ${atMs === undefined ? "" : s.running}`}
        style={atMs === undefined ? undefined : draining}
        cx="8"
        cy="8"
        r="6"
        pathLength="100"
      />
    </svg>
  );
}
