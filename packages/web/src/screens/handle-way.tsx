/** Asking the directory who claims a handle, and asking one of them for contact. Several claims: nothing is chosen. */
import type { Candidate, LookupResult } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Button, ButtonRow, LinkButton } from "../parts/button.tsx";
import { Field, Form, TextField } from "../parts/field.tsx";
import { AccountText, Handle } from "../parts/name.tsx";
import { TrustWords } from "../parts/trust-words.tsx";
import s from "./new-chat.module.css";

function CandidateCard(props: {
  readonly candidate: Candidate;
  /** Absent when there is only one. */
  readonly chosen?: Signal<string | null>;
}): JSX.Element {
  const text = useText();
  const { candidate, chosen } = props;
  const facts = (
    <>
      <Avatar account={candidate.account} />
      <span class={s.facts}>
        <b>
          <Handle handle={candidate.handle} />
        </b>
        <TrustWords trust={candidate.trust} />
        <span class={s.muted}>{text.say("new.claimed", { date: text.date(candidate.claimedAtMs) })}</span>
        {candidate.isContact ? <span class={s.muted}>{text.say("new.isContact")}</span> : null}
        <AccountText account={candidate.account} />
      </span>
    </>
  );
  if (chosen === undefined) return <div class={s.candidate}>{facts}</div>;
  return (
    <label class={s.candidate}>
      <input
        type="radio"
        name="candidate"
        checked={chosen.value === candidate.account}
        onChange={() => {
          chosen.value = candidate.account;
        }}
      />
      {facts}
    </label>
  );
}

function Ask({ candidate }: { readonly candidate: Candidate }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const first = useSignal("");
  const isBusy = useSignal(false);
  if (candidate.isContact) {
    return (
      <LinkButton kind="primary" href={`#/chat/${candidate.account}`}>
        {text.say("new.openChat")}
      </LinkButton>
    );
  }
  const ask = async (): Promise<void> => {
    isBusy.value = true;
    await messenger.run(async () => {
      const words = first.value.trim();
      const params = { who: candidate.account, ...(words === "" ? {} : { text: words }) };
      const contact = await messenger.link.call("contact.add", params);
      await messenger.chats.load();
      messenger.router.replace({ name: "chat", account: contact.account });
      messenger.toasts.speak(text.say("new.asked", { name: contact.name }));
    });
    isBusy.value = false;
  };
  return (
    <Form onSubmit={() => void ask()}>
      <TextField label={text.say("new.firstText")} value={first} rows={3} />
      <ButtonRow>
        <Button kind="primary" isSubmit isBusy={isBusy.value}>
          {text.say("new.ask")}
        </Button>
      </ButtonRow>
    </Form>
  );
}

function Found({ result }: { readonly result: LookupResult }): JSX.Element {
  const text = useText();
  const chosen = useSignal<string | null>(null);
  const { candidates, asked } = result;
  const [only] = candidates;
  const handle = `@${result.handle.replace(/^@/, "")}`;
  const suspicion = result.isSuspect ? (
    <p class={s.warning} role="alert">
      {text.say("new.suspect")}
    </p>
  ) : null;
  if (only === undefined) {
    return (
      <>
        <p class={s.muted}>
          {asked === 0 ? text.say("new.nobodyAsked") : text.count("new.notFound", asked, { handle })}
        </p>
        {suspicion}
      </>
    );
  }
  const facts = `${text.count("new.found", asked)}. ${result.isWeak ? text.say("new.weak") : ""}`;
  if (candidates.length === 1) {
    return (
      <>
        <CandidateCard candidate={only} />
        {suspicion}
        <p class={s.muted}>{facts}</p>
        <Ask candidate={only} />
      </>
    );
  }
  const choice = candidates.find(({ account }) => account === chosen.value);
  return (
    <>
      <p class={s.warning} role="alert">
        {text.say("new.conflict", { handle })}
      </p>
      {suspicion}
      <fieldset class={s.candidates}>
        <legend class="spoken">{text.say("new.choose", { handle })}</legend>
        {candidates.map((candidate) => (
          <CandidateCard key={candidate.account} candidate={candidate} chosen={chosen} />
        ))}
      </fieldset>
      <p class={s.muted}>{facts}</p>
      {choice === undefined ? null : <Ask key={choice.account} candidate={choice} />}
    </>
  );
}

/** Look-up of a handle. */
export function HandleWay(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const handle = useSignal(messenger.sought.peek());
  messenger.sought.value = "";
  const isBusy = useSignal(false);
  const result = useSignal<LookupResult | null>(null);
  const lookUp = async (): Promise<void> => {
    if (isBusy.value || handle.value.trim() === "") return;
    isBusy.value = true;
    result.value = null;
    await messenger.run(async () => {
      result.value = await messenger.link.call("directory.lookup", { handle: handle.value.trim() });
    });
    isBusy.value = false;
  };
  return (
    <div class={s.way}>
      <Form onSubmit={() => void lookUp()}>
        <Field
          label={text.say("new.handleField")}
          value={handle}
          prefix="@"
          isLtr
          isFocused
          maxLength={64}
          help={text.say("welcome.rule")}
        />
        <ButtonRow>
          <Button kind="primary" isSubmit isBusy={isBusy.value}>
            {text.say("new.lookUp")}
          </Button>
        </ButtonRow>
      </Form>
      <div class={s.way} aria-live="polite">
        {isBusy.value ? <p class={s.muted}>{text.say("new.looking")}</p> : null}
        {result.value === null ? null : <Found key={result.value.handle} result={result.value} />}
      </div>
    </div>
  );
}
