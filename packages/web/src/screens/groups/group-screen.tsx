/** What is said in a group, and where the next message is written. */
import type { GroupInfo, GroupMessageInfo } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Bubble } from "../../parts/bubble.tsx";
import { IconLink } from "../../parts/icon.tsx";
import { Lattice } from "../../parts/lattice.tsx";
import c from "../conversation-screen.module.css";
import { NotThere } from "../not-there.tsx";
import { GroupComposer } from "./group-composer.tsx";
import { groupName, lineText, memberName, stateText } from "./group-words.ts";
import s from "./groups.module.css";
import { Invitation } from "./groups-screen.tsx";

/** Messages read at one time. */
const LIMIT = 200;

function Head({ group }: { readonly group: GroupInfo }): JSX.Element {
  const text = useText();
  const name = groupName(text, group);
  const href = `#/members/${group.group}`;
  const label = text.say("groups.details", { name });
  return (
    <div class={c.head}>
      <IconLink icon="back" label={text.say("groups.back")} href="#/groups" />
      <a class={c.who} href={href} title={label}>
        <Avatar account={group.group} size="middle" />
        <span class={c.lines}>
          <h1 tabIndex={-1} data-heading="">
            <span class={s.cut} dir="auto">
              {name}
            </span>
          </h1>
          <span class={c.sub}>{text.count("groups.members", group.members.length)}</span>
        </span>
      </a>
      <IconLink icon="info" label={label} href={href} />
    </div>
  );
}

/** How far an own message got, with each member where somebody asks. */
function Delivery({ message }: { readonly message: GroupMessageInfo }): JSX.Element | null {
  const text = useText();
  const { deliveries = [], state } = message;
  if (deliveries.length === 0) return null;
  return (
    <details class={s.delivery}>
      <summary>{stateText(text, state)}</summary>
      <ul>
        {deliveries.map(({ person, state: own }) => (
          <li key={person.account}>
            <bdi>{memberName(text, person)}</bdi>: {stateText(text, own)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Quote({ replyTo }: { readonly replyTo: NonNullable<GroupMessageInfo["replyTo"]> }): JSX.Element {
  const text = useText();
  return (
    <p class={s.quote} dir="auto">
      <b>{memberName(text, replyTo.author)}</b> {replyTo.text ?? text.say("quote.missing")}
    </p>
  );
}

function MessageBubble(props: {
  readonly message: GroupMessageInfo;
  readonly before: GroupMessageInfo | undefined;
  readonly after: GroupMessageInfo | undefined;
  readonly position: number;
  readonly total: number;
}): JSX.Element {
  const text = useText();
  const { message, before, after } = props;
  const { author } = message;
  const isSame = (other: GroupMessageInfo | undefined): boolean =>
    other !== undefined && other.line === undefined && other.author.account === author.account;
  const name = memberName(text, author);
  const words = message.isUnsupported === true ? text.say("chat.unsupported") : message.text;
  const parts = [name, words, text.time(message.sentAtMs), author.isOwn ? stateText(text, message.state) : ""];
  return (
    <>
      {message.missing === undefined ? null : <p class={s.line}>{text.count("groups.missing", message.missing)}</p>}
      {author.isOwn || isSame(before) ? null : (
        <p class={s.author} aria-hidden="true">
          <bdi>{name}</bdi>
        </p>
      )}
      <Bubble
        text={message.text}
        atMs={message.sentAtMs}
        isOwn={author.isOwn}
        state={message.state}
        absence={message.isUnsupported === true ? text.say("chat.unsupported") : null}
        isFirst={!isSame(before)}
        isLast={!isSame(after)}
        label={parts.filter((part) => part !== "").join(", ")}
        position={props.position}
        total={props.total}
        above={message.replyTo === undefined ? null : <Quote replyTo={message.replyTo} />}
      >
        {author.isOwn ? <Delivery message={message} /> : null}
      </Bubble>
    </>
  );
}

function Log({ messages }: { readonly messages: readonly GroupMessageInfo[] }): JSX.Element {
  const text = useText();
  const log = useRef<HTMLElement>(null);
  const last = messages.at(-1)?.id;
  useLayoutEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [last]);
  return (
    <section
      class={s.log}
      role="log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable from the keyboard.
      tabIndex={0}
      aria-label={text.say("groups.log")}
      ref={log}
    >
      {messages.map((message, at) =>
        message.line === undefined ? (
          <MessageBubble
            key={message.id}
            message={message}
            before={messages[at - 1]}
            after={messages[at + 1]}
            position={at + 1}
            total={messages.length}
          />
        ) : (
          <p key={message.id} class={s.line}>
            {lineText(text, message)}
          </p>
        ),
      )}
    </section>
  );
}

/** Reads what is said whenever something happened, and marks it as read while somebody looks. */
function useMessages(group: GroupInfo | undefined): Signal<readonly GroupMessageInfo[]> {
  const messenger = useMessenger();
  const messages = useSignal<readonly GroupMessageInfo[]>([]);
  const id = group?.group;
  const isJoined = group !== undefined && group.standing !== "invited";
  const change = messenger.groups.changes.value;
  useEffect(() => {
    if (id === undefined || !isJoined) return;
    void messenger.run(async () => {
      messages.value = await messenger.link.call("group.messages", { group: id, limit: LIMIT });
      const unread = messenger.groups.groupOf(id)?.unread ?? 0;
      if (unread > 0 && document.visibilityState === "visible")
        await messenger.link.call("group.markRead", { group: id });
    });
  }, [id, isJoined, change, messenger, messages]);
  return messages;
}

/** The chat of a group; for who is asked, the invitation. */
export function GroupScreen(props: { readonly group: string }): JSX.Element {
  const { groups } = useMessenger();
  const text = useText();
  const group = groups.groupOf(props.group);
  const messages = useMessages(group);
  if (group === undefined) {
    return groups.isLoaded.value ? <NotThere text={text.say("error.GROUP_UNKNOWN")} /> : <div aria-busy="true" />;
  }
  return (
    <div class={c.conversation} data-conversation="">
      <Lattice />
      <Head group={group} />
      <Log messages={messages.value} />
      {group.standing === "invited" ? <Invitation group={group} /> : null}
      {group.standing === "gone" ? <p class={c.notice}>{text.say("groups.gone")}</p> : null}
      {group.standing === "joined" ? <GroupComposer group={group.group} /> : null}
    </div>
  );
}
