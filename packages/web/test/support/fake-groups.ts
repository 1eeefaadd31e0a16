/** The groups of a made-up account. */
import { type GroupInfo, type GroupMessageInfo, MessengerError, type MethodName, type Methods } from "@kith/client";

type GroupMethod = Extract<MethodName, `group.${string}`>;
type GroupHandlers = { [M in GroupMethod]: (params: Methods[M]["params"]) => Methods[M]["result"] };

/** What a test may set before or while a page is open. */
export class FakeGroups {
  list: GroupInfo[] = [];
  messages: GroupMessageInfo[] = [];

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
      "group.setRole": ({ group, who, role }) => {
        const { members } = this.#of(group);
        return this.#change(group, {
          members: members.map((each) => (each.account === who ? { ...each, role } : each)),
        });
      },
      "group.rename": ({ group, name }) => this.#change(group, { name }),
      "group.send": (params) => this.#send(params),
      "group.messages": ({ group }) => this.messages.filter((each) => each.group === group),
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

  #send({ group, text, id = "f".repeat(32) }: Methods["group.send"]["params"]): GroupMessageInfo {
    const own = this.#of(group).members.find(({ isOwn }) => isOwn);
    if (own === undefined) throw new MessengerError("GROUP_NOT_JOINED", "not a member");
    const message: GroupMessageInfo = { id, group, author: own, text, sentAtMs: Date.now(), state: "queued" };
    this.messages = [...this.messages, message];
    return message;
  }
}
