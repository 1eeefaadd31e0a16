/** Why a person is shown as they are: the recorded steps, for an interface. */
import { accountToText, assessTrust, type TrustEvent, type TrustStep, traceTrust } from "@kith/protocol";
import type { TrustHistory, TrustHistoryStep } from "../client.ts";
import type { Core } from "../core.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { heldChain } from "../people/take-chain.ts";

/** What is said of a contact, and the steps to it. */
export function trustHistory(core: Pick<Core, "suite">, row: ContactRow): TrustHistory {
  const contest = heldChain(core, row.chain)?.contest;
  const { sinceMs, isSendingBlocked, rivals } = assessTrust(row.trust);
  return {
    contact: contactView(row),
    ...(sinceMs === null ? {} : { sinceMs }),
    isSendingBlocked,
    rivals: rivals.map(accountToText),
    ...(contest === undefined
      ? {}
      : { contest: { handle: contest.written, account: accountToText(contest.rival), atMs: contest.atMs } }),
    steps: traceTrust(row.trust).map(viewStep),
  };
}

function viewStep({ event, state }: TrustStep): TrustHistoryStep {
  return { type: event.type, atMs: event.atMs, state, ...detailOf(event) };
}

function detailOf(event: TrustEvent): Pick<TrustHistoryStep, "other" | "from" | "postId" | "witnesses"> {
  switch (event.type) {
    case "introduced":
    case "introduction-gone":
      return { other: accountToText(event.by) };
    case "rival-seen":
    case "rival-gone":
      return { other: accountToText(event.account) };
    case "handle-moved":
      return { other: accountToText(event.to) };
    case "handle-changed":
      return { from: event.from };
    case "witnessed":
      return { witnesses: { agreed: event.agreed, asked: event.asked, sinceMs: event.sinceMs } };
    case "proof-seen":
    case "proof-gone":
      return { postId: event.postId };
    default:
      return {};
  }
}
