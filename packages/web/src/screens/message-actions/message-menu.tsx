/** The menu of a message: reactions in a row, then what can be done, one below the other. */
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { Icon } from "../../parts/icon.tsx";
import { Menu, MenuItem } from "../../parts/menu.tsx";
import { messageKey } from "../../state/conversation.ts";
import type { Abilities } from "../message-abilities.ts";
import { type ActionStep, type MessageTarget, rowElement } from "../message-target.ts";
import s from "./message-menu.module.css";

/** Reactions one press away. */
const QUICK: readonly string[] = ["❤️", "👍", "😂", "😮", "😢", "🙏"];

interface MessageMenuProps {
  readonly target: MessageTarget;
  readonly abilities: Abilities;
  readonly focusAfter: () => HTMLElement | null;
  readonly onClose: () => void;
  readonly onReact: (emoji: string) => void;
  readonly onAnswer: () => void;
  readonly onEdit: () => void;
  readonly onCopy: () => void;
  readonly onStep: (step: ActionStep) => void;
}

function Reactions({ target, onReact, onStep }: MessageMenuProps): JSX.Element {
  const text = useText();
  const own = target.message.reactions?.find(({ isOwn }) => isOwn)?.emoji;
  const shown = own === undefined || QUICK.includes(own) ? QUICK : [own, ...QUICK.slice(0, -1)];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a menu.
    <div role="group" class={s.reactions} aria-label={text.say("action.react")}>
      {shown.map((emoji) => (
        <button
          key={emoji}
          type="button"
          role="menuitemradio"
          tabIndex={-1}
          data-aside=""
          aria-checked={emoji === own}
          onClick={() => onReact(emoji)}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        data-aside=""
        aria-label={text.say("action.moreReactions")}
        title={text.say("action.moreReactions")}
        onClick={() => onStep("react")}
      >
        <Icon name="smile" size="small" />
      </button>
    </div>
  );
}

/** The open menu. */
export function MessageMenu(props: MessageMenuProps): JSX.Element {
  const text = useText();
  const { abilities, target, onStep } = props;
  return (
    <Menu
      label={text.say("chat.actions")}
      at={target.at}
      anchor={() => rowElement(messageKey(target.message))?.firstElementChild}
      focusAfter={props.focusAfter}
      onClose={props.onClose}
    >
      {abilities.canReact ? <Reactions {...props} /> : null}
      {abilities.canAnswer ? (
        <MenuItem icon="reply" label={text.say("action.answer")} onClick={props.onAnswer} />
      ) : null}
      {abilities.canEdit ? <MenuItem icon="pen" label={text.say("action.edit")} onClick={props.onEdit} /> : null}
      {abilities.canCopy ? <MenuItem icon="copy" label={text.say("action.copy")} onClick={props.onCopy} /> : null}
      {abilities.canForward ? (
        <MenuItem icon="forward" label={text.say("action.forward")} onClick={() => onStep("forward")} />
      ) : null}
      <MenuItem icon="trash" label={text.say("action.delete")} isDanger onClick={() => onStep("delete")} />
    </Menu>
  );
}
