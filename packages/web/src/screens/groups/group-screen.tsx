/** What is said in a group, and where the next message is written. */
import type { Chat, GroupInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import type { Text } from "../../i18n/text.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Icon, IconLink } from "../../parts/icon.tsx";
import { Lattice } from "../../parts/lattice.tsx";
import { Composer } from "../composer.tsx";
import c from "../conversation-screen.module.css";
import { MessageLog } from "../message-log.tsx";
import { NotThere } from "../not-there.tsx";
import { useLookedFor } from "../use-looked-for.ts";
import { askersOf } from "./askers.ts";
import { groupName } from "./group-words.ts";
import s from "./groups.module.css";
import { Invitation } from "./groups-screen.tsx";

function Head({ group }: { readonly group: GroupInfo }): JSX.Element {
  const text = useText();
  const name = groupName(text, group);
  const href = `#/members/${group.group}`;
  const label = text.say("groups.details", { name });
  return (
    <div class={c.head}>
      <IconLink icon="back" label={text.say("groups.back")} href="#/groups" />
      <a class={c.who} href={href} title={label}>
        <Avatar account={group.group} size="middle" pictureId={group.pictureId} isGroup />
        <span class={c.lines}>
          <h1 tabIndex={-1} data-heading="">
            <span class={s.cut} dir="auto">
              {name}
            </span>
          </h1>
          <span class={c.sub}>
            <span class={c.words}>{text.count("groups.members", group.members.length)}</span>
            {group.vanishAfterMs === undefined ? null : (
              <span class={c.timer} title={text.say("timer.is", { after: text.duration(group.vanishAfterMs) })}>
                <Icon name="timer" size="small" />
                {text.duration(group.vanishAfterMs)}
              </span>
            )}
          </span>
        </span>
      </a>
      <IconLink icon="info" label={label} href={href} />
    </div>
  );
}

/** Leads admins to those who came by the link and wait. */
function WaitingLine({ group }: { readonly group: GroupInfo }): JSX.Element | null {
  const text = useText();
  const count = askersOf(group);
  if (count === 0) return null;
  return (
    <p class={c.notice} role="status">
      <a href={`#/members/${group.group}`}>{text.count("groups.wantIn", count)}</a>
    </p>
  );
}

/** A group as the log and the text field of a chat see it. */
function chatOf(text: Text, group: GroupInfo): Chat {
  return {
    contact: {
      account: group.group,
      name: groupName(text, group),
      trust: "NONE",
      isByInvite: false,
      relation: group.standing === "joined" ? "accepted" : "blocked",
      devices: 0,
    },
    unread: group.unread,
    ...(group.draft === undefined ? {} : { draft: group.draft }),
  };
}

/** Reads what is said once, and takes up what was being written. */
function useLoaded(group: GroupInfo | undefined): void {
  const messenger = useMessenger();
  const id = group?.group;
  const isThere = group !== undefined && group.standing !== "invited";
  const isOpen = messenger.link.state.value.kind === "open";
  useEffect(() => {
    if (id === undefined || !isThere || !isOpen) return;
    const conversation = messenger.groups.conversation(id);
    if (conversation.isLoaded.peek()) return;
    void messenger.run(async () => {
      await conversation.load();
      conversation.restoreDraft(messenger.groups.groupOf(id)?.draft);
    });
  }, [id, isOpen, isThere, messenger]);
}

/** The chat of a group; for who is asked, the invitation. */
export function GroupScreen(props: {
  readonly group: string;
  /** A message that is looked for. */
  readonly message?: string | undefined;
}): JSX.Element {
  const { groups } = useMessenger();
  const text = useText();
  const group = groups.groupOf(props.group);
  useLoaded(group);
  useLookedFor(groups.conversation(props.group), props.message, { name: "group", group: props.group });
  if (group === undefined) {
    return groups.isLoaded.value ? <NotThere text={text.say("error.GROUP_UNKNOWN")} /> : <div aria-busy="true" />;
  }
  const conversation = groups.conversation(group.group);
  const chat = chatOf(text, group);
  return (
    <div class={c.conversation} data-conversation="">
      <Lattice />
      <Head group={group} />
      <WaitingLine group={group} />
      {group.standing === "invited" ? null : <MessageLog key={group.group} chat={chat} conversation={conversation} />}
      {group.standing === "invited" ? <Invitation group={group} /> : null}
      {group.standing === "gone" ? <p class={c.notice}>{text.say("groups.gone")}</p> : null}
      {group.standing === "joined" ? (
        <Composer key={group.group} conversation={conversation} contact={chat.contact} />
      ) : null}
    </div>
  );
}
