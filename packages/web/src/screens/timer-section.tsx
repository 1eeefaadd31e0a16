/** How long messages of a chat live. */
import type { Contact } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Section } from "../parts/pane.tsx";
import s from "./person-screen.module.css";
import { TimerChoice } from "./timer-choice.tsx";

/** The timer of the chat with a person. */
export function TimerSection(props: {
  readonly person: Contact;
  readonly onChange: (contact: Contact) => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { account, vanishAfterMs } = props.person;
  const set = (afterMs: number | null): void =>
    void messenger.run(async () => {
      await messenger.link.call("chat.setTimer", { who: account, ...(afterMs === null ? {} : { afterMs }) });
      const contact = await messenger.link.call("contact.get", { who: account });
      messenger.chats.noteContact(contact);
      props.onChange(contact);
    });
  return (
    <Section title={text.say("timer.title")}>
      <TimerChoice label={text.say("timer.label")} afterMs={vanishAfterMs} onSet={set} />
      <p class={s.muted}>{text.say("timer.help")}</p>
      <p class={s.muted}>{text.say("timer.limits")}</p>
    </Section>
  );
}
