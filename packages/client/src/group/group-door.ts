/** What is said by and to those who come to a group by a link. */
import type { GroupMail } from "@kith/protocol";
import type { Draft } from "../core.ts";
import type { KnownGroup } from "./group-book.ts";
import type { GroupKnocks } from "./group-knocks.ts";
import type { GroupLinks } from "./group-links.ts";
import type { GroupMailer, Recipient } from "./group-mailer.ts";

interface Parts {
  readonly links: GroupLinks;
  readonly knocks: GroupKnocks;
  readonly mailer: GroupMailer;
}

/** A mail, who sent it, and what is known of its group. */
interface Arrival {
  readonly known: KnownGroup | undefined;
  readonly from: Recipient;
  readonly mail: GroupMail;
}

/**
 * Takes a mail that belongs to the door of a group; the caller holds the person's lock and commits the draft.
 * @returns no: it is for those inside · taken · else why it was not.
 */
export function takeAtDoor(
  { links, knocks, mailer }: Parts,
  draft: Draft,
  { known, from, mail }: Arrival,
): "no" | "taken" | "bad-knock" | "not-asked" {
  switch (mail.type) {
    case "knock":
      return known !== undefined && links.takeKnock(draft, mail.group, from, mail.token) ? "taken" : "bad-knock";
    case "open":
    case "door":
      return knocks.takeAnswer(draft, from, mail) ? "taken" : "not-asked";
    case "heads": {
      const letters = known === undefined ? knocks.askFor(mail.group, from, mail.heads) : [];
      if (letters.length > 0) draft.afterwards(() => void mailer.post(letters));
      return letters.length > 0 ? "taken" : "no";
    }
    default:
      return "no";
  }
}
