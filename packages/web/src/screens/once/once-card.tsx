/** A message to be seen once, in its bubble: it waits, it was opened, or what is known of an own one. */
import type { Message, Methods } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { PathIcon } from "../../parts/icon.tsx";
import { onceWords } from "../../parts/once-words.ts";
import { FileParts } from "../files/file-card.tsx";
import s from "./once.module.css";
import { ONCE_ICON } from "./once-icon.ts";
import { OnceViewer } from "./once-viewer.tsx";

type Opened = Methods["message.open"]["result"];

/** Whether all there is of it is on this device. */
function canOpen({ once, file }: Message): boolean {
  return once?.state === "unopened" && (file === undefined || file.state === "complete");
}

/** The card of one message. */
export function OnceCard({ message }: { readonly message: Message }): JSX.Element | null {
  const messenger = useMessenger();
  const text = useText();
  const opened = useSignal<Opened | null>(null);
  const isBusy = useSignal(false);
  const { once, file } = message;
  if (once === undefined) return null;
  const named = { who: message.chat, id: message.id };
  const open = (): void => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    void messenger
      .run(async () => {
        opened.value = await messenger.link.call("message.open", named);
      })
      .finally(() => {
        isBusy.value = false;
      });
  };
  const close = (): void => {
    const hadFile = opened.peek()?.file !== undefined;
    opened.value = null;
    if (hadFile) void messenger.run(() => messenger.link.call("message.close", named));
  };
  return (
    <div class={s.card}>
      <p class={`${s.head} ${once.what === undefined ? s.spent : ""}`}>
        <PathIcon path={ONCE_ICON} />
        {onceWords(message, text)}
      </p>
      {file === undefined || canOpen(message) ? null : <FileParts message={message} file={file} />}
      {canOpen(message) ? (
        <>
          <p class={s.state}>{text.say("once.before")}</p>
          <button type="button" class={s.open} aria-disabled={isBusy.value} onClick={open}>
            {text.say("once.open")}
          </button>
        </>
      ) : null}
      {opened.value === null ? null : <OnceViewer message={message} opened={opened.value} onClose={close} />}
    </div>
  );
}
