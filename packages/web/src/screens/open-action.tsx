/** Menus and dialogs of messages, as a log opens them. */
import type { Chat } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { lazy } from "../app/lazy.tsx";
import { type Conversation, messageKey } from "../state/conversation.ts";
import { abilitiesOf } from "./message-abilities.ts";
import type { MessageRow } from "./message-rows.ts";
import { type ActionStep, type MessageTarget, rowElement } from "./message-target.ts";

const MessageActions = lazy(async () => (await import("./message-actions/message-actions.tsx")).MessageActions);

interface LogProps {
  readonly chat: Chat;
  readonly conversation: Conversation;
}

/** What can be asked for from the log. */
export interface LogActions {
  readonly target: Signal<MessageTarget | null>;
  readonly open: (row: MessageRow, step: ActionStep, at: MessageTarget["at"]) => void;
  readonly answer: (row: MessageRow) => void;
  readonly edit: (row: MessageRow) => void;
  readonly openQuote: (row: MessageRow) => void;
}

/** Puts the focus into the text field once it shows what it is for. */
function focusWriting(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-writing]")?.focus());
}

/** The actions of one log. */
export function useLogActions({ chat, conversation }: LogProps): LogActions {
  const messenger = useMessenger();
  const text = useText();
  const target = useSignal<MessageTarget | null>(null);
  const able = ({ message }: MessageRow) => message && abilitiesOf(message, chat.contact, Date.now());
  return {
    target,
    open(row, step, at) {
      if (row.message === null || target.peek() !== null) return;
      // The menu gives the focus back to where it was.
      rowElement(row.key)?.focus({ preventScroll: true });
      target.value = { message: row.message, step, at };
    },
    answer(row) {
      if (row.message === null || able(row)?.canAnswer !== true) return;
      conversation.writing.answer(row.message);
      focusWriting();
    },
    edit(row) {
      if (row.message === null || able(row)?.canEdit !== true) return;
      conversation.writing.edit(row.message);
      focusWriting();
    },
    openQuote({ quote }) {
      if (quote === null) return;
      void messenger.run(async () => {
        if (!(await conversation.reach(messageKey(quote)))) messenger.toasts.warn(text.say("quote.tooFar"));
      });
    },
  };
}

/** The menu or dialog of a message, while one is open. */
export function OpenAction({
  chat,
  conversation,
  actions,
}: LogProps & { readonly actions: LogActions }): JSX.Element | null {
  const target = actions.target.value;
  useEffect(() => void MessageActions.preload(), []);
  if (target === null) return null;
  const close = (): void => {
    actions.target.value = null;
  };
  return <MessageActions target={target} chat={chat} conversation={conversation} onClose={close} />;
}
