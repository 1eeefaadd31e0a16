/** The menu of a message and the dialogs it leads to. Loaded when one is first opened. */
import type { Chat } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { copyText } from "../../parts/copy-text.ts";
import type { Conversation } from "../../state/conversation.ts";
import { abilitiesOf } from "../message-abilities.ts";
import type { ActionStep, MessageTarget } from "../message-target.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { ForwardDialog } from "./forward-dialog.tsx";
import { MessageMenu } from "./message-menu.tsx";
import { ReactionPicker } from "./reaction-picker.tsx";

/** What an open menu or dialog of a message works with. */
export interface MessageActionsProps {
  readonly target: MessageTarget;
  readonly chat: Chat;
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

/** What is open for a message. */
export function MessageActions(props: MessageActionsProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { target, chat, conversation, onClose } = props;
  const { message } = target;
  const step = useSignal<ActionStep>(target.step);
  const isWriting = useRef(false);
  const abilities = abilitiesOf(message, chat.contact, Date.now());
  const write = (begin: () => void): void => {
    isWriting.current = true;
    onClose();
    begin();
  };
  const react = (emoji: string): void => {
    onClose();
    void messenger.run(() => conversation.react(message, emoji));
  };
  switch (step.value) {
    case "delete":
      return <DeleteDialog {...props} canDeleteForAll={abilities.canDeleteForAll} />;
    case "forward":
      return <ForwardDialog {...props} />;
    case "react":
      return <ReactionPicker message={message} onPick={react} onClose={onClose} />;
    case "menu":
      return (
        <MessageMenu
          target={target}
          abilities={abilities}
          focusAfter={() => (isWriting.current ? document.querySelector<HTMLElement>("[data-writing]") : null)}
          onClose={onClose}
          onReact={react}
          onAnswer={() => write(() => conversation.writing.answer(message))}
          onEdit={() => write(() => conversation.writing.edit(message))}
          onCopy={() => {
            onClose();
            void copyText(messenger, text, message.text);
          }}
          onStep={(next) => {
            step.value = next;
          }}
        />
      );
  }
}
