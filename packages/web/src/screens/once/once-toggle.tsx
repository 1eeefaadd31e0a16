/** Turns on that the next message can be seen once, and says what that is worth. */
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { PathIcon } from "../../parts/icon.tsx";
import type { Conversation } from "../../state/conversation.ts";
import s from "./once.module.css";
import { ONCE_ICON } from "./once-icon.ts";

/** A button inside the text field. */
export function OnceToggle({ conversation }: { readonly conversation: Conversation }): JSX.Element {
  const text = useText();
  const { isOnce } = conversation;
  const label = text.say("once.toggle");
  return (
    <>
      {isOnce.value ? (
        <p class={s.hint} role="status">
          {text.say("once.hint")}
        </p>
      ) : null}
      <button
        type="button"
        class={s.toggle}
        aria-pressed={isOnce.value}
        aria-label={label}
        title={label}
        onClick={() => {
          isOnce.value = !isOnce.peek();
        }}
      >
        <PathIcon path={ONCE_ICON} />
      </button>
    </>
  );
}
