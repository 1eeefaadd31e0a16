/** Where a message to a group is written. Enter sends; with a touch keyboard Enter is a new line. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { textDirection } from "../../i18n/bidi.ts";
import { Icon } from "../../parts/icon.tsx";
import c from "../composer.module.css";

/** The engine's bound for one text, in UTF-8 bytes. */
const MAX_TEXT_BYTES = 46 * 1024;

function bytesTooMany(text: string): number {
  if (text.length * 3 <= MAX_TEXT_BYTES) return 0;
  return Math.max(0, new TextEncoder().encode(text).length - MAX_TEXT_BYTES);
}

function isSendKey(event: KeyboardEvent): boolean {
  const isTouch = matchMedia("(pointer: coarse)").matches;
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouch;
}

/** The field and its button; what was written comes back when it could not be taken. */
export function GroupComposer({ group }: { readonly group: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const draft = useSignal("");
  const field = useRef<HTMLTextAreaElement>(null);
  const tooMany = bytesTooMany(draft.value);
  const send = async (): Promise<void> => {
    const written = draft.value.trim();
    if (written === "" || tooMany > 0) return;
    draft.value = "";
    field.current?.focus();
    const isTaken = await messenger.run(async () => {
      await messenger.link.call("group.send", { group, text: written });
      await messenger.groups.load();
    });
    if (!isTaken && draft.value === "") draft.value = written;
  };
  return (
    <form
      class={c.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class={c.box}>
        <textarea
          ref={field}
          rows={1}
          dir={draft.value === "" ? undefined : textDirection(draft.value)}
          value={draft.value}
          data-autofocus=""
          placeholder={text.say("chat.message")}
          aria-label={text.say("chat.message")}
          aria-invalid={tooMany > 0}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (!isSendKey(event)) return;
            event.preventDefault();
            void send();
          }}
        />
        {tooMany > 0 ? (
          <p class={c.error} role="alert">
            {text.say("chat.tooLong", { count: tooMany })}
          </p>
        ) : null}
      </div>
      <button type="submit" class={c.send} aria-label={text.say("chat.send")} title={text.say("chat.send")}>
        <Icon name="send" />
      </button>
    </form>
  );
}
