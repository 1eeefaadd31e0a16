/** The list at the side: search, filters, conversations or requests, and the person's own line. */
import type { Chat } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { lazy } from "../app/lazy.tsx";
import { EmptyGuide } from "../app/lazy-screens.ts";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";
import { Icon, IconButton, IconLink } from "../parts/icon.tsx";
import s from "./chat-list.module.css";
import { ChatRows, RequestRows } from "./chat-rows.tsx";
import { GroupsLine } from "./groups-line.tsx";
import { OwnLine } from "./own-line.tsx";

type Filter = "all" | "unread" | "requests" | "archived";

/** Letters of a query that messages are searched for. */
const MIN_QUERY_LETTERS = 2;

const FoundMessages = lazy(async () => (await import("./found-messages/found-messages.tsx")).FoundMessages);

function Search({ query }: { readonly query: Signal<string> }): JSX.Element {
  const text = useText();
  return (
    <search class={s.search}>
      <Icon name="search" size="small" />
      <input
        type="text"
        data-search=""
        dir={query.value === "" ? undefined : "auto"}
        aria-label={text.say("chats.searchAll")}
        placeholder={text.say("chats.searchAll")}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
        }}
      />
      {query.value === "" ? null : (
        <IconButton
          icon="close"
          label={text.say("chats.clearSearch")}
          onClick={() => {
            query.value = "";
          }}
        />
      )}
    </search>
  );
}

function Filters({ filter }: { readonly filter: Signal<Filter> }): JSX.Element {
  const { chats } = useMessenger();
  const text = useText();
  const requests = chats.requests.value.length;
  const hasArchived = filter.value === "archived" || chats.chats.value.some(({ isArchived }) => isArchived === true);
  const labels: readonly (readonly [Filter, string])[] = [
    ["all", text.say("chats.all")],
    ["unread", text.say("chats.unread")],
    ["requests", text.say("chats.requests")],
    ...(hasArchived ? [["archived", text.say("chats.archived")] as const] : []),
  ];
  return (
    <fieldset class={s.chips}>
      <legend class="spoken">{text.say("chats.filters")}</legend>
      {labels.map(([value, label]) => (
        <button
          key={value}
          type="button"
          aria-pressed={filter.value === value}
          onClick={() => {
            filter.value = value;
          }}
        >
          <span>
            {label}
            {value === "requests" && requests > 0 ? (
              <>
                <b aria-hidden="true">{text.number(requests)}</b>
                <span class="spoken">{text.count("chats.requestCount", requests)}</span>
              </>
            ) : null}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function Reminder(): JSX.Element | null {
  const { account, isPeer, storage } = useMessenger();
  const text = useText();
  if (account.status.value?.areWordsConfirmed !== false) return null;
  const mayBeCleared = isPeer && storage.facts.value?.isKept === false;
  return (
    <p class={s.reminder}>
      <Icon name="warn" size="small" />
      <span>
        {text.say(mayBeCleared ? "words.reminderBrowser" : "words.reminder")}{" "}
        <a href="#/settings/words">{text.say("words.reminderAction")}</a>
      </span>
    </p>
  );
}

function Rows(props: { readonly filter: Filter; readonly query: string }): JSX.Element {
  const { chats } = useMessenger();
  const text = useText();
  if (props.filter === "requests") return <RequestRows />;
  if (chats.isLoaded.value && chats.chats.value.length === 0) return <EmptyGuide />;
  const query = props.query.trim().toLocaleLowerCase(text.locale);
  const shown = chats.chats.value.filter((chat) => {
    if (!isListed(chat, props.filter, query !== "")) return false;
    const { contact } = chat;
    const names = `${plainName(contact.name)} @${contact.handle ?? ""}`.toLocaleLowerCase(text.locale);
    return names.includes(query);
  });
  if (!chats.isLoaded.value) return <div class={s.rows} aria-busy="true" />;
  const isSearch = [...query].length >= MIN_QUERY_LETTERS;
  return (
    <div class={`${s.results} ${isSearch ? s.searching : ""}`}>
      {shown.length > 0 ? (
        <ChatRows chats={shown} />
      ) : (
        <p class={s.none} role="status">
          {noneText(props, text)}
        </p>
      )}
      {isSearch ? <FoundMessages query={props.query.trim()} /> : null}
    </div>
  );
}

/** Whether a chat is in the list at all: those put away are found by searching, and under their own filter. */
function isListed({ unread, isMarkedUnread, isArchived }: Chat, filter: Filter, isSearch: boolean): boolean {
  if (filter === "archived") return isArchived === true;
  if (filter === "unread" && unread === 0 && isMarkedUnread !== true) return false;
  return isSearch || isArchived !== true;
}

function noneText({ filter, query }: { readonly filter: Filter; readonly query: string }, text: Text): string {
  if (query.trim() !== "") return text.say("chats.noMatch", { query });
  if (filter === "all") return text.say("chats.allArchived");
  return text.say(filter === "archived" ? "chats.noneArchived" : "chats.noneUnread");
}

/** The whole list; `isMain` while it is what the page is about. */
export function ChatList({ isMain }: { readonly isMain: boolean }): JSX.Element {
  const text = useText();
  const query = useSignal("");
  const filter = useSignal<Filter>("all");
  // The page's title while nothing else is open.
  const Title = isMain ? "h1" : "h2";
  return (
    <div class={s.list}>
      <div class={s.top}>
        <Title>{text.say("chats.title")}</Title>
        <IconLink icon="pen" label={text.say("chats.new")} href="#/new/handle" />
        <IconLink icon="sliders" label={text.say("chats.settings")} href="#/settings" />
      </div>
      <Search query={query} />
      <Filters filter={filter} />
      <Reminder />
      <GroupsLine />
      <Rows filter={filter.value} query={query.value} />
      <OwnLine />
    </div>
  );
}
