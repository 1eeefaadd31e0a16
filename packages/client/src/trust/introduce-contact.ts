/** Introduces one contact to another: a message that names the account as it is known here. */
import { assessTrust, type ContentId, introductionContent, toHeadRef } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { MessengerError } from "../messenger-error.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { requireContact } from "../people/who.ts";
import type { Sender } from "../send/carrier.ts";
import { requireAccepted, sendContent } from "../send/compose.ts";

/** Who is introduced to whom. */
interface Introduction {
  readonly who: string;
  readonly to: string;
  readonly id?: ContentId | undefined;
}

/**
 * Queues the introduction; the same id again changes nothing. Both are accepted people whose accounts are not in question.
 * @throws MessengerError as `requireAccepted` for either, WHO_SELF, HANDLE_NONE.
 */
export async function introduceContact(
  { core, sender }: { readonly core: Core; readonly sender: Sender },
  { who, to, id }: Introduction,
): Promise<MessageRow> {
  const receiver = requireAccepted(core, requireContact(core.people, to).account);
  const person = requireAccepted(core, requireContact(core.people, who).account);
  if (person.account === receiver.account) throw new MessengerError("WHO_SELF", "nobody is introduced to themselves");
  const { head } = person;
  // The directory holds accounts under their handles: without one the receiver could not ask to be let in.
  if (person.handle === undefined || head === undefined) {
    throw new MessengerError("HANDLE_NONE", "this person has no handle, so nobody could find them");
  }
  const { epoch, seq, hash16 } = toHeadRef(head);
  const body = { account: person.account, head: { epoch, seq, hash: hash16 }, ...provenHandle(person) };
  return sendContent(
    core,
    sender.outbox,
    receiver.account,
    (contentHead) => introductionContent(contentHead, body),
    id,
  );
}

/** What others merely claim is not passed on: the receiver sees the claim by themselves. */
function provenHandle({ handle, trust }: ContactRow): { readonly handle?: string | undefined } {
  const { state } = assessTrust(trust);
  return state === "PROOF_SEEN" || state === "VERIFIED" ? { handle } : {};
}
