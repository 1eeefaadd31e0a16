/** Going on with a person after what is known of them has changed: from now on the new chain is believed. */
import { type AccountId, assessTrust, type TrustEvent } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Acquaintance } from "../people/acquaintance.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { noteDevices } from "../people/device-changes.ts";
import { introducePerson } from "../people/introduce.ts";
import { heldChain } from "../people/take-chain.ts";
import { withTrust } from "../people/trust-event-shape.ts";
import type { Sender } from "../send/carrier.ts";
import { lookAt } from "./look-again.ts";

/** Changes, and the decision about them. */
const CHANGES: readonly TrustEvent["type"][] = ["chain-recovered", "chain-replaced", "handle-moved", "change-accepted"];

/** The parts of an engine that a decision needs. */
interface Parts {
  readonly core: Core;
  readonly sender: Sender;
  readonly acquaintance: Acquaintance;
}

/**
 * Notes that the person decided to go on: the new devices are believed, those that are gone are forgotten with their
 * sessions, and what they never got is encrypted for the new ones. Without a change to decide about nothing happens.
 * @throws MessengerError TRUST_EQUIVOCATED while the account shows two histories; CHAIN_UNREACHABLE when the new devices
 * could not be fetched yet.
 */
export async function decideChange({ core, sender, acquaintance }: Parts, account: AccountId): Promise<ContactRow> {
  const isMissing = core.people.contact(account)?.replaced === undefined;
  const isReached = isMissing && (await fetchChain({ core, acquaintance }, account));
  let committed: Promise<void> = Promise.resolve();
  const changed = await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    if (contact === undefined) throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
    const { state, isSendingBlocked } = assessTrust(contact.trust);
    if (!isSendingBlocked) return contact;
    if (state === "EQUIVOCATED") {
      throw new MessengerError("TRUST_EQUIVOCATED", "this account shows two histories; only its owner can mend it");
    }
    const draft = new Draft(core);
    if (lacksChain(contact, isReached)) {
      throw new MessengerError("CHAIN_UNREACHABLE", "their new devices could not be fetched; try again");
    }
    const decided = await goOn({ core, sender, draft }, contact);
    draft.tell({ type: "contact.changed", contact: contactView(decided) });
    committed = draft.commit();
    return decided;
  });
  await committed;
  for (const { row } of core.people.peersOf(account)) sender.outbox.kick(row.device);
  return changed;
}

/** Asks the boxes, then the directory: a device that has just come may have no box that is known. */
async function fetchChain({ core, acquaintance }: Omit<Parts, "sender">, account: AccountId): Promise<boolean> {
  const isReached = await acquaintance.chains.refresh(account, true);
  const contact = core.people.contact(account);
  if (contact === undefined || contact.replaced !== undefined) return isReached;
  return (await lookAt(core, acquaintance, contact)) !== null || isReached;
}

/**
 * Whether the chain to decide about has not been seen yet. A branch that had won may have lost since: then a box shows
 * the chain that is kept.
 */
function lacksChain({ trust, replaced }: ContactRow, isReached: boolean): boolean {
  const change = trust.findLast(({ type }) => CHANGES.includes(type))?.type;
  const needsChain = change === "chain-recovered" || (change === "chain-replaced" && !isReached);
  return needsChain && replaced === undefined;
}

async function goOn(
  { core, sender, draft }: Pick<Parts, "core" | "sender"> & { readonly draft: Draft },
  contact: ContactRow,
): Promise<ContactRow> {
  const { replaced, ...rest } = contact;
  const decision = { type: "change-accepted" as const, atMs: core.clock.nowMs() };
  const chain = heldChain(core, replaced?.chain ?? []);
  if (chain === null) {
    const decided: ContactRow = { ...rest, trust: withTrust(contact.trust, decision) };
    draft.add(core.people.setContact(decided));
    return decided;
  }
  const cards = replaced?.cards ?? [];
  const decided = introducePerson(core, draft, { chain, cards }, { relation: contact.relation, trust: [decision] });
  const told = { held: heldChain(core, contact.chain), isTold: contact.relation === "accepted" };
  await noteDevices({ core, sender }, draft, told, chain);
  return decided;
}
