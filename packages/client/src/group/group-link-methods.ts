/** The methods about invite links of groups. */
import { type GroupId, guestOf, parseGroupInvite, plainGroupName } from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import type { GroupKnockInfo } from "./group-info.ts";
import type { KnockRow } from "./group-link-row.ts";
import { anyone, isNamed, namedGroup } from "./group-names.ts";
import type { GroupHandlers } from "./group-service.ts";
import { groupView, personView } from "./group-view.ts";
import type { Groups } from "./groups.ts";

type LinkMethod = "link" | "setLink" | "letIn" | "knock" | "knocks" | "giveUp";

/** The methods over the groups of one account. */
export function groupLinkMethods(groups: Groups): Pick<GroupHandlers, `group.${LinkMethod}`> {
  const { links, knocks } = groups;
  return {
    "group.link": async ({ group }) => ({ text: await links.textOf(namedGroup(groups, group)) }),
    async "group.setLink"({ group: name, isOn, needsApproval = false }) {
      const { group } = namedGroup(groups, name).row;
      await (isOn ? links.open(group, needsApproval) : links.close(group));
      return { text: await links.textOf(groups.require(group)) };
    },
    async "group.letIn"({ group: name, who }) {
      const { row, log } = namedGroup(groups, name);
      const account = anyone(groups, who);
      if (guestOf(log.state, account)?.waiting === undefined) {
        throw new MessengerError("GROUP_REFUSED", "this person does not wait to be let in", {
          details: { rule: "not-there" },
        });
      }
      await groups.act(row.group, { type: "add", account, role: "member" });
      return groupView(groups, groups.require(row.group));
    },
    "group.knock": ({ link }) => knock(groups, link),
    "group.knocks": async () => knocks.all().map((row) => knockView(groups, row)),
    async "group.giveUp"({ group: name }) {
      const [found, other] = knocks.all().filter(({ group, name: called }) => isNamed(name, group, called));
      if (other !== undefined) throw new MessengerError("GROUP_AMBIGUOUS", "more than one group fits");
      if (found === undefined) throw new MessengerError("GROUP_UNKNOWN", "no such group was asked");
      await knocks.giveUp(found.group);
      return { isGivenUp: true };
    },
  };
}

async function knock(groups: Groups, link: string): Promise<GroupKnockInfo> {
  const invite = parseGroupInvite(link);
  if (!invite.ok) throw new MessengerError("GROUP_LINK_MALFORMED", "this is not the link of a group");
  const { group } = invite.value;
  const standing = groups.book.get(group)?.row.standing;
  // Who is asked already needs nobody's leave.
  if (standing === "invited") await groups.join(group);
  if (standing === "invited" || standing === "joined") {
    const row = { ...invite.value, askedAtMs: groups.core.clock.nowMs(), state: "asking" as const };
    return { ...knockView(groups, row), state: "joined" };
  }
  return knockView(groups, await groups.knocks.ask(invite.value));
}

function knockView({ core }: Groups, row: KnockRow & { readonly group: GroupId }): GroupKnockInfo {
  return {
    group: row.group,
    name: plainGroupName(row.name),
    host: personView(core, row.account),
    needsApproval: row.needsApproval === true,
    askedAtMs: row.askedAtMs,
    state: row.state,
  };
}
