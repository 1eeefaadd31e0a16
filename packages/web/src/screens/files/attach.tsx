/** Files for a chat: chosen, dropped on the conversation, or pasted; and those that are on their way to the engine. */
import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import { IconButton } from "../../parts/icon.tsx";
import type { Conversation } from "../../state/conversation.ts";
import type { Upload } from "../../state/uploads.ts";
import s from "./attach.module.css";
import { percentText } from "./bytes.ts";
import { dropUpload, uploadFiles } from "./upload-file.ts";

/** Takes what is dropped on, or pasted into, the conversation around `inside`. */
function useGivenFiles(inside: RefObject<HTMLElement | null>, onFiles: (files: readonly File[]) => void): void {
  useEffect(() => {
    const area = inside.current?.closest<HTMLElement>("[data-conversation]");
    if (area === null || area === undefined) return;
    const abort = new AbortController();
    const { signal } = abort;
    const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") === true;
    const mark = (isOver: boolean): void => {
      if (isOver) area.dataset.dropping = "";
      else delete area.dataset.dropping;
    };
    const onDrag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      mark(true);
    };
    area.addEventListener("dragenter", onDrag, { signal });
    area.addEventListener("dragover", onDrag, { signal });
    area.addEventListener("dragleave", (event) => event.target === area && mark(false), { signal });
    area.addEventListener(
      "drop",
      (event) => {
        mark(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        onFiles([...(event.dataTransfer?.files ?? [])]);
      },
      { signal },
    );
    area.addEventListener(
      "paste",
      (event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length === 0) return;
        event.preventDefault();
        onFiles(files);
      },
      { signal },
    );
    return () => {
      abort.abort();
      mark(false);
    };
  }, [inside, onFiles]);
}

function UploadRow({
  upload,
  conversation,
}: {
  readonly upload: Upload;
  readonly conversation: Conversation;
}): JSX.Element {
  const text = useText();
  const { id, sizeBytes, doneBytes, refusal } = upload;
  const name = plainName(upload.name);
  const words =
    refusal === undefined
      ? text.say("file.adding", { percent: percentText(doneBytes, sizeBytes, text) })
      : text.say(`error.${refusal}`, { limit: "", wait: "" });
  return (
    <li class={refusal === undefined ? "" : s.refused}>
      <span class={s.words}>
        <bdi>{name}</bdi>
        <span role={refusal === undefined ? undefined : "alert"}>{words}</span>
      </span>
      {refusal === undefined ? (
        <progress max={sizeBytes} value={doneBytes} aria-label={text.say("file.progress", { name })} />
      ) : null}
      <IconButton
        icon="close"
        label={text.say(refusal === undefined ? "file.stop" : "file.dismiss", { name })}
        onClick={() => dropUpload(conversation, id)}
      />
    </li>
  );
}

/** The button beside the text field, with the files on their way above it. */
export function Attach({ conversation }: { readonly conversation: Conversation }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const take = useRef((files: readonly File[]): void => {
    if (files.length > 0) void messenger.run(() => uploadFiles(messenger.link, conversation, files));
  });
  useGivenFiles(input, take.current);
  const uploads = conversation.uploads.value;
  return (
    <>
      {uploads.length === 0 ? null : (
        <ul class={s.tray} aria-label={text.say("file.tray")}>
          {uploads.map((upload) => (
            <UploadRow key={upload.id} upload={upload} conversation={conversation} />
          ))}
        </ul>
      )}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          take.current([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <IconButton icon="attach" label={text.say("file.attach")} onClick={() => input.current?.click()} />
    </>
  );
}
