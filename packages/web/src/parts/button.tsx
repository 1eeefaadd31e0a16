/** The one kind of button with words. */
import type { ComponentChildren, JSX } from "preact";
import { useText } from "../app/context.ts";
import s from "./button.module.css";

/** How much a button asks for attention. */
export type ButtonKind = "primary" | "plain" | "danger" | "quiet";

interface Look {
  readonly kind?: ButtonKind;
  readonly children: ComponentChildren;
}

/** A button; while `isBusy` it says so and does nothing. */
export function Button(
  props: Look & {
    readonly onClick?: () => void;
    readonly isSubmit?: boolean;
    readonly isBusy?: boolean;
    readonly isDisabled?: boolean;
    readonly isFocused?: boolean;
  },
): JSX.Element {
  const text = useText();
  return (
    <button
      type={props.isSubmit === true ? "submit" : "button"}
      class={`${s.button} ${s[props.kind ?? "plain"]}`}
      disabled={props.isDisabled === true}
      aria-disabled={props.isBusy === true}
      data-autofocus={props.isFocused === true ? "" : undefined}
      onClick={props.isBusy === true ? undefined : props.onClick}
    >
      {props.isBusy === true ? (
        <>
          <span class={s.wait} aria-hidden="true" />
          {text.say("common.busy")}
        </>
      ) : (
        props.children
      )}
    </button>
  );
}

/** A link that looks like a button. In a new tab, the page it leads to learns nothing of this one. */
export function LinkButton(
  props: Look & { readonly href: string; readonly isNewTab?: boolean; readonly onClick?: () => void },
): JSX.Element {
  const tab = props.isNewTab === true ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return (
    <a class={`${s.button} ${s[props.kind ?? "plain"]}`} href={props.href} onClick={props.onClick} {...tab}>
      {props.children}
    </a>
  );
}

/** Buttons side by side, the main one first in reading order. */
export function ButtonRow({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <div class={s.row}>{children}</div>;
}
