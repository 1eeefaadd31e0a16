/** The dark ground of a call, whatever the theme: a dialog that keeps the focus. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { useText } from "../../app/context.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Seal } from "../../parts/icon.tsx";
import { useModal } from "../../parts/use-modal.ts";
import s from "./call.module.css";
import type { CallPerson } from "./call-layer.tsx";

/** A panel over the whole window; Escape makes it small or does nothing, and never ends a call. */
export function CallPanel(props: {
  readonly label: string;
  readonly onEscape?: (() => void) | undefined;
  readonly onKey?: ((event: KeyboardEvent) => void) | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  const ref = useModal();
  const id = useId();
  return (
    <dialog
      ref={ref}
      class={s.panel}
      aria-labelledby={id}
      onKeyDown={props.onKey}
      onCancel={(event) => {
        event.preventDefault();
        props.onEscape?.();
      }}
    >
      <h2 id={id} class="spoken">
        {props.label}
      </h2>
      {props.children}
    </dialog>
  );
}

/** Whose call it is. */
export function CallFace({
  person,
  isQuiet,
}: {
  readonly person: CallPerson;
  readonly isQuiet?: boolean;
}): JSX.Element {
  const text = useText();
  return (
    <div class={s.face}>
      <span class={isQuiet === true ? s.still : s.ring}>
        <Avatar account={person.account} size="large" pictureId={person.contact?.pictureId} />
      </span>
      <p class={s.name}>
        <bdi>{person.name}</bdi>
        {person.contact?.trust === "VERIFIED" ? <Seal label={text.say("trust.verified")} /> : null}
      </p>
    </div>
  );
}
