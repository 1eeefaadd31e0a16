/** Makes an account anew from its 24 words, on a device without one. */
import { MessengerError } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Field, Form, TextField } from "../../parts/field.tsx";
import { Door } from "../door.tsx";
import s from "../onboarding.module.css";

/** Why it did not go on: wrong words, or nobody to ask. */
interface Refused {
  readonly code: string;
  readonly words: string;
}

const NOBODY: readonly string[] = ["RELAY_NONE", "RELAY_UNREACHABLE"];

function placeOf(relay: string): { readonly relay?: string; readonly invite?: string } {
  const place = relay.trim();
  if (place === "") return {};
  return place.startsWith("/") ? { relay: place } : { invite: place };
}

/** Recovers; what is typed goes to the engine of the account and nowhere else. */
function useRecovery(words: Signal<string>, place: Signal<string>) {
  const messenger = useMessenger();
  const text = useText();
  const isBusy = useSignal(false);
  const refused = useSignal<Refused | null>(null);
  const recover = async (isAlone: boolean): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    refused.value = null;
    try {
      const given = { words: words.value, ...placeOf(place.value), ...(isAlone ? { isAlone: true } : {}) };
      const { status, isChainFound, contacts } = await messenger.link.call("account.recover", given);
      messenger.account.set(status);
      messenger.toasts.tell(
        contacts > 0
          ? text.count("recover.contacts", contacts)
          : text.say(isChainFound ? "recover.found" : "recover.notFound"),
      );
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      refused.value = { code: error.code, words: messenger.errorText(error) };
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy, refused, recover: (isAlone: boolean): void => void recover(isAlone) };
}

/** The words, somebody to ask, and what follows from it, said before it is done. */
export function RecoverScreen({ onBack }: { readonly onBack: () => void }): JSX.Element {
  const text = useText();
  const words = useSignal("");
  const place = useSignal("");
  const { isBusy, refused, recover } = useRecovery(words, place);
  const code = refused.value?.code;
  const isNobody = code !== undefined && NOBODY.includes(code);
  return (
    <Door title={text.say("recover.title")} petals={6} seed="you">
      <p>{text.say("recover.text")}</p>
      <p>{text.say("recover.people")}</p>
      <Form onSubmit={() => recover(false)}>
        <TextField
          label={text.say("recover.words")}
          value={words}
          rows={4}
          isLtr
          isFocused
          help={text.say("recover.wordsHelp")}
          error={code === undefined || isNobody ? undefined : refused.value?.words}
        />
        <Field
          label={text.say("recover.place")}
          value={place}
          isLtr
          help={text.say("recover.placeHelp")}
          error={isNobody ? refused.value?.words : undefined}
        />
        <ButtonRow>
          <Button kind="primary" isSubmit isBusy={isBusy.value}>
            {text.say("recover.do")}
          </Button>
          {isNobody ? (
            <Button onClick={() => recover(true)} isDisabled={isBusy.value}>
              {text.say("recover.alone")}
            </Button>
          ) : null}
          <Button kind="quiet" onClick={onBack} isDisabled={isBusy.value}>
            {text.say("common.back")}
          </Button>
        </ButtonRow>
      </Form>
      <p class={s.small} role="status">
        {isBusy.value ? text.say("recover.asking") : ""}
      </p>
    </Door>
  );
}
