/** A new passphrase, typed twice, with what can be said of its strength. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Field, Form } from "../../parts/field.tsx";
import { passphraseStrength } from "./passphrase-strength.ts";

/** As many characters as the engine takes. */
export const MAX_PASSPHRASE_CHARACTERS = 512;

/** The two fields and the button. */
export function NewPassphrase(props: { readonly onPassphrase: (passphrase: string) => void }): JSX.Element {
  const text = useText();
  const passphrase = useSignal("");
  const again = useSignal("");
  const error = useSignal<"short" | "differ" | null>(null);
  const strength = passphraseStrength(passphrase.value);
  const submit = (): void => {
    error.value = strength === "short" ? "short" : passphrase.value === again.value ? null : "differ";
    if (error.value === null) props.onPassphrase(passphrase.value);
  };
  return (
    <Form onSubmit={submit}>
      <Field
        label={text.say("backup.passphrase")}
        kind="passphrase"
        value={passphrase}
        isFocused
        maxLength={MAX_PASSPHRASE_CHARACTERS}
        autocomplete="new-password"
        help={text.say("backup.rule")}
        error={error.value === "short" ? text.say("backup.short") : undefined}
      />
      <p role="status">{passphrase.value === "" ? "" : text.say(`strength.${strength}`)}</p>
      <Field
        label={text.say("backup.repeat")}
        kind="passphrase"
        value={again}
        maxLength={MAX_PASSPHRASE_CHARACTERS}
        autocomplete="new-password"
        error={error.value === "differ" ? text.say("backup.differ") : undefined}
      />
      <ButtonRow>
        <Button kind="primary" isSubmit>
          {text.say("backup.make")}
        </Button>
      </ButtonRow>
    </Form>
  );
}
