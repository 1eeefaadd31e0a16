/** Walking through the messages of a log by keyboard, and doing something with the one in focus. */
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";
import type { Conversation } from "../state/conversation.ts";
import type { MessageRow } from "./message-rows.ts";
import { rowElement } from "./message-target.ts";

/** What keys can ask for. */
export interface LogKeyActions {
  readonly open: (row: MessageRow, step: "menu" | "delete") => void;
  readonly answer: (row: MessageRow) => void;
  readonly edit: (row: MessageRow) => void;
}

interface LogParts {
  readonly rows: readonly MessageRow[];
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly conversation: Conversation;
}

/** How long is waited until a row that was scrolled to is in the page, in ms. */
const MAX_WAIT_MS = 3000;

/** Brings a row into sight and gives it the focus. */
export function focusRow(
  { rows, list }: Omit<LogParts, "conversation">,
  at: number,
  align: "nearest" | "center",
): void {
  const row = rows[at];
  if (row === undefined) return;
  list.current?.scrollToIndex(at, { align });
  const untilMs = performance.now() + MAX_WAIT_MS;
  const tryFocus = (): void => {
    const element = rowElement(row.key);
    if (element !== null) element.focus({ preventScroll: true });
    else if (performance.now() < untilMs) requestAnimationFrame(tryFocus);
  };
  tryFocus();
}

/** Where the focus goes for a key; null for a key that does not move it. */
function stepOf(key: string, at: number, last: number): number | null {
  // From the log itself the way leads to the newest message.
  if (at < 0) return key === "ArrowUp" ? last : null;
  if (key === "ArrowUp") return Math.max(0, at - 1);
  if (key === "ArrowDown") return Math.min(last, at + 1);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}

function act(event: KeyboardEvent, row: MessageRow, actions: LogKeyActions): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const wantsMenu = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
  if (wantsMenu || (isPlain && (event.key === "Enter" || event.key === " "))) actions.open(row, "menu");
  else if (isPlain && event.code === "KeyR") actions.answer(row);
  else if (isPlain && event.code === "KeyE") actions.edit(row);
  else if (isPlain && event.key === "Delete") actions.open(row, "delete");
  else return false;
  return true;
}

/** The message in focus, and what listens on the log. */
export function useLogKeys(
  parts: LogParts,
  actions: LogKeyActions,
): {
  readonly focused: Signal<string | null>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusIn: (event: FocusEvent) => void;
} {
  const focused = useSignal<string | null>(null);
  const { rows } = parts;
  const isFocusedGone = focused.value !== null && rows.every((row) => row.key !== focused.value);
  useEffect(() => {
    // The message in focus was forgotten: the focus must not get lost with it.
    if (!isFocusedGone) return;
    focused.value = null;
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("[role=log]")?.focus();
  }, [isFocusedGone]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const key = target.dataset.message;
    const isLog = target === event.currentTarget;
    if (event.key === "Escape") {
      // From a control inside a message back to it, from there to the text field.
      const article = isLog || key !== undefined ? null : target.closest<HTMLElement>("[data-message]");
      (article ?? document.querySelector<HTMLElement>("[data-writing]"))?.focus();
      event.stopPropagation();
      return;
    }
    if (!isLog && key === undefined) return;
    const at = rows.findIndex((row) => row.key === key);
    const step = event.altKey ? null : stepOf(event.key, at, rows.length - 1);
    const row = rows[at];
    if (step !== null) focusRow(parts, step, "nearest");
    else if (row === undefined || !act(event, row, actions)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocusIn = (event: FocusEvent): void => {
    const article = (event.target as HTMLElement).closest<HTMLElement>("[data-message]");
    focused.value = article?.dataset.message ?? null;
  };
  return { focused, onKeyDown, onFocusIn };
}
