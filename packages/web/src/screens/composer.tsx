/** Where a message is written. Enter sends; with a touch keyboard Enter is a new line. */
import type { Contact, Message } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { lazy } from "../app/lazy.tsx";
import { textDirection } from "../i18n/bidi.ts";
import { Icon } from "../parts/icon.tsx";
import { type Conversation, maxTextBytes } from "../state/conversation.ts";
import s from "./composer.module.css";
import { abilitiesOf } from "./message-abilities.ts";
import { WritingHead } from "./writing-head.tsx";

const Attach = lazy(async () => (await import("./files/attach.tsx")).Attach);
const OnceToggle = lazy(async () => (await import("./once/once-toggle.tsx")).OnceToggle);
const VoiceButton = lazy(async () => (await import("./voice/voice-button.tsx")).VoiceButton);

const MAX_HEIGHT_PX = 168;

function bytesTooMany(text: string, limit: number): number {
  return text.length * 3 <= limit ? 0 : Math.max(0, new TextEncoder().encode(text).length - limit);
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
  readonly onWrite: (written: string) => void;
  /** A key that is not for the text. @returns true when something was done for it. */
  readonly onKey: (event: KeyboardEvent) => boolean;
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
      data-writing=""
      placeholder={text.say("chat.message")}
      aria-label={text.say("chat.message")}
      title={text.say("chat.hint")}
      aria-invalid={props.isTooLong}
      onInput={(event) => {
        draft.value = event.currentTarget.value;
        props.onWrite(draft.value);
      }}
      onKeyDown={(event) => {
        if (isSendKey(event)) props.onSend();
        else if (!props.onKey(event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}

/** The newest message that can still be given other words. */
function lastEditable(messages: readonly Message[], contact: Contact): Message | undefined {
  return messages.findLast((message) => abilitiesOf(message, contact, Date.now()).canEdit);
}

/** Hands over what was written, as what it was written for; what is too long for one message as a text file. */
function useSend(conversation: Conversation): (written: string, asFile: boolean) => void {
  const messenger = useMessenger();
  const text = useText();
  return (written, asFile) => {
    if (asFile) {
      const file = new File([written], text.say("chat.longFile"), { type: "text/plain" });
      conversation.draft.value = "";
      void messenger.run(async () => {
        const { uploadFiles } = await import("./files/upload-file.ts");
        await uploadFiles(messenger.link, conversation, [file]);
      });
      return;
    }
    const { writing } = conversation;
    const mode = writing.mode.peek();
    if (mode.kind !== "edit") {
      conversation.draft.value = "";
      writing.leave();
      void messenger.run(() => conversation.send(written, mode.kind === "answer" ? mode.to : undefined));
      return;
    }
    if (written === mode.message.text) writing.leave();
    else void messenger.run(async () => conversation.edit(mode.message, written).then(() => writing.leave()));
  };
}

function submit(event: Event, send: () => void): void {
  event.preventDefault();
  send();
}

/** Tells the other side that a text is being written for them, until the field is left. */
function useTyping(conversation: Conversation, { relation }: Contact): (written: string) => void {
  useEffect(() => () => conversation.typing.noteStop(), [conversation]);
  return (written) => {
    const isForThem =
      relation === "accepted" && !conversation.isGroup && conversation.writing.mode.peek().kind !== "edit";
    if (isForThem) conversation.typing.noteInput(written);
  };
}

/** Keys that lead out of an answer or an edit, or into the edit of the last message. @returns true for such a key. */
function useWritingKeys({ writing, messages }: Conversation, contact: Contact): (event: KeyboardEvent) => boolean {
  return ({ key }) => {
    if (key === "Escape" && writing.mode.peek().kind !== "new") {
      writing.leave();
      return true;
    }
    const isFree = writing.mode.peek().kind === "new" && writing.draft.peek() === "";
    const message = key === "ArrowUp" && isFree ? lastEditable(messages.peek(), contact) : undefined;
    if (message !== undefined) writing.edit(message);
    return message !== undefined;
  };
}

/** The text field and its button; the draft lives with the conversation. */
export function Composer(props: { readonly conversation: Conversation; readonly contact: Contact }): JSX.Element {
  const { conversation, contact } = props;
  const { writing } = conversation;
  const draft = conversation.draft.value;
  const isEdit = writing.mode.value.kind === "edit";
  const isAccepted = contact.relation === "accepted";
  // Nothing in a group is seen once.
  const canBeOnce = isAccepted && !conversation.isGroup && writing.mode.value.kind === "new";
  const isRecording = useSignal(false);
  const canSpeak = isAccepted && draft === "" && writing.mode.value.kind === "new";
  const field = useGrowingField(draft);
  const tooMany = bytesTooMany(draft, maxTextBytes(conversation));
  const handOver = useSend(conversation);
  const tellTyping = useTyping(conversation, contact);
  // An answer and other words of a message are texts; people who have not answered yet are sent no files.
  const asFile = tooMany > 0 && isAccepted && writing.mode.value.kind === "new";
  const isTooLong = tooMany > 0 && !asFile;
  const send = (): void => {
    const written = conversation.draft.value.trim();
    if (written === "" || isTooLong) return;
    field.current?.focus();
    handOver(written, asFile);
  };
  const leave = (): void => {
    writing.leave();
    field.current?.focus();
  };
  const onKey = useWritingKeys(conversation, contact);
  return (
    <>
      <WritingHead mode={writing.mode.value} name={contact.name} onLeave={leave} />
      <form class={s.composer} onSubmit={(event) => submit(event, send)}>
        {isAccepted && !isRecording.value ? <Attach conversation={conversation} /> : null}
        <div class={s.box} hidden={isRecording.value}>
          <WritingField
            draft={conversation.draft}
            isTooLong={isTooLong}
            field={field}
            onSend={send}
            onWrite={tellTyping}
            onKey={onKey}
          />
          {canBeOnce ? <OnceToggle conversation={conversation} /> : null}
          <LengthNote tooMany={tooMany} asFile={asFile} />
        </div>
        {isRecording.value || canSpeak ? (
          <VoiceButton conversation={conversation} isRecording={isRecording} />
        ) : (
          <SendButton isEdit={isEdit} />
        )}
      </form>
    </>
  );
}

/** Says what becomes of a text that no message holds. */
function LengthNote({ tooMany, asFile }: { readonly tooMany: number; readonly asFile: boolean }): JSX.Element | null {
  const text = useText();
  if (tooMany === 0) return null;
  if (asFile) {
    return (
      <p class={s.note} role="status">
        {text.say("chat.asFile")}
      </p>
    );
  }
  return (
    <p class={s.error} role="alert">
      {text.say("chat.tooLong", { count: tooMany })}
    </p>
  );
}

function SendButton({ isEdit }: { readonly isEdit: boolean }): JSX.Element {
  const text = useText();
  const label = text.say(isEdit ? "writing.save" : "chat.send");
  return (
    <button type="submit" class={s.send} aria-label={label} title={label}>
      <Icon name={isEdit ? "check" : "send"} />
    </button>
  );
}
