/** One line or several lines of input with a label, help and an error that screen readers hear. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import s from "./field.module.css";

interface FieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly help?: ComponentChildren;
  readonly error?: string | undefined;
  /** Handles, addresses and numbers read from left to right in every language. */
  readonly isLtr?: boolean;
  readonly isFocused?: boolean;
  /** Where a heading says the same. */
  readonly isLabelHidden?: boolean;
}

function noteId(props: FieldProps, id: string): string | undefined {
  return props.help !== undefined || props.error !== undefined ? `${id}-note` : undefined;
}

/** An empty field has the direction of the interface, a filled one that of its text. */
function directionOf({ isLtr, value }: FieldProps): "ltr" | "auto" | undefined {
  if (isLtr === true) return "ltr";
  return value.value === "" ? undefined : "auto";
}

function Frame(props: FieldProps & { readonly id: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class={s.field}>
      <label for={props.id} class={props.isLabelHidden === true ? "spoken" : undefined}>
        {props.label}
      </label>
      {props.children}
      {noteId(props, props.id) === undefined ? null : (
        <p
          id={`${props.id}-note`}
          class={props.error === undefined ? s.help : s.error}
          role={props.error === undefined ? undefined : "alert"}
        >
          {props.error ?? props.help}
        </p>
      )}
    </div>
  );
}

type FieldKind = "text" | "pin" | "word" | "passphrase";

function inputOf(kind: FieldKind = "text"): { type: "text" } | { type: "password"; inputMode?: "numeric" } {
  if (kind === "pin") return { type: "password", inputMode: "numeric" };
  return kind === "passphrase" ? { type: "password" } : { type: "text" };
}

/** A line of input. `prefix` stands fixed before it. */
export function Field(
  props: FieldProps & {
    readonly prefix?: string;
    readonly kind?: FieldKind;
    readonly maxLength?: number;
    readonly autocomplete?: string;
  },
): JSX.Element {
  const id = useId();
  const isPin = props.kind === "pin";
  return (
    <Frame {...props} id={id}>
      <div class={`${s.box} ${isPin ? s.pin : ""}`} dir={props.isLtr === true || isPin ? "ltr" : undefined}>
        {props.prefix === undefined ? null : <span aria-hidden="true">{props.prefix}</span>}
        <input
          id={id}
          {...inputOf(props.kind)}
          dir={directionOf(props)}
          value={props.value.value}
          maxLength={props.maxLength}
          autocomplete={props.autocomplete ?? "off"}
          autocapitalize="none"
          spellcheck={false}
          aria-describedby={noteId(props, id)}
          aria-invalid={props.error !== undefined}
          data-autofocus={props.isFocused === true ? "" : undefined}
          onInput={(event) => {
            props.value.value = event.currentTarget.value;
          }}
        />
      </div>
    </Frame>
  );
}

/** Several lines of input. */
export function TextField(props: FieldProps & { readonly rows: number }): JSX.Element {
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <div class={s.box}>
        <textarea
          id={id}
          rows={props.rows}
          dir={directionOf(props)}
          spellcheck={props.isLtr !== true}
          value={props.value.value}
          aria-describedby={noteId(props, id)}
          aria-invalid={props.error !== undefined}
          data-autofocus={props.isFocused === true ? "" : undefined}
          onInput={(event) => {
            props.value.value = event.currentTarget.value;
          }}
        />
      </div>
    </Frame>
  );
}

/** A form that calls `onSubmit` and never leaves the page. */
export function Form(props: { readonly onSubmit: () => void; readonly children: ComponentChildren }): JSX.Element {
  return (
    <form
      class={s.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}
