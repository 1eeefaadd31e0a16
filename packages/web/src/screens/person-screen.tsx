/** A person: who they are, how sure that is, the safety number, and the ways to part. */
import { type Contact, type Methods, makeReport } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Button, ButtonRow, LinkButton } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { Field, Form } from "../parts/field.tsx";
import { AccountText, Handle, isNamedByHandle, Name } from "../parts/name.tsx";
import { Pane, Section } from "../parts/pane.tsx";
import { saveFile } from "../parts/save-file.ts";
import { TrustWords } from "../parts/trust-words.tsx";
import { AddressSection } from "./address-section.tsx";
import { IntroduceSection } from "./introduction/introduce-section.tsx";
import { NotThere } from "./not-there.tsx";
import s from "./person-screen.module.css";
import { PostSection } from "./post-section.tsx";
import { SafetySection } from "./safety-section.tsx";
import { TimerSection } from "./timer-section.tsx";
import { TrustSection } from "./trust-section.tsx";

type Person = Methods["contact.get"]["result"];

function Head({ person }: { readonly person: Person }): JSX.Element {
  const text = useText();
  return (
    <div class={s.head}>
      <Avatar account={person.account} size="large" pictureId={person.pictureId} />
      <h2>
        <Name name={person.name} isVerified={person.trust === "VERIFIED"} />
      </h2>
      {isNamedByHandle(person) || person.handle === undefined ? null : <Handle handle={person.handle} />}
      <TrustWords trust={person.trust} />
      {person.formerHandle === undefined ? null : (
        <p class={s.muted}>{text.say("person.was", { handle: `@${person.formerHandle}` })}</p>
      )}
      {person.claimedName === undefined ? null : (
        <p class={s.muted}>{text.say("profile.claims", { name: plainName(person.claimedName) })}</p>
      )}
      {person.about === undefined ? null : (
        <p>
          <bdi>{plainName(person.about)}</bdi>
        </p>
      )}
      <p class={s.muted}>
        {person.isByInvite ? `${text.say("person.byInvite")} · ` : ""}
        {text.count("person.devices", person.devices)}
      </p>
      {person.isClassicalOnly === true ? (
        <p class={s.muted} role="note">
          {text.say("person.classicalOnly", { name: plainName(person.name) })}
        </p>
      ) : null}
      <LinkButton kind="primary" href={`#/chat/${person.account}`}>
        {text.say("person.message")}
      </LinkButton>
    </div>
  );
}

function NameSection({
  person,
  onChange,
}: {
  readonly person: Person;
  readonly onChange: (contact: Contact) => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const name = useSignal(
    isNamedByHandle(person) || person.account.startsWith(person.name.slice(0, 8)) ? "" : person.name,
  );
  const save = async (): Promise<void> => {
    const contact = await messenger.link.call("contact.rename", { who: person.account, name: name.value });
    messenger.chats.noteContact(contact);
    onChange(contact);
    messenger.toasts.tell(text.say("person.renamed"));
  };
  return (
    <Section title={text.say("person.name")}>
      <Form onSubmit={() => void messenger.run(save)}>
        <Field
          label={text.say("person.name")}
          isLabelHidden
          value={name}
          maxLength={50}
          help={text.say("person.nameHelp")}
        />
        <ButtonRow>
          <Button isSubmit>{text.say("person.save")}</Button>
        </ButtonRow>
      </Form>
    </Section>
  );
}

function useParting(person: Person, onChange: (contact: Contact) => void) {
  const messenger = useMessenger();
  const text = useText();
  const who = person.account;
  const name = plainName(person.name);
  const setBlocked = async (isBlocked: boolean): Promise<void> => {
    const contact = await messenger.link.call(isBlocked ? "contact.block" : "contact.unblock", { who });
    messenger.chats.noteContact(contact);
    onChange(contact);
    const undo = (): void => void messenger.run(() => setBlocked(!isBlocked));
    messenger.toasts.tell(
      text.say(isBlocked ? "person.blocked" : "person.unblocked", { name }),
      isBlocked ? undo : undefined,
    );
  };
  const remove = async (): Promise<void> => {
    await messenger.link.call("contact.delete", { who });
    messenger.chats.noteDeleted(who);
    messenger.router.replace({ name: "home" });
    messenger.toasts.tell(text.say("person.deleted"));
  };
  return { setBlocked, remove, name };
}

function Parting({
  person,
  onChange,
}: {
  readonly person: Person;
  readonly onChange: (contact: Contact) => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const asking = useSignal<"block" | "delete" | null>(null);
  const { setBlocked, remove, name } = useParting(person, onChange);
  const close = (): void => {
    asking.value = null;
  };
  const confirm = (action: () => Promise<void>) => (): void => {
    close();
    void messenger.run(action);
  };
  const isBlocked = person.relation === "blocked";
  return (
    <ButtonRow>
      <Button
        onClick={() => {
          if (isBlocked) void messenger.run(() => setBlocked(false));
          else asking.value = "block";
        }}
      >
        {text.say(isBlocked ? "person.unblock" : "person.block")}
      </Button>
      <Button
        kind="danger"
        onClick={() => {
          asking.value = "delete";
        }}
      >
        {text.say("person.delete")}
      </Button>
      {asking.value === null ? null : (
        <ConfirmDialog
          title={text.say(asking.value === "block" ? "person.blockTitle" : "person.deleteTitle", { name })}
          text={text.say(asking.value === "block" ? "person.blockText" : "person.deleteText")}
          action={text.say(asking.value === "block" ? "person.block" : "person.delete")}
          onConfirm={confirm(asking.value === "block" ? () => setBlocked(true) : remove)}
          onClose={close}
        />
      )}
    </ButtonRow>
  );
}

/** Messages in a report, the newest. */
const REPORTED = 200;

function ReportSection({ person }: { readonly person: Person }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const name = plainName(person.name);
  const save = async (): Promise<void> => {
    const messages = await messenger.link.call("message.list", { who: person.account, limit: REPORTED });
    const report = makeReport(person, messages, Date.now());
    saveFile("kith-report.json", "application/json", JSON.stringify(report, null, 2));
    messenger.toasts.tell(text.say("report.saved"));
  };
  return (
    <Section title={text.say("report.title")}>
      <p>{text.say("report.text", { name })}</p>
      <ButtonRow>
        <Button onClick={() => void messenger.run(save)}>{text.say("report.save")}</Button>
      </ButtonRow>
    </Section>
  );
}

/** Accepted people who can be found and are not in question. */
function canBeIntroduced({ relation, handle, trust }: Contact): boolean {
  return relation === "accepted" && handle !== undefined && trust !== "CHANGED" && trust !== "EQUIVOCATED";
}

/** Everything about one account. */
export function PersonScreen({ account }: { readonly account: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const person = useSignal<Person | null>(null);
  const isGone = useSignal(false);
  const listed = messenger.chats.chatOf(account)?.contact;
  const isOpen = messenger.link.state.value.kind === "open";
  useEffect(() => {
    if (!isOpen) return;
    const load = async (): Promise<void> => {
      person.value = await messenger.link.call("contact.get", { who: account });
    };
    void messenger.run(load).then((isRead) => {
      isGone.value = !isRead && person.value === null;
    });
  }, [account, isOpen, listed]);
  if (isGone.value) return <NotThere text={text.say("person.unknown")} />;
  if (person.value === null) return <div aria-busy="true" />;
  const shown = person.value;
  const change = (contact: Contact): void => {
    person.value = { ...shown, ...contact };
  };
  return (
    <Pane title={text.say("person.title")} back={`#/chat/${account}`}>
      <Head person={shown} />
      {shown.trust === "CHANGED" ? <TrustSection person={shown} onChange={change} /> : null}
      <SafetySection person={shown} onChange={change} />
      {shown.trust === "CHANGED" ? null : <TrustSection person={shown} onChange={change} />}
      <PostSection key={`post-${account}`} person={shown} onChange={change} />
      {shown.relation === "accepted" ? <TimerSection person={shown} onChange={change} /> : null}
      {shown.relation === "accepted" ? <AddressSection person={shown} /> : null}
      {canBeIntroduced(shown) ? <IntroduceSection person={shown} /> : null}
      <NameSection key={account} person={shown} onChange={change} />
      <ReportSection person={shown} />
      <Section title={text.say("person.account")}>
        <AccountText account={account} />
        <Parting person={shown} onChange={change} />
      </Section>
    </Pane>
  );
}
