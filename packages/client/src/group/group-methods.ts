/** The methods about groups. */
import { type AccountId, type GroupId, plainGroupName } from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { requireAccepted } from "../send/compose.ts";
import { checkLife } from "../send/timer.ts";
import { groupLinkMethods } from "./group-link-methods.ts";
import { anyone, namedGroup, shownGroups } from "./group-names.ts";
import type { GroupHandlers } from "./group-service.ts";
import { groupTalkMethods } from "./group-talk-methods.ts";
import { groupView } from "./group-view.ts";
import type { Groups } from "./groups.ts";

/** The methods over the groups of one account. */
export function groupMethods(groups: Groups): GroupHandlers {
  const view = (group: GroupId) => groupView(groups, groups.require(group));
  const acting = async (name: string, act: (group: GroupId) => Promise<void>) => {
    const { group } = namedGroup(groups, name).row;
    await act(group);
    return view(group);
  };
  return {
    async "group.create"({ name, who }) {
      const accounts = [...new Set(who.map((each) => invitable(groups, each)))];
      return view(await groups.create(shownName(name), accounts));
    },
    async "group.list"() {
      return Promise.all(shownGroups(groups).map((each) => groupView(groups, each)));
    },
    "group.get": async ({ group }) => view(namedGroup(groups, group).row.group),
    "group.join": ({ group }) => acting(group, (id) => groups.join(id)),
    "group.leave": ({ group }) => acting(group, (id) => groups.leave(id)),
    "group.add": ({ group, who, role = "member", hasHistory = false }) =>
      acting(group, (id) => groups.add(id, invitable(groups, who), role, hasHistory)),
    "group.remove": ({ group, who, isBanned }) =>
      acting(group, (id) => {
        const account = anyone(groups, who);
        return groups.act(id, { type: "remove", account, ...(isBanned === true ? { isBanned } : {}) });
      }),
    "group.setRole": ({ group, who, role }) =>
      acting(group, (id) => groups.act(id, { type: "role", account: anyone(groups, who), role })),
    "group.rename": ({ group, name }) =>
      acting(group, (id) => groups.act(id, { type: "rename", name: shownName(name) })),
    "group.setTimer": ({ group, afterMs }) =>
      acting(group, async (id) => {
        checkLife(afterMs);
        if (groups.require(id).log.state.timer.vanishAfterMs === afterMs) return;
        await groups.act(id, { type: "timer", ...(afterMs === undefined ? {} : { vanishAfterMs: afterMs }) });
      }),
    "group.setPicture": ({ group, picture }) => acting(group, (id) => groups.setPicture(id, picture)),
    "group.picture": async ({ group }) => ({
      picture: await groups.pictures.read(namedGroup(groups, group).row.group),
    }),
    ...groupLinkMethods(groups),
    ...groupTalkMethods(groups),
  };
}

function shownName(name: string): string {
  const shown = plainGroupName(name);
  if (shown === "") throw new MessengerError("TEXT_EMPTY", "a group has a name");
  return shown;
}

/** Who may be asked: whoever has let us in, and whoever we ask to; it waits in their Requests then. */
function invitable({ core }: Groups, who: string): AccountId {
  const { account, relation } = requireContact(core.people, who);
  return relation === "requested" ? account : requireAccepted(core, account).account;
}
