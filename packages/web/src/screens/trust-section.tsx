/** Why a person is shown as they are: the recorded steps, and the decision after a change. */
import type { Contact, Methods } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { AccountText, Handle, Name } from "../parts/name.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./trust-section.module.css";

type History = Methods["contact.trust"]["result"];

interface TrustProps {
  readonly person: Contact;
  readonly onChange: (contact: Contact) => void;
}

function stepText({ type, witnesses }: History["steps"][number], text: Text): string {
  if (witnesses === undefined) return text.say(`trustStep.${type}`);
  const { agreed, asked, sinceMs } = witnesses;
  return text.say("trustStep.witnessed", { agreed, asked, since: text.dateTime(sinceMs) });
}

/** Who introduced the person, by the name they are known here. */
function useIntroducer({ type, other = "" }: History["steps"][number]): Contact | undefined {
  const messenger = useMessenger();
  if (type !== "introduced" && type !== "introduction-gone") return undefined;
  return messenger.chats.chatOf(other)?.contact;
}

function Step({ step }: { readonly step: History["steps"][number] }): JSX.Element {
  const text = useText();
  const introducer = useIntroducer(step);
  return (
    <li>
      <span>{stepText(step, text)}</span>
      {introducer === undefined ? null : <Name name={introducer.name} isVerified={introducer.trust === "VERIFIED"} />}
      {step.from === undefined ? null : <Handle handle={step.from} />}
      {step.other === undefined ? null : <AccountText account={step.other} />}
      <time class={s.time} dateTime={new Date(step.atMs).toISOString()}>
        {text.dateTime(step.atMs)}
      </time>
    </li>
  );
}

/** What to do while sending is stopped: compare below, or go on without. */
function Decision({ person, onChange }: TrustProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const name = plainName(person.name);
  const close = (): void => {
    isAsking.value = false;
  };
  const goOn = async (): Promise<void> => {
    const contact = await messenger.link.call("contact.acceptChange", { who: person.account });
    messenger.chats.noteContact(contact);
    onChange(contact);
    messenger.toasts.tell(text.say("trustWhy.wentOn", { name }));
  };
  return (
    <div class={s.decision} role="note">
      <p>{text.say("trustWhy.changed", { name })}</p>
      <ButtonRow>
        <Button
          kind="danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("trustWhy.goOn")}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("trustWhy.goOnTitle", { name })}
          text={text.say("trustWhy.goOnText", { name })}
          action={text.say("trustWhy.goOn")}
          onConfirm={() => {
            close();
            void messenger.run(goOn);
          }}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

/** The steps to what is said of a person, newest first. */
export function TrustSection({ person, onChange }: TrustProps): JSX.Element | null {
  const messenger = useMessenger();
  const text = useText();
  const history = useSignal<History | null>(null);
  useEffect(() => {
    void messenger.run(async () => {
      history.value = await messenger.link.call("contact.trust", { who: person.account });
    });
  }, [history, messenger, person]);
  const ask = async (): Promise<void> => {
    const answer = await messenger.link.call("contact.askWitnesses", { who: person.account });
    history.value = answer;
    messenger.chats.noteContact(answer.contact);
    messenger.toasts.tell(text.say("trustWhy.asked", { agreed: answer.agreed, asked: answer.asked }));
  };
  const steps = history.value?.steps ?? [];
  const contest = history.value?.contest;
  if (steps.length === 0) return null;
  return (
    <Section title={text.say("trustWhy.title")}>
      {person.trust === "CHANGED" ? <Decision person={person} onChange={onChange} /> : null}
      <ol class={s.steps}>
        {steps.toReversed().map((step, at) => (
          <Step key={`${steps.length - at}`} step={step} />
        ))}
      </ol>
      {contest === undefined ? null : (
        <p data-contested="">
          {text.say("trustWhy.contest", { name: plainName(person.name), handle: `@${contest.handle}` })}{" "}
          <AccountText account={contest.account} />
        </p>
      )}
      <ButtonRow>
        <Button onClick={() => void messenger.run(ask)}>{text.say("trustWhy.ask")}</Button>
      </ButtonRow>
    </Section>
  );
}
