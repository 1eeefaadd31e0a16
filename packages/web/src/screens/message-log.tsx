/** The messages of a conversation. Only those near the window are in the page; the reader stays where they read. */
import type { Chat } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Icon } from "../parts/icon.tsx";
import { type Conversation, maxTextBytes } from "../state/conversation.ts";
import { MessageItem } from "./message-item.tsx";
import s from "./message-log.module.css";
import { type MessageRow, messageRows } from "./message-rows.ts";
import { type LogActions, OpenAction, useLogActions } from "./open-action.tsx";
import { useLogGestures } from "./use-log-gestures.ts";
import { focusRow, useLogKeys } from "./use-log-keys.ts";

/** Nearer to the end than this counts as being there, in px. */
const NEAR_END = 80;

/** Nearer to the start than this asks for older messages, in px. */
const NEAR_START = 600;

interface LogProps {
  readonly chat: Chat;
  readonly conversation: Conversation;
}

/** True on the drawing in which rows were put before the first one known. */
function useIsPrepended(rows: readonly MessageRow[]): boolean {
  const last = useRef<{ first: string | undefined; length: number }>({ first: undefined, length: 0 });
  const first = rows[0]?.key;
  const { first: firstBefore, length } = last.current;
  const isPrepended =
    firstBefore !== undefined &&
    first !== firstBefore &&
    rows.length > length &&
    rows.some((row) => row.key === firstBefore);
  useLayoutEffect(() => {
    last.current = { first, length: rows.length };
  });
  return isPrepended;
}

/** What a reader does to move in a log: from then on it is theirs, until they are at the end again. */
const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

interface End {
  readonly isAtEnd: Signal<boolean>;
  /** The newest message is to come into sight and has not yet. */
  readonly isWanted: { current: boolean };
  /** The reader has moved since they were at the end. */
  readonly hasMoved: { current: boolean };
  readonly toEnd: () => void;
}

/** Keeps the newest message in sight while the reader is at the end, whatever changes its size, or brings it there. */
function useStickToEnd(
  rows: readonly MessageRow[],
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
): End {
  const isAtEnd = useSignal(true);
  const isWanted = useRef(false);
  const hasMoved = useRef(false);
  const count = rows.length;
  const newest = rows[count - 1];
  const toEnd = (): void => {
    isWanted.current = true;
    list.current?.scrollToIndex(count - 1, { align: "end" });
  };
  useLayoutEffect(() => {
    if (isAtEnd.peek() || newest?.pending != null) toEnd();
  }, [newest?.key, newest?.stateText, newest?.isStateShown]);
  useEffect(() => {
    const log = scroller.current;
    if (log === null) return;
    // The list itself gives up where a slow machine takes longer than 150 ms to measure rows: they change its height.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.peek() || isWanted.current) list.current?.scrollToIndex(count - 1, { align: "end" });
    });
    observer.observe(log);
    if (log.lastElementChild !== null) observer.observe(log.lastElementChild);
    const note = (): void => {
      isWanted.current = false;
      hasMoved.current = true;
    };
    for (const move of MOVES) log.addEventListener(move, note, { passive: true });
    return () => {
      observer.disconnect();
      for (const move of MOVES) log.removeEventListener(move, note);
    };
  }, [count, isAtEnd, list, scroller]);
  return { isAtEnd, isWanted, hasMoved, toEnd };
}

/** Tells the other side that messages were read, only while they can be seen. */
function useMarkRead({ chat, conversation }: LogProps, isAtEnd: boolean): void {
  const messenger = useMessenger();
  const { account, relation } = chat.contact;
  // A chat that is marked as unread while it is open stays so until it is opened again.
  const wasMarked = useRef(chat.isMarkedUnread === true).current && chat.isMarkedUnread === true;
  const isWanted = (chat.unread > 0 || wasMarked) && isAtEnd && conversation.isLoaded.value && relation !== "blocked";
  useEffect(() => {
    if (!isWanted) return;
    const mark = (): void => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", mark);
      void messenger.run(async () => {
        await conversation.markRead();
        messenger.chats.noteRead(account);
      });
    };
    document.addEventListener("visibilitychange", mark);
    mark();
    return () => document.removeEventListener("visibilitychange", mark);
  }, [account, conversation, isWanted, messenger]);
}

function JumpButton(props: { readonly unread: number; readonly onClick: () => void }): JSX.Element {
  const text = useText();
  const label = props.unread > 0 ? text.count("chat.newCount", props.unread) : text.say("chat.newest");
  return (
    <button type="button" class={s.jump} aria-label={label} onClick={props.onClick}>
      {props.unread > 0 ? label : null}
      <Icon name="down" size="small" />
    </button>
  );
}

function useRows({ chat, conversation }: LogProps): readonly MessageRow[] {
  const text = useText();
  const messages = conversation.messages.value;
  const pending = conversation.pending.value;
  const { name } = chat.contact;
  return useMemo(
    () => messageRows({ messages, pending }, { text, name, nowMs: Date.now(), limit: maxTextBytes(conversation) }),
    [conversation, messages, pending, text, name],
  );
}

/** Follows where the reader is, and asks for older messages when they come near the start. */
function useOnScroll(
  conversation: Conversation,
  list: RefObject<VirtualizerHandle | null>,
  { isAtEnd, isWanted, hasMoved, toEnd }: End,
): (offset: number) => void {
  const messenger = useMessenger();
  const size = useRef(0);
  // Before the newest message was once in sight, being at the start is no wish for older ones.
  const hasBegun = useRef(false);
  return (offset) => {
    const handle = list.current;
    if (handle === null || handle.scrollSize === 0) return;
    const isNearEnd = offset + handle.viewportSize >= handle.scrollSize - NEAR_END;
    hasBegun.current ||= isNearEnd;
    const isOfOtherSize = handle.scrollSize !== size.current;
    size.current = handle.scrollSize;
    if (!hasBegun.current) return;
    if (isNearEnd) {
      isWanted.current = false;
      hasMoved.current = false;
    } else if (isAtEnd.peek() && isOfOtherSize && !hasMoved.current) return toEnd(); // rows turned out taller
    isAtEnd.value = isNearEnd;
    if (offset < NEAR_START && conversation.hasOlder.peek()) void messenger.run(() => conversation.loadOlder());
  };
}

/** How long a message that was looked for is pointed out, in ms. */
const FOUND_MS = 1600;

/** Brings the message that the conversation is asked for into sight, and points it out. @returns its row. */
function useWanted(
  conversation: Conversation,
  rows: readonly MessageRow[],
  list: RefObject<VirtualizerHandle | null>,
  { isAtEnd, isWanted }: End,
): string | null {
  const found = useSignal<string | null>(null);
  const wanted = conversation.wanted.value;
  const at = wanted === null ? -1 : rows.findIndex((row) => row.key === wanted);
  useEffect(() => {
    if (at < 0) return;
    found.value = wanted;
    conversation.wanted.value = null;
    // What changes its size meanwhile must not draw the reader back to the end.
    isAtEnd.value = at === rows.length - 1;
    isWanted.current = isAtEnd.value;
    focusRow({ rows, list }, at, "center");
  }, [at, wanted]);
  useEffect(() => {
    const timer = setTimeout(() => {
      found.value = null;
    }, FOUND_MS);
    return () => clearTimeout(timer);
  }, [found.value]);
  return found.value;
}

/** The rows of the log; the one in focus stays in the page however far it is scrolled away. */
function Rows(
  props: LogProps & {
    readonly rows: readonly MessageRow[];
    readonly list: RefObject<VirtualizerHandle | null>;
    readonly scroller: RefObject<HTMLElement | null>;
    readonly actions: LogActions;
    readonly focused: string | null;
    readonly end: End;
    readonly onScroll: (offset: number) => void;
  },
): JSX.Element {
  const { rows, list, actions, focused, conversation } = props;
  const { relation } = props.chat.contact;
  const isPrepended = useIsPrepended(rows);
  const found = useWanted(conversation, rows, list, props.end);
  const focusedAt = focused === null ? -1 : rows.findIndex((row) => row.key === focused);
  return (
    <Virtualizer
      ref={list}
      scrollRef={props.scroller}
      shift={isPrepended}
      onScroll={props.onScroll}
      keepMounted={focusedAt < 0 ? [] : [focusedAt]}
    >
      {rows.map((row, at) => (
        <MessageItem
          key={row.key}
          row={row}
          conversation={conversation}
          position={at + 1}
          total={rows.length}
          isFocused={row.key === focused}
          isFound={row.key === found}
          canReact={relation === "accepted"}
          onMenu={(of, point) => actions.open(of, "menu", point)}
          onOpenQuote={actions.openQuote}
        />
      ))}
    </Virtualizer>
  );
}

/** The log of a conversation. */
export function MessageLog(props: LogProps): JSX.Element {
  const text = useText();
  const { chat, conversation } = props;
  const name = plainName(chat.contact.name);
  const rows = useRows(props);
  const scroller = useRef<HTMLElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const end = useStickToEnd(rows, scroller, list);
  const { isAtEnd, toEnd } = end;
  useMarkRead(props, isAtEnd.value);
  const onScroll = useOnScroll(conversation, list, end);
  const actions = useLogActions(props);
  const { focused, ...keys } = useLogKeys(
    { rows, list, conversation },
    { ...actions, open: (row, step) => actions.open(row, step, null) },
  );
  const gestures = useLogGestures(rows, actions);
  return (
    <div class={s.frame}>
      <section
        ref={scroller}
        class={s.log}
        role="log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable from the keyboard.
        tabIndex={0}
        aria-label={text.say("chat.log", { name })}
        aria-description={text.say("chat.logHint")}
        {...keys}
        {...gestures}
      >
        <div class={s.filler} />
        {conversation.isLoaded.value && rows.length === 0 && chat.contact.relation !== "blocked" ? (
          <p class={s.empty}>{text.say("chat.empty", { name })}</p>
        ) : null}
        <Rows
          {...props}
          rows={rows}
          list={list}
          scroller={scroller}
          actions={actions}
          focused={focused.value}
          end={end}
          onScroll={onScroll}
        />
      </section>
      {isAtEnd.value || rows.length === 0 ? null : <JumpButton unread={chat.unread} onClick={toEnd} />}
      <OpenAction {...props} actions={actions} />
    </div>
  );
}
