/** The safety number: to show, to scan or to read aloud, and the mark that it was compared. */
import type { Contact, Methods } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";

import { plainName } from "../i18n/bidi.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { copyText } from "../parts/copy-text.ts";
import { QrScanner } from "../parts/lazy-scanner.ts";
import { Section } from "../parts/pane.tsx";
import { QrCode } from "../parts/qr-code.tsx";
import { isSameNumber, readScannedCode, safetyNumberCode } from "../state/scanned-code.ts";
import s from "./person-screen.module.css";

interface SafetyProps {
  readonly person: Methods["contact.get"]["result"];
  readonly onChange: (contact: Contact) => void;
}

/** Twelve groups of five digits, from left to right in every language. */
function Digits({ safetyNumber }: { readonly safetyNumber: string }): JSX.Element {
  return (
    <ol class={s.number} dir="ltr" lang="en">
      {safetyNumber.split(" ").map((group, at) => (
        <li key={`${at}-${group}`}>{group}</li>
      ))}
    </ol>
  );
}

/** Said when a scanned number is another one. Nothing is changed by it: it may be the code of another conversation. */
function Differs({ name }: { readonly name: string }): JSX.Element {
  const text = useText();
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <p class={s.differs} role="alert" tabIndex={-1} ref={ref}>
      {text.say("person.differs", { name })}
    </p>
  );
}

/** Marks a person as compared or not, and offers to take it back. */
function useMark({ person, onChange }: SafetyProps): (isVerified: boolean) => Promise<void> {
  const messenger = useMessenger();
  const text = useText();
  const name = plainName(person.name);
  const mark = async (isVerified: boolean): Promise<void> => {
    const contact = await messenger.link.call("contact.verify", { who: person.account, isVerified });
    messenger.chats.noteContact(contact);
    onChange(contact);
    const words = isVerified ? text.say("person.marked", { name }) : text.say("person.unmarked");
    messenger.toasts.tell(words, () => void messenger.run(() => mark(!isVerified)));
  };
  return mark;
}

function Scanner(props: {
  readonly safetyNumber: string;
  readonly isOpen: Signal<boolean>;
  readonly hasDiffered: Signal<boolean>;
  readonly onMatch: () => void;
}): JSX.Element {
  const text = useText();
  const close = (): void => {
    props.isOpen.value = false;
  };
  const read = (scanned: string): string | null => {
    const code = readScannedCode(scanned);
    if (code.kind !== "safety-number") return text.say("scan.noNumber");
    close();
    props.hasDiffered.value = !isSameNumber(code.digits, props.safetyNumber);
    if (!props.hasDiffered.value) props.onMatch();
    return null;
  };
  return <QrScanner title={text.say("person.scan")} onRead={read} onClose={close} />;
}

/** Shows the number as a code and as digits, scans the other side's, and marks it as compared or not. */
export function SafetySection(props: SafetyProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { safetyNumber } = props.person;
  const name = plainName(props.person.name);
  const isVerified = props.person.trust === "VERIFIED";
  const isScanning = useSignal(false);
  const hasDiffered = useSignal(false);
  const mark = useMark(props);
  const markAs = (next: boolean): void => void messenger.run(() => mark(next));
  const scan = (): void => {
    hasDiffered.value = false;
    isScanning.value = true;
  };
  return (
    <Section title={text.say("person.safety")}>
      <p>{text.say("person.safetyText", { name })}</p>
      <QrCode text={safetyNumberCode(safetyNumber)} label={text.say("person.qr", { name })} />
      <Digits safetyNumber={safetyNumber} />
      {hasDiffered.value ? <Differs name={name} /> : null}
      <ButtonRow>
        <Button kind={isVerified ? "plain" : "primary"} onClick={scan}>
          {text.say("person.scan")}
        </Button>
        <Button onClick={() => markAs(!isVerified)}>{text.say(isVerified ? "person.unmark" : "person.mark")}</Button>
        <Button kind="quiet" onClick={() => void copyText(messenger, text, safetyNumber)}>
          {text.say("person.copy")}
        </Button>
      </ButtonRow>
      {isVerified ? null : <p class={s.muted}>{text.say("person.notCompared")}</p>}
      {isScanning.value ? (
        <Scanner
          safetyNumber={safetyNumber}
          isOpen={isScanning}
          hasDiffered={hasDiffered}
          onMatch={() => markAs(true)}
        />
      ) : null}
    </Section>
  );
}
