/** Erases everything of the account on this device, once the person has typed that it is meant. */
import { MessengerError } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field, Form } from "../parts/field.tsx";
import { Section } from "../parts/pane.tsx";

/** Longer than the word in any language. */
const MAX_WORD = 40;

function plain(word: string): string {
  return word.normalize("NFKC").trim().toLowerCase();
}

function EraseDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const typed = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const word = text.say("erase.word");
  const erase = async (): Promise<void> => {
    error.value = plain(typed.value) === plain(word) ? undefined : text.say("erase.wrong", { word });
    if (error.value !== undefined || isBusy.value) return;
    isBusy.value = true;
    try {
      await messenger.erase();
    } catch (failure) {
      // A note beside the dialog could not be read.
      if (!(failure instanceof MessengerError)) throw failure;
      error.value = messenger.errorText(failure);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog title={text.say("erase.title")} onClose={onClose}>
      <p>{text.say("erase.text")}</p>
      <p>{text.say("erase.stays")}</p>
      <Form onSubmit={() => void erase()}>
        <Field
          label={text.say("erase.type", { word })}
          value={typed}
          isFocused
          maxLength={MAX_WORD}
          error={error.value}
        />
        <ButtonRow>
          <Button kind="danger" isSubmit isBusy={isBusy.value}>
            {text.say("erase.do")}
          </Button>
          <Button onClick={onClose}>{text.say("common.cancel")}</Button>
        </ButtonRow>
      </Form>
    </Dialog>
  );
}

/** The button and what it does, for the settings and for whoever stands before the lock. */
export function EraseButton(): JSX.Element {
  const text = useText();
  const isAsking = useSignal(false);
  return (
    <>
      <ButtonRow>
        <Button
          kind="danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("erase.open")}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <EraseDialog
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </>
  );
}

/** The section of the settings. */
export function EraseSection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("erase.section")}>
      <p>{text.say("erase.about")}</p>
      <EraseButton />
    </Section>
  );
}
