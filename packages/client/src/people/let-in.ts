/** The moment a chat begins: both people have let each other in. */
import type { Core } from "../core.ts";
import type { ContactRow } from "./contact-row.ts";

/** The contact once both have accepted; a chat in which no timer was said yet is to begin with the one chosen here. */
export function letIn({ settings }: Pick<Core, "settings">, row: ContactRow): ContactRow {
  const accepted: ContactRow = { ...row, relation: "accepted" };
  const openingTimerMs = settings.newChatTimerMs;
  const isBegun = row.relation === "accepted" || row.timer !== undefined;
  return isBegun || openingTimerMs === undefined ? accepted : { ...accepted, openingTimerMs };
}
