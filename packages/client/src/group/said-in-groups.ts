/** What is said in groups, for the search. */
import { type GroupId, plainGroupName } from "@kith/protocol";
import type { GroupSource } from "../search/group-source.ts";
import { namedGroup } from "./group-names.ts";
import { isSaid } from "./group-row.ts";
import { lineView } from "./group-view.ts";
import type { Groups } from "./groups.ts";

/** The lines of one account's groups. */
export function saidInGroups(groups: Groups): GroupSource {
  const { book, messages } = groups;
  const nameOf = (group: GroupId): string => plainGroupName(groups.require(group).log.state.name.text);
  return {
    groups: () => book.all().map(({ row }) => row.group),
    isShown: (group) => (book.get(group)?.row.standing ?? "invited") !== "invited",
    named: (name) => namedGroup(groups, name).row.group,
    nameOf,
    key: (group) => book.key(group),
    async list(group, limit, before) {
      let edge: Parameters<typeof messages.list>[2] = before;
      // A page may hold nothing but operations.
      for (;;) {
        const page = await messages.list(group, limit, edge);
        const said = page.filter(isSaid);
        if (said.length > 0 || page[0] === undefined) return said;
        edge = page[0];
      }
    },
    find: (author, id) => messages.find(author, id),
    placeOf: (author, id) => messages.placeOf(author, id),
    at: ({ group, orderMs }) => messages.at(group, orderMs),
    async view(row) {
      const { group } = row;
      return { group: { group, name: nameOf(group) }, message: await lineView(groups, row) };
    },
    clear: async (group) => (await import("./clear-group.ts")).clearGroup(groups, group),
  };
}
