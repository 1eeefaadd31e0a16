/** Chooses the zip of an X archive and reads it here; only what is wanted of it goes to the engine. */
import { type ArchiveInfo, MessengerError } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { percentText } from "../files/bytes.ts";
import s from "./archive.module.css";

type Step =
  | { readonly kind: "ask"; readonly error?: string }
  | { readonly kind: "reading"; readonly done: number; readonly total: number };

/** A file of the page, read piece by piece. */
function sourceOf(file: File) {
  return {
    sizeBytes: file.size,
    async read(offset: number, length: number): Promise<Uint8Array> {
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        throw new MessengerError("FILE_UNREADABLE", "the browser cannot read the file", { cause });
      }
    },
  };
}

function Reading(props: { readonly done: number; readonly total: number; readonly onStop: () => void }): JSX.Element {
  const text = useText();
  const { done, total } = props;
  return (
    <div class={s.stack}>
      <progress class={s.progress} max={total} value={done} aria-label={text.say("archive.title")} />
      <p role="status">{text.say("archive.reading", { percent: percentText(done, total, text) })}</p>
      <ButtonRow>
        <Button isFocused onClick={props.onStop}>
          {text.say("archive.stop")}
        </Button>
      </ButtonRow>
    </div>
  );
}

function AskFile(props: { readonly error: string | undefined; readonly onFile: (file: File) => void }): JSX.Element {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={s.stack}>
      <p>{text.say("archive.text")}</p>
      <ul class={s.facts}>
        <li>{text.say("archive.read")}</li>
        <li>{text.say("archive.stays")}</li>
        <li>{text.say("archive.unsigned")}</li>
      </ul>
      <input
        ref={input}
        type="file"
        accept=".zip"
        hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = "";
          if (file !== undefined) props.onFile(file);
        }}
      />
      {props.error === undefined ? null : (
        <p class={s.error} role="alert">
          {props.error}
        </p>
      )}
      <ButtonRow>
        <Button kind="primary" onClick={() => input.current?.click()}>
          {text.say("archive.choose")}
        </Button>
      </ButtonRow>
    </div>
  );
}

/** Imports one; leaving the screen stops it, and then nothing of it is kept. */
export function ImportPanel({ onDone }: { readonly onDone: (archive: ArchiveInfo) => void }): JSX.Element {
  const messenger = useMessenger();
  const step = useSignal<Step>({ kind: "ask" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const read = async (file: File): Promise<void> => {
    const abort = new AbortController();
    running.current = abort;
    step.value = { kind: "reading", done: 0, total: file.size };
    const onProgress = (done: number, total: number): void => {
      if (!abort.signal.aborted) step.value = { kind: "reading", done, total };
    };
    try {
      const { importXArchive } = await import("@kith/client/x-archive");
      const archive = await importXArchive(messenger.link, sourceOf(file), { signal: abort.signal, onProgress });
      if (archive === null) step.value = { kind: "ask" };
      else onDone(archive);
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      step.value = { kind: "ask", error: messenger.errorText(error) };
    }
  };
  const shown = step.value;
  if (shown.kind === "reading") {
    return <Reading done={shown.done} total={shown.total} onStop={() => running.current?.abort()} />;
  }
  return <AskFile error={shown.error} onFile={(file) => void read(file)} />;
}
