/** A round button of a call with its words below. */
import type { JSX } from "preact";
import s from "./call.module.css";
import { CallIcon, type CallIconName } from "./call-icon.tsx";

/** A button; `isOn` is left out where it switches nothing. */
export function CallButton(props: {
  readonly icon: CallIconName;
  readonly label: string;
  readonly kind?: "end" | "accept";
  readonly isOn?: boolean;
  /** Where it opens something. */
  readonly isOpen?: boolean;
  /** True where the state is the one to notice: a closed microphone, a screen that is shown. */
  readonly isMarked?: boolean;
  readonly shortcut?: string;
  readonly isFocused?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  const { kind, isOn, label, shortcut } = props;
  return (
    <button
      type="button"
      class={`${s.round} ${kind === undefined ? "" : s[kind]} ${props.isMarked === true ? s.marked : ""}`}
      aria-pressed={isOn}
      aria-expanded={props.isOpen}
      aria-keyshortcuts={shortcut}
      data-autofocus={props.isFocused === true ? "" : undefined}
      onClick={props.onClick}
    >
      <span class={s.disc}>
        <CallIcon name={props.icon} />
      </span>
      <span class={s.caption}>{label}</span>
    </button>
  );
}
