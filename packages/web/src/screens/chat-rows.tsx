/** Rows of the list. Only those on show are in the page, so that a thousand chats cost no more than ten. */
import type { Chat } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { plainLine } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";
import { Avatar } from "../parts/avatar.tsx";
import { fileWords } from "../parts/file-words.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { introductionWords } from "../parts/introduction-words.ts";
import { ClaimedName, Name } from "../parts/name.tsx";
import { onceWords } from "../parts/once-words.ts";
import { StateMark } from "../parts/state-mark.tsx";
import type { Request } from "../state/chats.ts";
import { callText } from "./call-text.ts";
import s from "./chat-rows.module.css";
import type { ManyRows } from "./many-rows.tsx";
import { OpenChatMenu, useChatMenu } from "./open-chat-menu.tsx";
import { deviceText, timerText } from "./timer-text.ts";

/** What was being written, unless the chat is open and shows it itself. */
function Preview({ chat, isCurrent }: { readonly chat: Chat; readonly isCurrent: boolean }): JSX.Element {
  const text = useText();
  const { draft } = chat;
  if (chat.isTyping === true) return <span class={s.typing}>{text.say("chat.typing")}</span>;
  if (draft === undefined || isCurrent) return <>{previewOf(chat, text)}</>;
  return (
    <>
      <b class={s.draft}>{text.say("chats.draft")}</b> {plainLine(draft.text)}
    </>
  );
}

/** What draws attention, or says why nothing does. */
function Attention({ chat }: { readonly chat: Chat }): JSX.Element | null {
  const text = useText();
  const { unread, isMarkedUnread, mutedUntilMs, isPinned } = chat;
  const isMuted = mutedUntilMs !== undefined;
  const isUnread = unread > 0 || isMarkedUnread === true;
  if (!isUnread && !isMuted && isPinned !== true) return null;
  return (
    <span class={s.when}>
      {isMuted ? <Mark icon="mute" label={text.say("chats.muted")} /> : null}
      {isPinned === true ? <Mark icon="pin" label={text.say("chats.pinned")} /> : null}
      {isUnread ? (
        <>
          <span class={`${s.badge} ${isMuted ? s.quiet : ""}`} aria-hidden="true">
            {unread > 0 ? text.number(unread) : ""}
          </span>
          <span class="spoken">
            {unread > 0 ? text.count("chats.unreadCount", unread) : text.say("chats.markedUnread")}
          </span>
        </>
      ) : null}
    </span>
  );
}

function Mark({ icon, label }: { readonly icon: IconName; readonly label: string }): JSX.Element {
  return (
    <span class={s.mark} title={label}>
      <Icon name={icon} size="small" />
      <span class="spoken">{label}</span>
    </span>
  );
}

function previewOf({ contact, last }: Chat, text: Text): string {
  if (contact.relation === "blocked") return text.say("chats.blocked");
  if (last === undefined && contact.relation === "requested") {
    return text.say(contact.isByInvite ? "chats.invited" : "chats.asked");
  }
  if (last === undefined) return text.say("chats.noMessages");
  if (last.isDeleted === true) return text.say(last.isOwn ? "chat.deletedByYou" : "chat.deleted");
  if (last.call !== undefined) return callText(last, text, contact.name);
  if (last.timer !== undefined) return timerText(last, text, contact.name);
  if (last.once !== undefined) return onceWords(last, text);
  if (last.device !== undefined) return deviceText(last, text, contact.name);
  const { introduction, isOwn } = last;
  if (introduction !== undefined) return introductionWords(introduction, { text, isOwn, name: contact.name });
  const said = last.file === undefined ? plainLine(last.text) : fileWords(last.file, text);
  const line = last.isUnsupported === true ? text.say("chat.unsupported") : said;
  return last.isOwn ? text.say("chats.you", { text: line }) : line;
}

function ChatRow({ chat, isCurrent }: { readonly chat: Chat; readonly isCurrent: boolean }): JSX.Element {
  const text = useText();
  const { contact, last } = chat;
  return (
    <a
      class={s.row}
      href={`#/chat/${contact.account}`}
      aria-current={isCurrent ? "page" : undefined}
      data-chat={contact.account}
    >
      <Avatar account={contact.account} pictureId={contact.pictureId} />
      <span class={s.middle}>
        <span class={s.name}>
          <Name name={contact.name} isVerified={contact.trust === "VERIFIED"} />
          {contact.claimedName === undefined ? null : <ClaimedName name={contact.claimedName} />}
        </span>
        <span class={s.preview} dir="auto">
          <Preview chat={chat} isCurrent={isCurrent} />
        </span>
      </span>
      <span class={s.end}>
        {last === undefined ? null : (
          <span class={s.when}>
            {last.isOwn ? <StateMark state={last.state} /> : null}
            <time dateTime={new Date(last.sentAtMs).toISOString()}>{text.moment(last.sentAtMs, Date.now())}</time>
          </span>
        )}
        <Attention chat={chat} />
      </span>
    </a>
  );
}

/** As many rows as may be in the page at once; what draws longer lists is loaded for those who have them. */
const MAX_PLAIN = 40;

function useManyRows(isMany: boolean): typeof ManyRows | null {
  const [Many, setMany] = useState<typeof ManyRows | null>(null);
  useEffect(() => {
    if (isMany) void import("./many-rows.tsx").then((loaded) => setMany(() => loaded.ManyRows));
  }, [isMany]);
  return isMany ? Many : null;
}

/** The conversations given, in their order. */
export function ChatRows({ chats }: { readonly chats: readonly Chat[] }): JSX.Element {
  const { router } = useMessenger();
  const text = useText();
  const scroller = useRef<HTMLElement>(null);
  const menu = useChatMenu();
  const Many = useManyRows(chats.length > MAX_PLAIN);
  const route = router.route.value;
  const current = route.name === "chat" || route.name === "person" ? route.account : null;
  const draw = (chat: Chat): JSX.Element => (
    <ChatRow key={chat.contact.account} chat={chat} isCurrent={chat.contact.account === current} />
  );
  return (
    <nav class={s.rows} ref={scroller} aria-label={text.say("chats.list")} {...menu.listeners}>
      {Many === null ? (
        <ul>
          {chats.slice(0, MAX_PLAIN).map((chat) => (
            <li key={chat.contact.account}>{draw(chat)}</li>
          ))}
        </ul>
      ) : (
        <Many scroller={scroller}>{chats.map(draw)}</Many>
      )}
      <OpenChatMenu target={menu.target} />
    </nav>
  );
}

function RequestRow({ request, isCurrent }: { readonly request: Request; readonly isCurrent: boolean }): JSX.Element {
  const text = useText();
  const { contact, messages } = request;
  const first = messages[0];
  return (
    <a class={s.row} href={`#/request/${contact.account}`} aria-current={isCurrent ? "page" : undefined}>
      <Avatar account={contact.account} />
      <span class={s.middle}>
        <span class={s.name}>
          <Name name={contact.name} />
        </span>
        <span class={s.preview} dir="auto">
          {first === undefined ? text.say("requests.noText") : plainLine(first.text)}
        </span>
      </span>
      <span class={s.end}>{first === undefined ? null : <time>{text.moment(first.sentAtMs, Date.now())}</time>}</span>
    </a>
  );
}

/** The requests of strangers. */
export function RequestRows(): JSX.Element {
  const { chats, router } = useMessenger();
  const text = useText();
  const route = router.route.value;
  if (chats.requests.value.length === 0) {
    return (
      <div class={s.none}>
        <p>
          <b>{text.say("requests.none")}</b>
        </p>
        <p>{text.say("requests.noneText")}</p>
      </div>
    );
  }
  return (
    <nav class={s.rows} aria-label={text.say("chats.requests")}>
      <ul>
        {chats.requests.value.map((request) => (
          <li key={request.contact.account}>
            <RequestRow
              request={request}
              isCurrent={route.name === "request" && route.account === request.contact.account}
            />
          </li>
        ))}
      </ul>
    </nav>
  );
}
