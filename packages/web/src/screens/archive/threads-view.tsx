/** The conversations of an X archive, and one of them, to be read only. */
import type { ArchiveMessageView, ArchiveThread } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import s from "./archive.module.css";
import { dayText, personText, threadTitle } from "./archive-words.ts";

/** All of them, the newest first. */
export function ThreadsView(props: {
  readonly ownId: string;
  readonly onThread: (thread: ArchiveThread) => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const threads = useSignal<readonly ArchiveThread[] | null>(null);
  const shown = useSignal(100);
  useEffect(() => {
    void messenger.run(async () => {
      const all: ArchiveThread[] = [];
      for (let after: number | undefined, isDone = false; !isDone; ) {
        const page = await messenger.link.call("archive.threads", after === undefined ? {} : { after });
        all.push(...page.threads);
        after = page.next;
        isDone = after === undefined;
      }
      threads.value = all.filter(({ messages }) => messages > 0).sort((a, b) => b.lastAtMs - a.lastAtMs);
    });
  }, [messenger, threads]);
  const all = threads.value ?? [];
  return (
    <div class={s.stack} aria-busy={threads.value === null}>
      <ul class={s.list}>
        {all.slice(0, shown.value).map((thread) => (
          <li key={thread.thread}>
            <button type="button" class={s.thread} onClick={() => props.onThread(thread)}>
              <bdi class={s.name}>{threadTitle(thread, props.ownId, text)}</bdi>
              <span class={s.small}>
                {text.count("archive.messages", thread.messages)} · {dayText(thread.lastAtMs, text)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {all.length <= shown.value ? null : (
        <ButtonRow>
          <Button
            onClick={() => {
              shown.value += 100;
            }}
          >
            {text.say("archive.more")}
          </Button>
        </ButtonRow>
      )}
    </div>
  );
}

function MessageLine({ message }: { readonly message: ArchiveMessageView }): JSX.Element {
  const text = useText();
  const who = message.isOwn ? text.say("archive.you") : personText(message.sender, text);
  const at = new Intl.DateTimeFormat(text.locale, { dateStyle: "medium", timeStyle: "short" }).format(message.atMs);
  return (
    <article class={message.isOwn ? s.own : s.theirs}>
      <p class={s.small}>
        <bdi>{who}</bdi> · {at}
      </p>
      {message.text === "" ? null : (
        <p class={s.words} dir="auto">
          {message.text}
        </p>
      )}
      {message.media === 0 ? null : <p class={s.small}>{text.count("archive.media", message.media)}</p>}
    </article>
  );
}

/** One conversation, its newest messages first loaded. */
export function ThreadView({ thread }: { readonly thread: ArchiveThread }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const messages = useSignal<readonly ArchiveMessageView[]>([]);
  const next = useSignal<string | null>("");
  const older = async (): Promise<void> => {
    const before = next.peek() ?? "";
    const given = { thread: thread.thread, ...(before === "" ? {} : { before }) };
    const page = await messenger.link.call("archive.messages", given);
    messages.value = [...page.messages, ...messages.peek()];
    next.value = page.next ?? null;
  };
  useEffect(() => void messenger.run(older), [thread]);
  return (
    <div class={s.stack}>
      <p class={s.mark} role="note">
        {text.say("archive.mark")}
      </p>
      {next.value === null || messages.value.length === 0 ? null : (
        <ButtonRow>
          <Button onClick={() => void messenger.run(older)}>{text.say("archive.older")}</Button>
        </ButtonRow>
      )}
      <div class={s.log}>
        {messages.value.map((message, at) => (
          <MessageLine key={messages.value.length - at} message={message} />
        ))}
      </div>
    </div>
  );
}
