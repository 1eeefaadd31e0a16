/** Introducing a person to somebody else: the way to the choice. */
import type { Contact } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { lazy } from "../../app/lazy.tsx";
import { plainName } from "../../i18n/bidi.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Section } from "../../parts/pane.tsx";

const IntroduceDialog = lazy(async () => (await import("./introduce-dialog.tsx")).IntroduceDialog);

/** The section of a person who can be introduced. */
export function IntroduceSection({ person }: { readonly person: Contact }): JSX.Element {
  const text = useText();
  const isChoosing = useSignal(false);
  return (
    <Section title={text.say("introduction.title")}>
      <p>{text.say("introduction.text", { name: plainName(person.name) })}</p>
      <div data-introduce="">
        <ButtonRow>
          <Button
            onClick={() => {
              isChoosing.value = true;
            }}
          >
            {text.say("introduction.choose")}
          </Button>
        </ButtonRow>
      </div>
      {isChoosing.value ? (
        <IntroduceDialog
          person={person}
          onClose={() => {
            isChoosing.value = false;
          }}
        />
      ) : null}
    </Section>
  );
}
