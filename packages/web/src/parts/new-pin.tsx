/** A new PIN, typed twice. The node takes digits of any script for the same PIN. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useText } from "../app/context.ts";
import { Button, ButtonRow } from "./button.tsx";
import { Field, Form } from "./field.tsx";

/** Fewest characters the node accepts. */
const MIN_CHARACTERS = 4;

/** The two fields and a button; `children` stand beside it. */
export function NewPin(props: {
  readonly action: string;
  readonly isBusy: boolean;
  readonly onPin: (pin: string) => void;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const text = useText();
  const pin = useSignal("");
  const again = useSignal("");
  const error = useSignal<"short" | "differ" | null>(null);
  const submit = (): void => {
    if (props.isBusy) return;
    error.value = [...pin.value].length < MIN_CHARACTERS ? "short" : pin.value === again.value ? null : "differ";
    if (error.value === null) props.onPin(pin.value);
  };
  return (
    <Form onSubmit={submit}>
      <Field
        label={text.say("pin.field")}
        kind="pin"
        value={pin}
        isFocused
        maxLength={128}
        autocomplete="new-password"
        help={text.say("pin.rule")}
        error={error.value === "short" ? text.say("pin.short") : undefined}
      />
      <Field
        label={text.say("pin.repeat")}
        kind="pin"
        value={again}
        maxLength={128}
        autocomplete="new-password"
        error={error.value === "differ" ? text.say("pin.differ") : undefined}
      />
      <ButtonRow>
        <Button kind="primary" isSubmit isBusy={props.isBusy}>
          {props.action}
        </Button>
        {props.children}
      </ButtonRow>
    </Form>
  );
}
