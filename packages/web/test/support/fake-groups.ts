/** The groups of a made-up account. */
import {
  type GroupInfo,
  type GroupKnockInfo,
  type GroupMemberInfo,
  type GroupMessageInfo,
  type GroupPerson,
  MessengerError,
  type MethodName,
  type Methods,
} from "@kith/client";

type GroupMethod = Extract<MethodName, `group.${string}`>;
type GroupHandlers = { [M in GroupMethod]: (params: Methods[M]["params"]) => Methods[M]["result"] };

const OWN: GroupPerson = { account: "kith1own", name: "You", isOwn: true, isContact: false };

/** What a test may set before or while a page is open. */
export class FakeGroups {
  list: GroupInfo[] = [];
  messages: GroupMessageInfo[] = [];
  knocks: GroupKnockInfo[] = [];
  /** The invite link of every group that has one. */
  linkText = `kith:g/${"AbCd".repeat(150)}`;
  /** In base64, of all groups. */
  picture: string | undefined;

  /** The methods over them. */
  handlers(): GroupHandlers {
    return {
      "group.create": ({ name }) => {
        const group: GroupInfo = {
          group: "ab".repeat(32),
          name,
          standing: "joined",
          role: "admin",
          members: [],
          guests: [],
          waiting: [],
          unread: 0,
          isForked: false,
        };
        this.list = [...this.list, group];
        return group;
      },
      "group.list": () => this.list,
      "group.get": ({ group }) => this.#of(group),
      "group.join": ({ group }) => this.#change(group, { standing: "joined", role: "member" }),
      "group.leave": ({ group }) => this.#change(group, { standing: "gone" }),
      "group.add": ({ group }) => this.#of(group),
      "group.remove": ({ group, who }) => {
        const { members, guests } = this.#of(group);
        const others = members.filter(({ account }) => account !== who);
        return this.#change(group, { members: others, guests: guests.filter(({ account }) => account !== who) });
      },
      "group.link": ({ group }) => ({ text: this.#of(group).link?.isHere === true ? this.linkText : null }),
      "group.setLink": ({ group, isOn, needsApproval = false }) => {
        const { link: _, ...rest } = this.#of(group);
        this.list = this.list.map((each) => (each.group === group ? rest : each));
        if (isOn) this.#change(group, { link: { needsApproval, by: OWN, isHere: true } });
        return { text: isOn ? this.linkText : null };
      },
      "group.letIn": ({ group, who }) => {
        const { waiting, members } = this.#of(group);
        const person = waiting.find(({ account }) => account === who);
        const isOther = ({ account }: { account: string }): boolean => account !== who;
        const more = person === undefined ? [] : [{ ...person, role: "member" as const, isMet: true }];
        return this.#change(group, { waiting: waiting.filter(isOther), members: [...members, ...more] });
      },
      "group.knock": ({ link }) => {
        const knock: GroupKnockInfo = {
          group: "cd".repeat(32),
          name: link.includes("approval") ? "Readers" : "Garden",
          host: OWN,
          needsApproval: link.includes("approval"),
          askedAtMs: 0,
          state: "asking",
        };
        this.knocks = [knock];
        return knock;
      },
      "group.knocks": () => this.knocks,
      "group.giveUp": () => {
        this.knocks = [];
        return { isGivenUp: true };
      },
      "group.setRole": ({ group, who, role }) => {
        const { members } = this.#of(group);
        return this.#change(group, {
          members: members.map((each) => (each.account === who ? { ...each, role } : each)),
        });
      },
      "group.rename": ({ group, name }) => this.#change(group, { name }),
      "group.send": (params) => this.#send(params),
      "group.setTimer": ({ group, afterMs }) => {
        const { vanishAfterMs: _, ...rest } = this.#of(group);
        this.list = this.list.map((each) => (each.group === group ? rest : each));
        return this.#change(group, afterMs === undefined ? {} : { vanishAfterMs: afterMs });
      },
      "group.setPicture": ({ group, picture }) => {
        const { pictureId: _, hasPicture: __, ...rest } = this.#of(group);
        this.picture = picture;
        this.list = this.list.map((each) => (each.group === group ? rest : each));
        return this.#change(group, picture === undefined ? {} : { pictureId: picture.slice(-16), hasPicture: true });
      },
      "group.picture": () => ({
        picture: this.picture === undefined ? null : { mediaType: "image/png", data: this.picture },
      }),
      "group.message": ({ id }) => ({ message: this.messages.find((each) => each.id === id) ?? null }),
      "group.saveDraft": ({ group, text }) => {
        this.#change(group, { draft: { text } });
        return { saved: true };
      },
      "group.edit": ({ id, text }) => this.rewrite(id, { text, editedAtMs: Date.now() }),
      "group.delete": ({ id, isForEveryone }) => {
        if (isForEveryone) this.rewrite(id, { text: "", isDeleted: true });
        else this.messages = this.messages.filter((each) => each.id !== id);
        return { deleted: true };
      },
      "group.react": ({ group, id, emoji }) => {
        const person = this.#own(group);
        const before = this.messages.find((each) => each.id === id)?.reactions ?? [];
        const others = before.filter(({ isOwn }) => !isOwn);
        const reactions = emoji === undefined ? others : [...others, { emoji, isOwn: true, person }];
        return this.rewrite(id, { reactions });
      },
      "group.messages": ({ group, before, limit = 50 }) => {
        const all = this.messages.filter((each) => each.group === group);
        const end = before === undefined ? all.length : all.findIndex(({ id }) => id === before);
        return all.slice(Math.max(0, end - limit), end);
      },
      "group.markRead": ({ group }) => {
        this.#change(group, { unread: 0 });
        return { unread: 0 };
      },
    };
  }

  #of(group: string): GroupInfo {
    const found = this.list.find((each) => each.group === group);
    if (found === undefined) throw new MessengerError("GROUP_UNKNOWN", "no such group");
    return found;
  }

  #change(group: string, change: Partial<GroupInfo>): GroupInfo {
    const changed = { ...this.#of(group), ...change };
    this.list = this.list.map((each) => (each.group === group ? changed : each));
    return changed;
  }

  #own(group: string): GroupMemberInfo {
    const own = this.#of(group).members.find(({ isOwn }) => isOwn);
    if (own === undefined) throw new MessengerError("GROUP_NOT_JOINED", "not a member");
    return own;
  }

  /** Forgets all lines of a group. @returns how many went. */
  clear(group: string): number {
    const before = this.messages.length;
    this.messages = this.messages.filter((each) => each.group !== group);
    return before - this.messages.length;
  }

  /** Changes a line. */
  rewrite(id: string, change: Partial<GroupMessageInfo>): GroupMessageInfo {
    const found = this.messages.find((each) => each.id === id);
    if (found === undefined) throw new MessengerError("MESSAGE_UNKNOWN", "no such message");
    const changed = { ...found, ...change };
    this.messages = this.messages.map((each) => (each === found ? changed : each));
    return changed;
  }

  #send({ group, text, id = "f".repeat(32), replyTo }: Methods["group.send"]["params"]): GroupMessageInfo {
    const author = this.#own(group);
    const answered = this.messages.find((each) => each.id === replyTo);
    const message: GroupMessageInfo = {
      ...{ id, group, chat: group, author, isOwn: true, text, sentAtMs: Date.now(), state: "queued" },
      ...(answered === undefined ? {} : { replyTo: quoteOf(answered) }),
    };
    this.messages = [...this.messages, message];
    return message;
  }
}

function quoteOf({ id, isOwn, author, text }: GroupMessageInfo): NonNullable<GroupMessageInfo["replyTo"]> {
  return { id, isOwn, author, text, state: "checked" };
}
