/** A conversation: who it is with, the messages, and where the next one is written. */
import type { Chat, Message } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Button, LinkButton } from "../parts/button.tsx";
import { Icon, IconButton, IconLink, PathLine } from "../parts/icon.tsx";
import { Lattice } from "../parts/lattice.tsx";
import { ClaimedName, Handle, isNamedByHandle, Name } from "../parts/name.tsx";
import type { Conversation } from "../state/conversation.ts";
import type { ChatTarget } from "./chat-menu/chat-menu.tsx";
import { Composer } from "./composer.tsx";
import s from "./conversation-screen.module.css";
import { MessageLog } from "./message-log.tsx";
import { NotThere } from "./not-there.tsx";
import { OpenChatMenu } from "./open-chat-menu.tsx";
import { useLookedFor } from "./use-looked-for.ts";

/** How the newest own message that left this device travelled. */
function wayOf(messages: readonly Message[]): "direct" | "relayed" | null {
  const last = messages.findLast(({ heldBy }) => heldBy !== undefined && (heldBy.isDirect || heldBy.relays > 0));
  if (last?.heldBy === undefined) return null;
  return last.heldBy.isDirect ? "direct" : "relayed";
}

/** How messages travel, in words; in fewer where there is less room. */
function WayWords({ way }: { readonly way: "direct" | "relayed" | null }): JSX.Element {
  const text = useText();
  if (way === null) return <span class={s.words}>{text.say("chat.encrypted")}</span>;
  return (
    <>
      <span class={`${s.words} ${s.wide}`}>{text.say(way === "direct" ? "chat.direct" : "chat.relayed")}</span>
      <span class={`${s.words} ${s.narrow}`}>
        {text.say(way === "direct" ? "chat.directShort" : "chat.relayedShort")}
      </span>
    </>
  );
}

/** Trust states in which the node refuses to send. */
const STOPPING: readonly string[] = ["CHANGED", "EQUIVOCATED"];

function Head(props: { readonly chat: Chat; readonly conversation: Conversation }): JSX.Element {
  const text = useText();
  const { contact } = props.chat;
  const way = wayOf(props.conversation.messages.value);
  const label = text.say("chat.details", { name: plainName(contact.name) });
  return (
    <div class={s.head}>
      <IconLink icon="back" label={text.say("chat.back")} href="#/" class={s.back} />
      <a class={s.who} href={`#/person/${contact.account}`} title={label}>
        <Avatar account={contact.account} size="middle" pictureId={contact.pictureId} />
        <span class={s.lines}>
          <h1 tabIndex={-1} data-heading="">
            <Name name={contact.name} isVerified={contact.trust === "VERIFIED"} />
          </h1>
          <span class={s.sub}>
            {isNamedByHandle(contact) || contact.handle === undefined ? null : <Handle handle={contact.handle} />}
            {contact.claimedName === undefined ? null : <ClaimedName name={contact.claimedName} />}
            {way === null ? null : <PathLine way={way} />}
            {props.chat.isTyping === true ? (
              <span class={s.words}>{text.say("chat.typing")}</span>
            ) : (
              <WayWords way={way} />
            )}
            {contact.vanishAfterMs === undefined ? null : (
              <span class={s.timer} title={text.say("timer.is", { after: text.duration(contact.vanishAfterMs) })}>
                <Icon name="timer" size="small" />
                {text.duration(contact.vanishAfterMs)}
              </span>
            )}
          </span>
        </span>
      </a>
      {contact.relation === "accepted" && !STOPPING.includes(contact.trust) ? (
        <CallButtons account={contact.account} />
      ) : null}
      <IconLink icon="info" label={label} href={`#/person/${contact.account}`} class={s.info} />
      <ChatMenuButton account={contact.account} />
    </div>
  );
}

function CallButtons({ account }: { readonly account: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const call = (isVideo: boolean): void => void messenger.run(() => messenger.calls.start(account, isVideo));
  return (
    <>
      <IconButton icon="phone" label={text.say("call.voice")} onClick={() => call(false)} />
      <IconButton icon="video" label={text.say("call.video")} onClick={() => call(true)} />
    </>
  );
}

function ChatMenuButton({ account }: { readonly account: string }): JSX.Element {
  const text = useText();
  const target = useSignal<ChatTarget | null>(null);
  return (
    <>
      <IconButton
        icon="more"
        label={text.say("chatMenu.title")}
        hasMenu
        onClick={(event) => {
          target.value = { account, at: null, anchor: event.currentTarget };
        }}
      />
      <OpenChatMenu target={target} />
    </>
  );
}

function Foot(props: { readonly chat: Chat; readonly conversation: Conversation }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { contact } = props.chat;
  const name = plainName(contact.name);
  if (contact.relation === "blocked") {
    const unblock = () => messenger.link.call("contact.unblock", { who: contact.account });
    return (
      <div class={s.notice}>
        <p>{text.say("chat.blocked", { name })}</p>
        <Button onClick={() => void messenger.run(unblock)}>{text.say("chat.unblock")}</Button>
      </div>
    );
  }
  const isStopped = STOPPING.includes(contact.trust);
  return (
    <>
      {isStopped ? (
        <div class={`${s.notice} ${s.danger}`}>
          <p>{text.say("chat.stopped")}</p>
          <LinkButton kind="danger" href={`#/person/${contact.account}`}>
            {text.say("chat.compare")}
          </LinkButton>
        </div>
      ) : null}
      {contact.relation === "requested" ? (
        <div class={s.notice}>
          <p>{text.say(contact.isByInvite ? "chat.invited" : "chat.requested", { name })}</p>
        </div>
      ) : null}
      <Composer conversation={props.conversation} contact={contact} key={contact.account} />
    </>
  );
}

/** The conversation with one account. */
export function ConversationScreen(props: {
  readonly account: string;
  /** A message that is looked for. */
  readonly message?: string | undefined;
}): JSX.Element {
  const { account, message } = props;
  const messenger = useMessenger();
  const text = useText();
  const chat = messenger.chats.chatOf(account);
  const conversation = messenger.conversation(account);
  const isKnown = chat !== undefined;
  const isOpen = messenger.link.state.value.kind === "open";
  useEffect(() => {
    if (!isKnown || !isOpen || conversation.isLoaded.peek()) return;
    void messenger.run(async () => {
      await conversation.load();
      conversation.restoreDraft(messenger.chats.chatOf(account)?.draft);
    });
  }, [account, conversation, isKnown, isOpen, messenger]);
  const draft = chat?.draft;
  useEffect(() => conversation.followDraft(draft), [conversation, draft]);
  useLookedFor(conversation, message, { name: "chat", account });
  if (chat === undefined) {
    if (!messenger.chats.isLoaded.value) return <div aria-busy="true" />;
    return <NotThere text={text.say("chat.unknown")} />;
  }
  return (
    <div class={s.conversation} data-conversation="">
      <Lattice />
      <Head chat={chat} conversation={conversation} />
      <MessageLog key={account} chat={chat} conversation={conversation} />
      <Foot chat={chat} conversation={conversation} />
    </div>
  );
}
