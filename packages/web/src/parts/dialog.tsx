/** Native dialogs: the browser keeps the focus inside, and closes on Escape; the focus returns to where it was. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { useText } from "../app/context.ts";
import { Button, ButtonRow } from "./button.tsx";
import s from "./dialog.module.css";
import { useModal } from "./use-modal.ts";

/** A dialog that is open as long as it is drawn. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const ref = useModal();
  const id = useId();
  return (
    <dialog
      ref={ref}
      class={s.dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** Asks before something that cannot be taken back; the focus is on the way out. */
export function ConfirmDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useText();
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.text}</p>
      <ButtonRow>
        <Button kind="danger" onClick={props.onConfirm}>
          {props.action}
        </Button>
        <Button isFocused onClick={props.onClose}>
          {text.say("common.cancel")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
