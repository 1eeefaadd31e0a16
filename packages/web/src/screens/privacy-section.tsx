/** Who learns what, in the words of a person. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Choice } from "../parts/choice.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./settings.module.css";
import { TimerChoice } from "./timer-choice.tsx";

const FACTS: readonly (readonly [TextKey, TextKey])[] = [
  ["privacy.relays", "privacy.relaysText"],
  ["privacy.contacts", "privacy.contactsText"],
  ["privacy.handle", "privacy.handleText"],
  ["privacy.site", "privacy.siteText"],
];

function ReadReceipts(): JSX.Element {
  const messenger = useMessenger();
  const { account, link } = messenger;
  const text = useText();
  const set = (value: "on" | "off"): void =>
    void messenger.run(async () => account.set(await link.call("account.setReadReceipts", { isOn: value === "on" })));
  return (
    <>
      <Choice
        label={text.say("privacy.receipts")}
        value={account.status.value?.hasReadReceipts === false ? "off" : "on"}
        options={[
          { value: "on", label: text.say("privacy.receiptsOn") },
          { value: "off", label: text.say("privacy.receiptsOff") },
        ]}
        onChange={set}
      />
      <p>{text.say("privacy.receiptsText")}</p>
    </>
  );
}

function NewChatTimer(): JSX.Element {
  const messenger = useMessenger();
  const { account, link } = messenger;
  const text = useText();
  const set = (afterMs: number | null): void =>
    void messenger.run(async () =>
      account.set(await link.call("account.setNewChatTimer", afterMs === null ? {} : { afterMs })),
    );
  return (
    <>
      <TimerChoice
        label={text.say("privacy.newChatTimer")}
        afterMs={account.status.value?.newChatTimerMs}
        onSet={set}
      />
      <p>{text.say("privacy.newChatTimerText")}</p>
    </>
  );
}

/** What others learn of reading can be switched; the rest is how the network works. */
export function PrivacySection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("privacy.title")}>
      <ReadReceipts />
      <NewChatTimer />
      <dl class={s.privacy}>
        {FACTS.map(([title, fact]) => (
          <div key={title}>
            <dt>{text.say(title)}</dt>
            <dd>{text.say(fact)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
