/** People as interfaces see them. */
import { accountToText, assessTrust } from "@kith/protocol";
import type { Contact } from "../client.ts";
import type { ContactRow } from "./contact-row.ts";

/** Characters of an account text in a name made from it: enough to tell apart in a list, never to compare by. */
const SHORT_ACCOUNT_CHARACTERS = 12;

/** A contact for an interface. */
export function contactView(row: ContactRow): Contact {
  const account = accountToText(row.account);
  const trust = assessTrust(row.trust);
  const shown =
    row.name ?? (row.handle === undefined ? `${account.slice(0, SHORT_ACCOUNT_CHARACTERS)}…` : `@${row.handle}`);
  const { name, about } = row.profile ?? {};
  return {
    account,
    name: shown,
    ...(row.handle === undefined ? {} : { handle: row.handle }),
    ...(row.formerHandle === undefined ? {} : { formerHandle: row.formerHandle }),
    trust: trust.state,
    isByInvite: trust.byInvite,
    ...(name === undefined ? {} : { claimedName: name }),
    ...(about === undefined ? {} : { about }),
    ...(row.picture?.isSet === true && row.relation === "accepted" ? { pictureId: row.picture.id } : {}),
    relation: row.relation,
    devices: row.devices.length,
    ...(row.isClassicalOnly === true ? { isClassicalOnly: true } : {}),
    ...(row.timer?.afterMs === undefined ? {} : { vanishAfterMs: row.timer.afterMs }),
  };
}
