/** One row of the log: what stands above the bubble, the bubble, and the words below it. */
import type { Message } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { lazy } from "../app/lazy.tsx";
import { plainName } from "../i18n/bidi.ts";
import { Bubble } from "../parts/bubble.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { QuoteBlock } from "../parts/quote-block.tsx";
import { ReactionChips } from "../parts/reaction-chips.tsx";
import type { Conversation } from "../state/conversation.ts";
import { Delivery } from "./groups/group-delivery.tsx";
import s from "./message-log.module.css";
import { type MessageRow, rowLabel } from "./message-rows.ts";
import { rowElement } from "./message-target.ts";

const OnceCard = lazy(async () => (await import("./once/once-card.tsx")).OnceCard);
const IntroductionCard = lazy(async () => (await import("./introduction/introduction-card.tsx")).IntroductionCard);
const FileCard = lazy(async () => (await import("./files/file-card.tsx")).FileCard);

function Refused({
  row,
  conversation,
}: {
  readonly row: MessageRow;
  readonly conversation: Conversation;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const id = row.pending?.id ?? "";
  const takeBack = (): void => {
    conversation.draft.value = conversation.draft.value === "" ? row.text : `${row.text}\n${conversation.draft.value}`;
    conversation.drop(id);
  };
  return (
    <div class={s.actions}>
      <button type="button" onClick={() => void messenger.run(() => conversation.retry(id))}>
        {text.say("chat.retry")}
      </button>
      <button type="button" onClick={takeBack}>
        {text.say("chat.takeBack")}
      </button>
    </div>
  );
}

/** What a row needs of the log it stands in. */
export interface MessageItemProps {
  readonly row: MessageRow;
  readonly conversation: Conversation;
  readonly position: number;
  readonly total: number;
  /** True for the message in focus: the tab key reaches what is in it. */
  readonly isFocused: boolean;
  /** True while it is pointed out as the one that was looked for. */
  readonly isFound: boolean;
  readonly canReact: boolean;
  readonly onMenu: (row: MessageRow, at: { readonly x: number; readonly y: number } | null) => void;
  readonly onOpenQuote: (row: MessageRow) => void;
}

function MenuButton({ row, isFocused, onMenu }: MessageItemProps): JSX.Element {
  const text = useText();
  const label = text.say("chat.actions");
  return (
    <button
      type="button"
      class={`${s.menuButton} ${row.isOwn ? s.ownMenu : ""}`}
      aria-haspopup="menu"
      aria-label={label}
      title={label}
      tabIndex={isFocused ? 0 : -1}
      onClick={(event) => {
        const { left, right, bottom } = event.currentTarget.getBoundingClientRect();
        onMenu(row, { x: row.isOwn ? right : left, y: bottom });
      }}
    >
      <Icon name="more" size="small" />
    </button>
  );
}

/** Whose message it is, above the first of a member's. */
function Author({ row }: MessageItemProps): JSX.Element | null {
  if (row.said === null || row.isOwn || !row.isFirst || row.notice !== null) return null;
  return (
    <p class={s.author} aria-hidden="true">
      <bdi>{plainName(row.name)}</bdi>
    </p>
  );
}

function Above({ row, isFocused, onOpenQuote }: MessageItemProps): JSX.Element | null {
  const text = useText();
  if (row.absence !== null) return null;
  const quoted = row.said?.replyTo?.author.name ?? row.name;
  return (
    <>
      {row.message?.isForwarded === true ? (
        <p class={s.forwarded}>
          <Icon name="forward" size="small" />
          {text.say("chat.forwarded")}
        </p>
      ) : null}
      {row.said?.toldBy === undefined ? null : (
        <p class={s.forwarded}>
          <Icon name="forward" size="small" />
          {text.say("groups.toldBy", { name: plainName(row.said.toldBy.name) })}
        </p>
      )}
      {row.quote === null ? null : (
        <QuoteBlock quote={row.quote} name={quoted} isInOrder={isFocused} onOpen={() => onOpenQuote(row)} />
      )}
      {row.message === null ? null : <Card message={row.message} name={row.name} />}
    </>
  );
}

/** What a message has besides words. */
function Card({ message, name }: { readonly message: Message; readonly name: string }): JSX.Element | null {
  if (message.once !== undefined) return <OnceCard message={message} />;
  const { introduction, isOwn } = message;
  if (introduction !== undefined) return <IntroductionCard introduction={introduction} isOwn={isOwn} name={name} />;
  return message.file === undefined ? null : <FileCard message={message} file={message.file} />;
}

function Below(props: MessageItemProps): JSX.Element {
  const messenger = useMessenger();
  const { row, conversation } = props;
  const { message } = row;
  const react = (emoji: string): void => {
    if (message !== null) void messenger.run(() => conversation.react(message, emoji));
  };
  return (
    <>
      {message?.reactions === undefined ? null : (
        <ReactionChips
          reactions={message.reactions}
          name={row.name}
          isInOrder={props.isFocused}
          onToggle={props.canReact ? react : null}
        />
      )}
      {row.isOwn && row.said !== null && message !== null ? <Delivery message={row.said} /> : null}
      {row.isStateShown ? <p class={`${s.hold} ${row.state === "failed" ? s.failed : ""}`}>{row.stateText}</p> : null}
      {row.pending?.refusal === undefined ? null : <Refused row={row} conversation={conversation} />}
    </>
  );
}

/** A message with its day, its gap and its state. */
export function MessageItem(props: MessageItemProps): JSX.Element {
  const text = useText();
  const { row, isFound } = props;
  // Drawn when it is scrolled to, however long that takes: the one that was looked for takes the focus then.
  useEffect(() => {
    if (isFound) rowElement(row.key)?.focus({ preventScroll: true });
  }, [isFound, row.key]);
  const isEnd = props.position === props.total;
  return (
    <div class={`${s.item} ${isEnd ? s.end : ""} ${props.isFound ? s.found : ""}`}>
      {row.day === null ? null : <p class={s.day}>{row.day}</p>}
      {row.missingBefore === 0 ? null : (
        <p class={s.missing}>{text.count(row.said === null ? "chat.missing" : "groups.missing", row.missingBefore)}</p>
      )}
      <Author {...props} />
      {row.notice === null ? <Spoken {...props} /> : <Notice {...props} />}
    </div>
  );
}

function noticeIcon({ message, said }: MessageRow): IconName {
  if (said?.line !== undefined) return said.line.type === "timer" ? "timer" : "info";
  if (message?.device !== undefined) return "code";
  if (message?.call === undefined) return "timer";
  return message.call.isVideo ? "video" : "phone";
}

/** A line about the chat. */
function Notice({ row, position, total }: MessageItemProps): JSX.Element {
  return (
    <article
      class={s.notice}
      aria-label={rowLabel(row, useText())}
      aria-posinset={position}
      aria-setsize={total}
      data-message={row.key}
      tabIndex={-1}
    >
      <Icon name={noticeIcon(row)} size="small" />
      {row.notice}
    </article>
  );
}

function Spoken(props: MessageItemProps): JSX.Element {
  const text = useText();
  const { row } = props;
  return (
    <Bubble
      text={row.text}
      atMs={row.atMs}
      isOwn={row.isOwn}
      state={row.state}
      absence={row.absence}
      vanish={row.absence === null ? row.message?.vanish : undefined}
      isEdited={row.absence === null && row.message?.editedAtMs !== undefined}
      isFirst={row.isFirst}
      isLast={row.isLast}
      label={rowLabel(row, text)}
      position={props.position}
      total={props.total}
      name={row.key}
      above={<Above {...props} />}
      beside={row.message === null ? null : <MenuButton {...props} />}
    >
      <Below {...props} />
    </Bubble>
  );
}
