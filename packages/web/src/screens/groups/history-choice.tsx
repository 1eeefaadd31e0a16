/** Whether who is asked gets what was said before, and what that gives away. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useText } from "../../app/context.ts";
import s from "./groups.module.css";

/** Not chosen unless somebody chooses it. */
export function HistoryChoice({ isChosen }: { readonly isChosen: Signal<boolean> }): JSX.Element {
  const text = useText();
  const hint = useId();
  return (
    <div class={s.people}>
      <label>
        <input
          type="checkbox"
          checked={isChosen.value}
          aria-describedby={hint}
          onChange={(event) => {
            isChosen.value = event.currentTarget.checked;
          }}
        />
        {text.say("groups.history")}
      </label>
      <p class={s.muted} id={hint}>
        {text.say("groups.historyText")}
      </p>
    </div>
  );
}
