/** The menu of a message: reactions in a row, then what can be done, one below the other. */
import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useText } from "../../app/context.ts";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { messageKey } from "../../state/conversation.ts";
import type { Abilities } from "../message-abilities.ts";
import { type ActionStep, type MessageTarget, rowElement } from "../message-target.ts";
import s from "./message-menu.module.css";

/** Reactions one press away. */
const QUICK: readonly string[] = ["❤️", "👍", "😂", "😮", "😢", "🙏"];

/** Space kept free to the edges of the window, in px. */
const EDGE = 8;

/** Narrower windows show the menu at their lower edge. */
const NARROW = "(max-width: 30rem)";

interface MenuProps {
  readonly target: MessageTarget;
  readonly abilities: Abilities;
  /** Where the focus goes afterwards, when not back to where it was. */
  readonly focusAfter: () => HTMLElement | null;
  readonly onClose: () => void;
  readonly onReact: (emoji: string) => void;
  readonly onAnswer: () => void;
  readonly onEdit: () => void;
  readonly onCopy: () => void;
  readonly onStep: (step: ActionStep) => void;
}

/** Puts the menu where it was asked for, inside the window; above the message where there is no room below. */
function place(dialog: HTMLDialogElement, { at, message }: MessageTarget): void {
  if (matchMedia(NARROW).matches) return;
  const isRtl = getComputedStyle(dialog).direction === "rtl";
  const { width, height } = dialog.getBoundingClientRect();
  const row = rowElement(messageKey(message))?.firstElementChild?.getBoundingClientRect();
  const isAtRight = message.isOwn !== isRtl;
  const { x, y } = at ?? { x: (isAtRight ? row?.right : row?.left) ?? 0, y: row?.bottom ?? 0 };
  const opensToLeft = at === null ? isAtRight : isRtl;
  const hasRoom = y + height <= innerHeight - EDGE;
  const top = hasRoom ? y : (at === null ? (row?.top ?? y) : y) - height;
  const left = opensToLeft ? x - width : x;
  dialog.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  dialog.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
}

function useMenuDialog({ target, focusAfter }: MenuProps): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    before.current = document.activeElement;
    dialog.showModal();
    place(dialog, target);
    dialog.querySelector<HTMLElement>("[role=menuitem]:not([data-reaction])")?.focus();
  }, []);
  useEffect(() => {
    // Once the dialog is out of the page: what lies behind it cannot take the focus before.
    return () => {
      const next = focusAfter() ?? before.current;
      if (next instanceof HTMLElement && next.isConnected) next.focus({ preventScroll: true });
    };
  }, []);
  return ref;
}

/** Moves within the menu: up and down through everything, sideways through the reactions. */
function moveFocus(event: KeyboardEvent, menu: HTMLElement): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const reactions = items.filter((item) => item.dataset.reaction !== undefined);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const isReaction = at >= 0 && at < reactions.length;
  const isRtl = getComputedStyle(menu).direction === "rtl";
  const step = (event.key === "ArrowRight") === isRtl ? -1 : 1;
  const next: Readonly<Record<string, number>> = {
    ArrowDown: isReaction ? reactions.length : at + 1,
    ArrowUp: isReaction ? items.length - 1 : at === reactions.length && at > 0 ? 0 : at - 1,
    Home: 0,
    End: items.length - 1,
    ...(isReaction ? { ArrowLeft: at + step, ArrowRight: at + step } : {}),
  };
  const wanted = next[event.key];
  if (wanted === undefined) return false;
  items[(wanted + items.length) % items.length]?.focus();
  return true;
}

function Item(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly isDanger?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={`${s.item} ${props.isDanger === true ? s.danger : ""}`}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size="small" />
      {props.label}
    </button>
  );
}

function Reactions({ target, onReact, onStep }: MenuProps): JSX.Element {
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
          data-reaction=""
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
        data-reaction=""
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
export function MessageMenu(props: MenuProps): JSX.Element {
  const text = useText();
  const { abilities, onClose, onStep } = props;
  const ref = useMenuDialog(props);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={ref}
      class={s.menu}
      aria-label={text.say("chat.actions")}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <div
        role="menu"
        aria-label={text.say("chat.actions")}
        tabIndex={-1}
        class={s.items}
        onKeyDown={(event) => {
          if (event.key === "Tab") onClose();
          else if (!moveFocus(event, event.currentTarget)) return;
          event.preventDefault();
        }}
      >
        {abilities.canReact ? <Reactions {...props} /> : null}
        {abilities.canAnswer ? <Item icon="reply" label={text.say("action.answer")} onClick={props.onAnswer} /> : null}
        {abilities.canEdit ? <Item icon="pen" label={text.say("action.edit")} onClick={props.onEdit} /> : null}
        {abilities.canCopy ? <Item icon="copy" label={text.say("action.copy")} onClick={props.onCopy} /> : null}
        {abilities.canForward ? (
          <Item icon="forward" label={text.say("action.forward")} onClick={() => onStep("forward")} />
        ) : null}
        <Item icon="trash" label={text.say("action.delete")} isDanger onClick={() => onStep("delete")} />
      </div>
    </dialog>
  );
}
