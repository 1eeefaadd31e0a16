/** Messages that have the words searched for, below the chats that match. Loaded with the first search. */
import type { FoundMessage, SearchResult } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { formatRoute } from "../../app/route.ts";
import { plainName, textDirection } from "../../i18n/bidi.ts";
import type { Text } from "../../i18n/text.ts";
import { GroupMark } from "../../parts/group-mark.tsx";
import { Name } from "../../parts/name.tsx";
import { messageKey } from "../../state/conversation.ts";
import { groupName, memberName } from "../groups/group-words.ts";
import s from "./found-messages.module.css";
import { snippetOf } from "./snippet.ts";

/** A pause in typing after which is searched, in ms. */
const PAUSE_MS = 200;

/** Messages found at once. */
const PAGE = 20;

/** Searches a moment after the query stops changing; an answer to an older query is dropped. */
function useFound(query: string): {
  readonly result: SearchResult | null;
  readonly more: () => Promise<void>;
} {
  const messenger = useMessenger();
  const result = useSignal<SearchResult | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const search = async (): Promise<void> => {
      const found = await messenger.link.call("message.search", { text: query, limit: PAGE });
      if (isCurrent) result.value = found;
    };
    const timer = setTimeout(() => void messenger.run(search), PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [messenger, query, result]);
  const more = async (): Promise<void> => {
    const before = result.peek();
    if (before?.nextBeforeMs === undefined) return;
    const params = { text: query, limit: PAGE, beforeMs: before.nextBeforeMs };
    const next = await messenger.link.call("message.search", params);
    if (result.peek() === before) result.value = { ...next, found: [...before.found, ...next.found] };
  };
  return { result: result.value, more };
}

/** The address of what was found. */
function addressOf(found: FoundMessage): string {
  const message = messageKey(found.message);
  return formatRoute(
    "group" in found
      ? { name: "group", group: found.group.group, message }
      : { name: "chat", account: found.contact.account, message },
  );
}

/** Who said it, where the name above does not say so. */
function speakerOf(found: FoundMessage, text: Text): string | null {
  if (found.message.isOwn) return text.say("chats.you", { text: "" });
  return "group" in found ? text.say("found.by", { name: memberName(text, found.message.author), text: "" }) : null;
}

function Row({ found }: { readonly found: FoundMessage }): JSX.Element {
  const text = useText();
  const { message } = found;
  const speaker = speakerOf(found, text);
  return (
    <a class={s.row} href={addressOf(found)}>
      <span class={s.name}>
        {"group" in found ? (
          <>
            <GroupMark />
            <Name name={groupName(text, found.group)} />
          </>
        ) : (
          <Name name={found.contact.name} />
        )}
      </span>
      <time dateTime={new Date(message.sentAtMs).toISOString()}>{text.moment(message.sentAtMs, Date.now())}</time>
      <span class={s.snippet} dir={textDirection(message.text)}>
        {speaker === null ? null : <b>{speaker}</b>}
        {snippetOf(found).map((part, at) => (part.isMatch ? <mark key={at}>{part.text}</mark> : part.text))}
      </span>
    </a>
  );
}

/** What was found for a query of some length. */
export function FoundMessages({ query }: { readonly query: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { result, more } = useFound(query);
  const title = text.say("found.title");
  if (result === null) return <section aria-label={title} aria-busy="true" />;
  return (
    <section class={s.found} aria-label={title}>
      <h2>{title}</h2>
      <p class={result.found.length === 0 ? s.none : "spoken"} role="status">
        {result.found.length === 0
          ? text.say("found.none", { query: plainName(query) })
          : text.count("found.count", result.found.length)}
      </p>
      <ul>
        {result.found.map((found) => (
          <li key={addressOf(found)}>
            <Row found={found} />
          </li>
        ))}
      </ul>
      {result.isComplete ? null : <p class={s.none}>{text.say("found.building")}</p>}
      {result.nextBeforeMs === undefined ? null : (
        <button type="button" class={s.more} onClick={() => void messenger.run(more)}>
          {text.say("found.more")}
        </button>
      )}
    </section>
  );
}
