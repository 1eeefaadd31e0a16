/** Where a message is written. Enter sends; with a touch keyboard Enter is a new line. */
import type { Signal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { textDirection } from "../i18n/bidi.ts";
import { Icon } from "../parts/icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import s from "./composer.module.css";

/** The engine's bound for one text, in UTF-8 bytes. */
const MAX_TEXT_BYTES = 48 * 1024;

const MAX_HEIGHT_PX = 168;

function bytesTooMany(text: string): number {
  return Math.max(0, new TextEncoder().encode(text).length - MAX_TEXT_BYTES);
}

/** The field grows with its text, up to a few lines. */
function useGrowingField(draft: string): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [draft]);
  return field;
}

function isSendKey(event: KeyboardEvent): boolean {
  const isTouch = matchMedia("(pointer: coarse)").matches;
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouch;
}

function WritingField(props: {
  readonly draft: Signal<string>;
  readonly isTooLong: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onSend: () => void;
}): JSX.Element {
  const text = useText();
  const { draft } = props;
  return (
    <textarea
      ref={props.field}
      rows={1}
      dir={draft.value === "" ? undefined : textDirection(draft.value)}
      value={draft.value}
      data-autofocus=""
      placeholder={text.say("chat.message")}
      aria-label={text.say("chat.message")}
      title={text.say("chat.hint")}
      aria-invalid={props.isTooLong}
      onInput={(event) => {
        draft.value = event.currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (!isSendKey(event)) return;
        event.preventDefault();
        props.onSend();
      }}
    />
  );
}

/** The text field and its button; the draft lives with the conversation. */
export function Composer({ conversation }: { readonly conversation: Conversation }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const draft = conversation.draft.value;
  const field = useGrowingField(draft);
  const tooMany = draft.length * 3 > MAX_TEXT_BYTES ? bytesTooMany(draft) : 0;
  const send = (): void => {
    const written = conversation.draft.value.trim();
    if (written === "" || tooMany > 0) return;
    conversation.draft.value = "";
    field.current?.focus();
    void messenger.run(() => conversation.send(written));
  };
  return (
    <form
      class={s.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class={s.box}>
        <WritingField draft={conversation.draft} isTooLong={tooMany > 0} field={field} onSend={send} />
        {tooMany > 0 ? (
          <p class={s.error} role="alert">
            {text.say("chat.tooLong", { count: tooMany })}
          </p>
        ) : null}
      </div>
      <button type="submit" class={s.send} aria-label={text.say("chat.send")} title={text.say("chat.send")}>
        <Icon name="send" />
      </button>
    </form>
  );
}
