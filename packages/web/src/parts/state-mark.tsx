/** The mark of an own message: clock, one tick, two ticks, coloured ticks, or a warning. */
import type { Message } from "@kith/client/rpc";
import type { JSX } from "preact";
import s from "./state-mark.module.css";

const CLOCK = "M6 1.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM6 3.500V6l1.7 1";

/** The words are said by the message that holds the mark. */
export function StateMark({ state }: { readonly state: Message["state"] }): JSX.Element | null {
  switch (state) {
    case "received":
      return null;
    case "queued":
    case "waiting":
      return (
        <svg class={`${s.clock} ${s.wait}`} viewBox="0 0 12 12" aria-hidden="true">
          <path d={CLOCK} />
        </svg>
      );
    case "failed":
      return (
        <svg class={`${s.clock} ${s.failed}`} viewBox="0 0 12 12" aria-hidden="true">
          <path d="M6 1.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM6 3.4v3M6 8.4v.01" />
        </svg>
      );
    default:
      return (
        <svg class={`${s.ticks} ${state === "read" ? s.read : ""}`} viewBox="0 0 16 12" aria-hidden="true">
          <path d={state === "sent" ? "m4 6.5 3 3 6-7" : "m1 6.5 3 3 6-7M7.3 8.800l.7.7 6-7"} />
        </svg>
      );
  }
}
