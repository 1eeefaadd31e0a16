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

/** Something that is on or off for the whole account. */
function OnOff(props: {
  readonly label: string;
  readonly help: string;
  readonly isOn: boolean;
  readonly method:
    | "account.setReadReceipts"
    | "account.setTypingIndicators"
    | "account.setAddressHidden"
    | "account.setContactBackup";
}): JSX.Element {
  const messenger = useMessenger();
  const { account, link } = messenger;
  const text = useText();
  return (
    <>
      <Choice
        label={props.label}
        value={props.isOn ? "on" : "off"}
        options={[
          { value: "on", label: text.say("privacy.receiptsOn") },
          { value: "off", label: text.say("privacy.receiptsOff") },
        ]}
        onChange={(value) =>
          void messenger.run(async () => account.set(await link.call(props.method, { isOn: value === "on" })))
        }
      />
      <p>{props.help}</p>
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
  const status = useMessenger().account.status.value;
  return (
    <Section title={text.say("privacy.title")}>
      <OnOff
        label={text.say("privacy.receipts")}
        help={text.say("privacy.receiptsText")}
        isOn={status?.hasReadReceipts !== false}
        method="account.setReadReceipts"
      />
      <OnOff
        label={text.say("privacy.typing")}
        help={text.say("privacy.typingText")}
        isOn={status?.hasTypingIndicators !== false}
        method="account.setTypingIndicators"
      />
      <OnOff
        label={text.say("privacy.address")}
        help={text.say("privacy.addressText")}
        isOn={status?.isAddressHidden === true}
        method="account.setAddressHidden"
      />
      {status?.contactBackup === undefined || status.contactBackup.needsWords === true ? null : (
        <OnOff
          label={text.say("privacy.keepContacts")}
          help={text.say("privacy.keepContactsText")}
          isOn={status.contactBackup.isOn}
          method="account.setContactBackup"
        />
      )}
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
