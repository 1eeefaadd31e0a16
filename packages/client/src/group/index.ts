/** Groups, for whoever wants them: given to the messenger as `openGroups`. */
import { groupMethods } from "./group-methods.ts";
import type { OpenGroups } from "./group-service.ts";
import { Groups } from "./groups.ts";

/** Opens the groups of an account. */
export const openGroups: OpenGroups = (parts) => {
  const groups = new Groups(parts);
  return {
    handlers: groupMethods(groups),
    refused: groups.inbox.refused,
    logOf: (group) => groups.book.get(group)?.log,
    load: () => groups.load(),
    take: (draft, peer, content) => groups.take(draft, peer, content),
    standingOf: (account, token) => groups.standingOf(account, token),
    invitationsOf: (account) => groups.invitations.countOf(account),
    showInvitations: (account) => groups.letIn(account),
    wake: () => groups.wake(),
    catchUp: () => groups.catchUp(),
    stop: () => groups.stop(),
  };
};
