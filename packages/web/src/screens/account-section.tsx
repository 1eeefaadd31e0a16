/** The own account in the settings: handle and how far it is published, account text, words. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow, LinkButton } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { Field, Form } from "../parts/field.tsx";
import { AccountText, Handle } from "../parts/name.tsx";
import { Section } from "../parts/pane.tsx";
import { ContestSection } from "./contest-section.tsx";
import { ProofSection } from "./proof-section.tsx";
import s from "./settings.module.css";

function ClaimForm({ hasHandle, onDone }: { readonly hasHandle: boolean; readonly onDone: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const handle = useSignal("");
  const isBusy = useSignal(false);
  const claim = async (): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    const isClaimed = await messenger.run(() => messenger.account.claimHandle(handle.value.trim()));
    isBusy.value = false;
    if (!isClaimed) return;
    messenger.toasts.tell(text.say("settings.claimed"));
    onDone();
  };
  return (
    <Form onSubmit={() => void claim()}>
      <Field
        label={text.say(hasHandle ? "settings.handleChange" : "settings.handleClaim")}
        value={handle}
        prefix="@"
        isLtr
        isFocused
        maxLength={16}
        help={text.say("settings.handleNote")}
      />
      <ButtonRow>
        <Button kind="primary" isSubmit isBusy={isBusy.value}>
          {text.say("settings.claim")}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {text.say("common.cancel")}
        </Button>
      </ButtonRow>
    </Form>
  );
}

/** Gives the handle up, after a word about what stays. */
function ReleaseButton({ handle }: { readonly handle: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const close = (): void => {
    isAsking.value = false;
  };
  const release = async (): Promise<void> => {
    messenger.account.set(await messenger.link.call("account.releaseHandle", {}));
    messenger.toasts.tell(text.say("settings.released"));
  };
  return (
    <>
      <Button
        kind="quiet"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {text.say("settings.release")}
      </Button>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("settings.releaseTitle", { handle: `@${handle}` })}
          text={text.say("settings.releaseText")}
          action={text.say("settings.release")}
          onConfirm={() => {
            close();
            void messenger.run(release);
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** The account of this device. */
export function AccountSection(): JSX.Element {
  const { account } = useMessenger();
  const text = useText();
  const isClaiming = useSignal(false);
  const status = account.status.value;
  const handle = status?.handle;
  const isConfirmed = status?.areWordsConfirmed === true;
  return (
    <Section title={text.say("settings.account")}>
      {handle === undefined ? (
        <p>{text.say("settings.handleNone")}</p>
      ) : (
        <p class={s.fact}>
          <b>
            <Handle handle={handle.written} />
          </b>
          <span>{text.say(`publication.${handle.publication}`)}</span>
        </p>
      )}
      <AccountText account={status?.account ?? ""} />
      {isClaiming.value ? (
        <ClaimForm
          hasHandle={handle !== undefined}
          onDone={() => {
            isClaiming.value = false;
          }}
        />
      ) : (
        <ButtonRow>
          <Button
            onClick={() => {
              isClaiming.value = true;
            }}
          >
            {text.say(handle === undefined ? "settings.handleClaim" : "settings.handleChange")}
          </Button>
          {handle === undefined ? null : <ReleaseButton handle={handle.written} />}
        </ButtonRow>
      )}
      {handle === undefined ? null : (
        <ContestSection key={`contest ${handle.written}`} handle={handle.written} account={status?.account ?? ""} />
      )}
      {handle === undefined ? null : <ProofSection key={handle.written} handle={handle.written} />}
      <h3 class={s.title}>{text.say("settings.words")}</h3>
      <p class={isConfirmed ? undefined : s.waiting}>
        {text.say(isConfirmed ? "settings.wordsDone" : "settings.wordsOpen")}
      </p>
      {isConfirmed ? null : (
        <ButtonRow>
          <LinkButton href="#/settings/words">{text.say("settings.wordsShow")}</LinkButton>
        </ButtonRow>
      )}
    </Section>
  );
}
