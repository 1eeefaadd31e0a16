/** Makes a backup: what is in it, a passphrase, how far it is, and the file. */
import { MessengerError } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Pane } from "../../parts/pane.tsx";
import { saveBlob } from "../../parts/save-file.ts";
import { sizeText } from "../files/bytes.ts";
import s from "./backup.module.css";
import { backupName, makeBackup } from "./make-backup.ts";
import { NewPassphrase } from "./new-passphrase.tsx";

type Step =
  | { readonly kind: "ask"; readonly error?: string }
  | { readonly kind: "making"; readonly bytes: number }
  | { readonly kind: "done"; readonly blob: Blob; readonly name: string };

function Making({ bytes, onStop }: { readonly bytes: number; readonly onStop: () => void }): JSX.Element {
  const text = useText();
  return (
    <div class={s.running}>
      <progress class={s.progress} aria-label={text.say("backup.title")} />
      <p role="status">
        {bytes === 0 ? text.say("backup.key") : text.say("backup.making", { size: sizeText(bytes, text) })}
      </p>
      <ButtonRow>
        <Button isFocused onClick={onStop}>
          {text.say("backup.stop")}
        </Button>
      </ButtonRow>
    </div>
  );
}

function Done({ blob, name }: { readonly blob: Blob; readonly name: string }): JSX.Element {
  const text = useText();
  return (
    <div class={s.running}>
      <p role="status" class={s.chosen} tabIndex={-1} data-autofocus="">
        {text.say("backup.done", { name, size: sizeText(blob.size, text) })}
      </p>
      <p>{text.say("backup.keep")}</p>
      <p>{text.say("restore.one")}</p>
      <ButtonRow>
        <Button onClick={() => saveBlob(name, blob)}>{text.say("backup.again")}</Button>
      </ButtonRow>
    </div>
  );
}

/** Makes one backup; leaving the screen stops it. */
function useMaking(step: Signal<Step>): { start(passphrase: string): void; stop(): void } {
  const messenger = useMessenger();
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const make = async (passphrase: string): Promise<void> => {
    const abort = new AbortController();
    running.current = abort;
    const onBytes = (bytes: number): void => {
      step.value = { kind: "making", bytes };
    };
    onBytes(0);
    try {
      const blob = await makeBackup(messenger.link, passphrase, { signal: abort.signal, onBytes });
      const name = backupName(new Date());
      if (blob !== null) saveBlob(name, blob);
      step.value = blob === null ? { kind: "ask" } : { kind: "done", blob, name };
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      step.value = { kind: "ask", error: messenger.errorText(error) };
    }
  };
  return { start: (passphrase) => void make(passphrase), stop: () => running.current?.abort() };
}

/** The screen. */
export function BackupScreen(): JSX.Element {
  const text = useText();
  const step = useSignal<Step>({ kind: "ask" });
  const { start, stop } = useMaking(step);
  const shown = step.value;
  useEffect(() => {
    if (shown.kind !== "ask") document.querySelector<HTMLElement>("[data-pane] [data-autofocus]")?.focus();
  }, [shown.kind]);
  return (
    <Pane title={text.say("backup.title")} back="#/settings">
      {shown.kind === "making" ? <Making bytes={shown.bytes} onStop={stop} /> : null}
      {shown.kind === "done" ? <Done blob={shown.blob} name={shown.name} /> : null}
      {shown.kind === "ask" ? (
        <>
          <ul class={s.facts}>
            <li>{text.say("backup.holds")}</li>
            <li>{text.say("backup.holdsNot")}</li>
            <li>{text.say("backup.whoever")}</li>
          </ul>
          {shown.error === undefined ? null : (
            <p class={s.error} role="alert">
              {shown.error}
            </p>
          )}
          <NewPassphrase onPassphrase={start} />
        </>
      ) : null}
    </Pane>
  );
}
