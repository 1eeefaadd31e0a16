/** Makes an account from a backup on a device without one: the file, its passphrase, and how far it is. */
import { MessengerError } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Field, Form } from "../../parts/field.tsx";
import { Door } from "../door.tsx";
import { percentText, sizeText } from "../files/bytes.ts";
import s from "./backup.module.css";
import { MAX_PASSPHRASE_CHARACTERS } from "./new-passphrase.tsx";
import { restoreBackup } from "./restore-backup.ts";

type Step =
  | { readonly kind: "ask"; readonly code?: string; readonly error?: string }
  | { readonly kind: "reading"; readonly bytes: number };

function FileChoice({ file, error }: { readonly file: Signal<File | null>; readonly error?: string }): JSX.Element {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={s.field}>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ currentTarget }) => {
          file.value = currentTarget.files?.[0] ?? null;
        }}
      />
      <ButtonRow>
        <Button isFocused onClick={() => input.current?.click()}>
          {text.say("restore.choose")}
        </Button>
      </ButtonRow>
      <p role="status" class={s.chosen}>
        {file.value === null ? null : (
          <>
            <bdi>{plainName(file.value.name)}</bdi> · {sizeText(file.value.size, text)}
          </>
        )}
      </p>
      {error === undefined ? null : (
        <p class={s.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Reading(props: { readonly bytes: number; readonly size: number; readonly onStop: () => void }): JSX.Element {
  const text = useText();
  const percent = percentText(props.bytes, props.size, text);
  return (
    <div class={s.running}>
      <progress class={s.progress} max={props.size} value={props.bytes} aria-label={text.say("restore.title")} />
      <p role="status">{props.bytes === 0 ? text.say("restore.key") : text.say("restore.reading", { percent })}</p>
      <ButtonRow>
        <Button isFocused onClick={props.onStop}>
          {text.say("backup.stop")}
        </Button>
      </ButtonRow>
    </div>
  );
}

/** Restores; leaving the screen stops it, and then nothing of it is left. */
function useRestore(step: Signal<Step>): { start(file: File, passphrase: string): void; stop(): void } {
  const messenger = useMessenger();
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const restore = async (file: File, passphrase: string): Promise<void> => {
    const abort = new AbortController();
    running.current = abort;
    const onBytes = (bytes: number): void => {
      step.value = { kind: "reading", bytes };
    };
    onBytes(0);
    try {
      const given = { file, passphrase, isHere: messenger.isPeer };
      const finish = await restoreBackup(messenger.link, given, { signal: abort.signal, onBytes });
      if (finish === null) step.value = { kind: "ask" };
      else await messenger.account.restore(finish);
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      step.value = { kind: "ask", code: error.code, error: messenger.errorText(error) };
    }
  };
  return { start: (file, passphrase) => void restore(file, passphrase), stop: () => running.current?.abort() };
}

function AskForm(props: {
  readonly file: Signal<File | null>;
  readonly asked: { readonly code?: string; readonly error?: string };
  readonly onStart: (file: File, passphrase: string) => void;
  readonly onBack: () => void;
}): JSX.Element {
  const text = useText();
  const { file, asked } = props;
  const passphrase = useSignal("");
  const isMissing = useSignal(false);
  const submit = (): void => {
    isMissing.value = file.value === null;
    if (file.value !== null) props.onStart(file.value, passphrase.value);
  };
  const isAboutPassphrase = asked.code === "BACKUP_PASSPHRASE";
  const aboutFile = isMissing.value && file.value === null ? text.say("restore.none") : asked.error;
  return (
    <Form onSubmit={submit}>
      <FileChoice file={file} {...(isAboutPassphrase || aboutFile === undefined ? {} : { error: aboutFile })} />
      <Field
        label={text.say("backup.passphrase")}
        kind="passphrase"
        value={passphrase}
        maxLength={MAX_PASSPHRASE_CHARACTERS}
        autocomplete="current-password"
        error={isAboutPassphrase ? asked.error : undefined}
      />
      <ButtonRow>
        <Button kind="primary" isSubmit>
          {text.say("restore.do")}
        </Button>
        <Button kind="quiet" onClick={props.onBack}>
          {text.say("common.back")}
        </Button>
      </ButtonRow>
    </Form>
  );
}

/** The screen. */
export function RestoreScreen({ onBack }: { readonly onBack: () => void }): JSX.Element {
  const text = useText();
  const step = useSignal<Step>({ kind: "ask" });
  const file = useSignal<File | null>(null);
  const { start, stop } = useRestore(step);
  const shown = step.value;
  useEffect(() => {
    document.querySelector<HTMLElement>("main [data-autofocus]")?.focus();
  }, [shown.kind]);
  return (
    <Door title={text.say("restore.title")} petals={6} seed="you">
      {shown.kind === "reading" ? (
        <Reading bytes={shown.bytes} size={file.value?.size ?? 0} onStop={stop} />
      ) : (
        <>
          <p>{text.say("restore.text")}</p>
          <ul class={s.facts}>
            <li>{text.say("restore.not")}</li>
            <li>{text.say("restore.sessions")}</li>
            <li>{text.say("restore.one")}</li>
          </ul>
          <AskForm file={file} asked={shown} onStart={start} onBack={onBack} />
        </>
      )}
    </Door>
  );
}
