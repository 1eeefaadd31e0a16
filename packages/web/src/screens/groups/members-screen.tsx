/** Who belongs to a group, and what an admin can do about it. */
import type { GroupInfo, GroupMemberInfo, GroupPerson } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/dialog.tsx";
import { Field, Form } from "../../parts/field.tsx";
import { Pane, Section } from "../../parts/pane.tsx";
import { NotThere } from "../not-there.tsx";
import { GroupFork } from "./group-fork.tsx";
import { GroupPicture } from "./group-picture.tsx";
import { GroupTimer } from "./group-timer.tsx";
import { groupName, memberName } from "./group-words.ts";
import s from "./groups.module.css";
import { HistoryChoice } from "./history-choice.tsx";
import { LinkSection } from "./link-section.tsx";
import { PeopleChoice } from "./people-choice.tsx";

/** Changes a group, then reads it again. */
function useChange(): (change: () => Promise<unknown>) => Promise<boolean> {
  const messenger = useMessenger();
  return (change) =>
    messenger.run(async () => {
      await change();
      await messenger.groups.load();
    });
}

function Person(props: {
  readonly person: GroupPerson;
  readonly words: string;
  readonly children?: JSX.Element | null;
}): JSX.Element {
  const text = useText();
  return (
    <li class={s.member}>
      <Avatar account={props.person.account} size="middle" />
      <span class={s.middle}>
        <b>
          <bdi>{memberName(text, props.person)}</bdi>
        </b>
        <span class={s.muted}>{props.words}</span>
      </span>
      {props.children}
    </li>
  );
}

function MemberActions({ group, member }: { readonly group: string; readonly member: GroupMemberInfo }): JSX.Element {
  const { link } = useMessenger();
  const text = useText();
  const change = useChange();
  const isAsking = useSignal(false);
  const who = member.account;
  const role = member.role === "admin" ? "member" : "admin";
  const name = memberName(text, member);
  return (
    <span class={s.actions}>
      <Button kind="quiet" onClick={() => void change(() => link.call("group.setRole", { group, who, role }))}>
        {text.say(role === "admin" ? "groups.makeAdmin" : "groups.makeMember")}
        <span class="spoken"> {name}</span>
      </Button>
      <Button
        kind="quiet"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {text.say("groups.remove")}
        <span class="spoken"> {name}</span>
      </Button>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("groups.removeTitle", { name })}
          text={text.say("groups.removeText", { name })}
          action={text.say("groups.remove")}
          onConfirm={() => {
            isAsking.value = false;
            void change(() => link.call("group.remove", { group, who }));
          }}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </span>
  );
}

/** Somebody who came by the link; admins answer. */
function Waiting(props: {
  readonly group: GroupInfo;
  readonly person: GroupPerson;
  readonly isAdmin: boolean;
}): JSX.Element {
  const { link } = useMessenger();
  const text = useText();
  const change = useChange();
  const { group } = props.group;
  const who = props.person.account;
  const name = <span class="spoken"> {memberName(text, props.person)}</span>;
  return (
    <Person person={props.person} words={text.say("groups.wantsIn")}>
      {props.isAdmin ? (
        <span class={s.actions}>
          <Button kind="primary" onClick={() => void change(() => link.call("group.letIn", { group, who }))}>
            {text.say("groups.letIn")}
            {name}
          </Button>
          <Button kind="quiet" onClick={() => void change(() => link.call("group.remove", { group, who }))}>
            {text.say("groups.decline")}
            {name}
          </Button>
        </span>
      ) : null}
    </Person>
  );
}

function Members({ group, isAdmin }: { readonly group: GroupInfo; readonly isAdmin: boolean }): JSX.Element {
  const { link } = useMessenger();
  const text = useText();
  const change = useChange();
  return (
    <ul class={s.rows}>
      {group.waiting.map((person) => (
        <Waiting key={person.account} group={group} person={person} isAdmin={isAdmin} />
      ))}
      {group.members.map((member) => {
        const role = text.say(member.role === "admin" ? "groups.admin" : "groups.member");
        const words = member.isMet ? role : `${role} · ${text.say("groups.notMet")}`;
        return (
          <Person key={member.account} person={member} words={words}>
            {isAdmin && !member.isOwn ? <MemberActions group={group.group} member={member} /> : null}
          </Person>
        );
      })}
      {group.guests.map((guest) => (
        <Person key={guest.account} person={guest} words={text.say("groups.asked")}>
          {isAdmin ? (
            <Button
              kind="quiet"
              onClick={() => void change(() => link.call("group.remove", { group: group.group, who: guest.account }))}
            >
              {text.say("groups.takeBack")}
              <span class="spoken"> {memberName(text, guest)}</span>
            </Button>
          ) : null}
        </Person>
      ))}
    </ul>
  );
}

function AdminParts({ group }: { readonly group: GroupInfo }): JSX.Element {
  const { link, chats } = useMessenger();
  const text = useText();
  const change = useChange();
  const name = useSignal(groupName(text, group));
  const chosen: Signal<readonly string[]> = useSignal([]);
  const hasHistory = useSignal(false);
  const there = new Set([...group.members, ...group.guests, ...group.waiting].map(({ account }) => account));
  const contacts = chats.chats.value
    .map(({ contact }) => contact)
    .filter(({ relation, account }) => relation === "accepted" && !there.has(account));
  const ask = async (): Promise<void> => {
    for (const who of chosen.value) {
      await change(() => link.call("group.add", { group: group.group, who, hasHistory: hasHistory.value }));
    }
    chosen.value = [];
    hasHistory.value = false;
  };
  return (
    <>
      <Section title={text.say("groups.add")}>
        <Form onSubmit={() => void ask()}>
          <PeopleChoice label={text.say("groups.people")} contacts={contacts} chosen={chosen} />
          {contacts.length === 0 ? null : (
            <>
              <HistoryChoice isChosen={hasHistory} />
              <ButtonRow>
                <Button isSubmit isDisabled={chosen.value.length === 0}>
                  {text.say("groups.ask")}
                </Button>
              </ButtonRow>
            </>
          )}
        </Form>
      </Section>
      <Section title={text.say("groups.rename")}>
        <Form onSubmit={() => void change(() => link.call("group.rename", { group: group.group, name: name.value }))}>
          <Field label={text.say("groups.name")} value={name} maxLength={100} />
          <ButtonRow>
            <Button isSubmit isDisabled={name.value.trim() === "" || name.value === group.name}>
              {text.say("groups.save")}
            </Button>
          </ButtonRow>
        </Form>
      </Section>
    </>
  );
}

function Leave({ group }: { readonly group: GroupInfo }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const change = useChange();
  const isAsking = useSignal(false);
  const name = groupName(text, group);
  const leave = async (): Promise<void> => {
    isAsking.value = false;
    const isDone = await change(() => messenger.link.call("group.leave", { group: group.group }));
    if (isDone) messenger.router.replace({ name: "groups" });
  };
  return (
    <ButtonRow>
      <Button
        kind="danger"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {text.say("groups.leave")}
      </Button>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("groups.leaveTitle", { name })}
          text={text.say("groups.leaveText")}
          action={text.say("groups.leave")}
          onConfirm={() => void leave()}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </ButtonRow>
  );
}

/** The members of a group. */
export function MembersScreen(props: { readonly group: string }): JSX.Element {
  const { groups } = useMessenger();
  const text = useText();
  const group = groups.groupOf(props.group);
  if (group === undefined) {
    return groups.isLoaded.value ? <NotThere text={text.say("error.GROUP_UNKNOWN")} /> : <div aria-busy="true" />;
  }
  const isAdmin = group.standing === "joined" && group.role === "admin";
  return (
    <Pane title={groupName(text, group)} back={`#/group/${group.group}`}>
      <GroupFork group={group} />
      <Section title={text.count("groups.members", group.members.length)}>
        <Members group={group} isAdmin={isAdmin} />
      </Section>
      {isAdmin ? <LinkSection group={group} /> : null}
      {isAdmin ? <AdminParts key={group.name} group={group} /> : null}
      <GroupPicture group={group} isAdmin={isAdmin} />
      {isAdmin ? <GroupTimer group={group} /> : null}
      {group.standing === "joined" ? <Leave group={group} /> : null}
    </Pane>
  );
}
