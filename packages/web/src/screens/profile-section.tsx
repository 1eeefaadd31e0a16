/** What people who were let in are told of oneself. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { Section } from "../parts/pane.tsx";
import { OwnPicture } from "./picture/own-picture.tsx";

/** A name and a line, both optional. */
export function ProfileSection(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { account, link, toasts } = messenger;
  const profile = account.status.value?.profile;
  const name = useSignal(profile?.name ?? "");
  const about = useSignal(profile?.about ?? "");
  const save = async (): Promise<void> => {
    account.set(await link.call("account.setProfile", { name: name.value, about: about.value }));
    toasts.tell(text.say("profile.saved"));
  };
  return (
    <Section title={text.say("profile.title")}>
      <OwnPicture />
      <Form onSubmit={() => void messenger.run(save)}>
        <Field label={text.say("profile.name")} value={name} maxLength={50} />
        <Field label={text.say("profile.about")} value={about} maxLength={140} help={text.say("profile.help")} />
        <ButtonRow>
          <Button isSubmit>{text.say("profile.save")}</Button>
        </ButtonRow>
      </Form>
    </Section>
  );
}
