/** Whether a person learns the network address of this device. */
import type { Contact } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Choice } from "../parts/choice.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./person-screen.module.css";

/** The choice for one person; what holds for everybody is said instead. */
export function AddressSection({ person }: { readonly person: Contact }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { account, name } = person;
  const isHidden = messenger.chats.chatOf(account)?.isAddressHidden === true;
  if (messenger.account.status.value?.isAddressHidden === true) {
    return (
      <Section title={text.say("person.address")}>
        <p class={s.muted}>{text.say("person.addressAll")}</p>
      </Section>
    );
  }
  return (
    <Section title={text.say("person.address")}>
      <Choice
        label={text.say("privacy.address")}
        value={isHidden ? "on" : "off"}
        options={[
          { value: "on", label: text.say("privacy.receiptsOn") },
          { value: "off", label: text.say("privacy.receiptsOff") },
        ]}
        onChange={(value) =>
          void messenger.run(() => messenger.chats.set(account, { isAddressHidden: value === "on" }))
        }
      />
      <p class={s.muted}>{text.say("person.addressText", { name: plainName(name) })}</p>
    </Section>
  );
}
