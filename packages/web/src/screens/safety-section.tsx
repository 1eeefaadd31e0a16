/** The safety number: 12 groups of 5 digits, from left to right in every language, and the mark that it was compared. */
import type { Contact, Methods } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./person-screen.module.css";

/** Shows the number and marks it as compared or not. */
export function SafetySection(props: {
  readonly person: Methods["contact.get"]["result"];
  readonly onChange: (contact: Contact) => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { person } = props;
  const name = plainName(person.name);
  const isVerified = person.trust === "VERIFIED";
  const mark = async (next: boolean): Promise<void> => {
    const contact = await messenger.link.call("contact.verify", { who: person.account, isVerified: next });
    messenger.chats.noteContact(contact);
    props.onChange(contact);
    const words = next ? text.say("person.marked", { name }) : text.say("person.unmarked");
    messenger.toasts.tell(words, () => void messenger.run(() => mark(!next)));
  };
  return (
    <Section title={text.say("person.safety")}>
      <p>{text.say("person.safetyText", { name })}</p>
      <ol class={s.number} dir="ltr" lang="en">
        {person.safetyNumber.split(" ").map((group, at) => (
          <li key={`${at}-${group}`}>{group}</li>
        ))}
      </ol>
      <ButtonRow>
        <Button kind={isVerified ? "plain" : "primary"} onClick={() => void messenger.run(() => mark(!isVerified))}>
          {text.say(isVerified ? "person.unmark" : "person.mark")}
        </Button>
        {isVerified ? null : <span class={s.muted}>{text.say("person.notCompared")}</span>}
      </ButtonRow>
    </Section>
  );
}
