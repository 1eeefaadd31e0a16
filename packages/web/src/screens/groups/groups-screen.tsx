/** All groups: those that ask, those joined, and a new one. */
import type { Contact, GroupInfo, GroupMessageInfo } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainLine } from "../../i18n/bidi.ts";
import type { Text } from "../../i18n/text.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Field, Form } from "../../parts/field.tsx";
import { fileWords } from "../../parts/file-words.ts";
import { Pane, Section } from "../../parts/pane.tsx";
import { absenceText } from "../message-rows.ts";
import { askersOf } from "./askers.ts";
import { groupName, lineText, memberName } from "./group-words.ts";
import s from "./groups.module.css";
import { KnocksSection } from "./knocks-section.tsx";
import { PeopleChoice } from "./people-choice.tsx";

/** An invitation with the two answers. */
export function Invitation({ group }: { readonly group: GroupInfo }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const name = groupName(text, group);
  const answer = (method: "group.join" | "group.leave"): void =>
    void messenger.run(async () => {
      await messenger.link.call(method, { group: group.group });
      await messenger.groups.load();
      if (method === "group.join") messenger.router.go({ name: "group", group: group.group });
    });
  return (
    <div class={s.card}>
      <p>
        <b dir="auto">{name}</b>
        <br />
        {group.invitedBy === undefined
          ? text.say("groups.invited")
          : text.say("groups.invitedBy", { name: memberName(text, group.invitedBy) })}{" "}
        {text.count("groups.members", group.members.length)}
      </p>
      <ButtonRow>
        <Button kind="primary" onClick={() => answer("group.join")}>
          {text.say("groups.join")}
        </Button>
        <Button onClick={() => answer("group.leave")}>{text.say("groups.decline")}</Button>
      </ButtonRow>
    </div>
  );
}

/** What was said or done last, on one line. */
function lastText(text: Text, last: GroupMessageInfo): string {
  if (last.line !== undefined) return lineText(text, last);
  const said = last.file === undefined ? plainLine(last.text) : fileWords(last.file, text);
  return `${memberName(text, last.author)}: ${absenceText(last, text) ?? said}`;
}

function GroupRow({ group }: { readonly group: GroupInfo }): JSX.Element {
  const text = useText();
  const { last, unread } = group;
  const askers = askersOf(group);
  const said = last === undefined ? text.say("groups.empty") : lastText(text, last);
  const preview = askers > 0 ? text.count("groups.wantIn", askers) : said;
  return (
    <a class={s.row} href={`#/group/${group.group}`}>
      <Avatar account={group.group} size="middle" pictureId={group.pictureId} isGroup />
      <span class={s.middle}>
        <b dir="auto">{groupName(text, group)}</b>
        <span class={s.preview} dir="auto">
          {preview}
        </span>
      </span>
      {unread === 0 ? null : (
        <>
          <span class={s.badge} aria-hidden="true">
            {text.number(unread)}
          </span>
          <span class="spoken">{text.count("chats.unreadCount", unread)}</span>
        </>
      )}
    </a>
  );
}

function NewGroup({ contacts }: { readonly contacts: readonly Contact[] }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const name = useSignal("");
  const chosen: Signal<readonly string[]> = useSignal([]);
  const isMissing = useSignal(false);
  const isBusy = useSignal(false);
  const found = async (): Promise<void> => {
    isMissing.value = name.value.trim() === "";
    if (isMissing.value || isBusy.value) return;
    isBusy.value = true;
    await messenger.run(async () => {
      const group = await messenger.link.call("group.create", { name: name.value, who: [...chosen.value] });
      await messenger.groups.load();
      messenger.router.go({ name: "group", group: group.group });
    });
    isBusy.value = false;
  };
  return (
    <Form onSubmit={() => void found()}>
      <Field
        label={text.say("groups.name")}
        value={name}
        maxLength={100}
        error={isMissing.value ? text.say("groups.nameMissing") : undefined}
      />
      <PeopleChoice label={text.say("groups.people")} contacts={contacts} chosen={chosen} />
      <ButtonRow>
        <Button kind="primary" isSubmit isBusy={isBusy.value}>
          {text.say("groups.found")}
        </Button>
      </ButtonRow>
    </Form>
  );
}

/** The groups of this account. */
export function GroupsScreen(): JSX.Element {
  const { groups, chats } = useMessenger();
  const text = useText();
  const list = groups.list.value;
  const asking = list.filter(({ standing }) => standing === "invited");
  const joined = list.filter(({ standing }) => standing === "joined");
  const contacts = chats.chats.value.map(({ contact }) => contact).filter(({ relation }) => relation === "accepted");
  if (!groups.isLoaded.value) return <div aria-busy="true" />;
  return (
    <Pane title={text.say("groups.title")}>
      {asking.length === 0 ? null : (
        <Section title={text.say("groups.invitations")}>
          {asking.map((group) => (
            <Invitation key={group.group} group={group} />
          ))}
        </Section>
      )}
      <KnocksSection />
      {joined.length === 0 ? (
        <p class={s.muted}>{text.say("groups.none")}</p>
      ) : (
        <nav aria-label={text.say("groups.title")}>
          <ul class={s.rows}>
            {joined.map((group) => (
              <li key={group.group}>
                <GroupRow group={group} />
              </li>
            ))}
          </ul>
        </nav>
      )}
      <Section title={text.say("groups.new")}>
        <p class={s.muted}>{text.say("groups.newText")}</p>
        <NewGroup contacts={contacts} />
      </Section>
    </Pane>
  );
}
