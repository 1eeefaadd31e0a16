/** Native dialogs: the browser keeps the focus inside, and closes on Escape; the focus returns to where it was. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useText } from "../app/context.ts";
import { Button, ButtonRow } from "./button.tsx";
import s from "./dialog.module.css";

/** A dialog that is open as long as it is drawn. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    ref.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    // The element is out of the page by then, so the browser itself would not give the focus back.
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
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
