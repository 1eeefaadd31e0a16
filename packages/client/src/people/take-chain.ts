/** What a chain that was seen anew changes of a known person: devices come and go, or the person has to decide. */
import { type ChainState, equalBytes, extendsChain, relateChains, rereadChain, type TrustEvent } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { Sender } from "../send/carrier.ts";
import type { ContactRow } from "./contact-row.ts";
import { noteDevices } from "./device-changes.ts";
import { addPeers, introducePerson, type KnownPerson } from "./introduce.ts";
import { withTrust } from "./trust-event-shape.ts";

/** The chain that is kept for a person; null while only a certificate of theirs is known. */
export function heldChain({ suite }: Pick<Core, "suite">, entries: readonly Uint8Array[]): ChainState | null {
  const chain = entries.length === 0 ? null : rereadChain(suite, entries);
  return chain?.ok ? chain.value : null;
}

/**
 * Takes over what a verified chain of a person says, or notes that they have to decide first; the caller holds their
 * lock. @returns the contact as it is now; null when there was nothing to learn.
 */
export async function takeChain(
  core: Core,
  sender: Sender,
  draft: Draft,
  { chain, cards }: KnownPerson,
): Promise<ContactRow | null> {
  const contact = core.people.contact(chain.account);
  if (contact === undefined) return null;
  const held = heldChain(core, contact.chain);
  if (contact.replaced !== undefined) return takeReplaced(core, draft, contact, { chain, cards });
  const relation = held === null ? "extended" : relateChains(core.suite, held, chain).type;
  if (held !== null && equalBytes(held.head.hash, chain.head.hash)) {
    // Nothing new in the chain: devices that have shown a certificate of a later one stay.
    addPeers(core, draft, { chain, cards });
    return contact;
  }
  // Of somebody who only shares a group nothing was believed that a person could decide about; the group has its own rules.
  const isUndecidable = contact.relation === "member" && (relation === "recovered" || relation === "fork-won");
  if (relation === "extended" || isUndecidable) {
    const changed = introducePerson(core, draft, { chain, cards }, { relation: contact.relation, trust: [] });
    const told = { held, isTold: contact.relation === "accepted" };
    await noteDevices({ core, sender }, draft, told, chain);
    return changed;
  }
  const type = eventOf(relation);
  return type === null ? null : warn(core, draft, contact, { type, replaced: { chain, cards } });
}

function eventOf(relation: ReturnType<typeof relateChains>["type"]): WarningType | null {
  switch (relation) {
    case "recovered":
      return "chain-recovered";
    case "fork-won":
      return "chain-replaced";
    case "equivocation":
      return "equivocation-seen";
    default:
      return null;
  }
}

type WarningType = Extract<TrustEvent["type"], "chain-recovered" | "chain-replaced" | "equivocation-seen">;

interface Warning {
  readonly type: WarningType;
  readonly replaced: KnownPerson;
}

/** What was believed stays until the person decides; an equivocation leaves nothing to decide for. */
function warn({ clock, people }: Core, draft: Draft, contact: ContactRow, { type, replaced }: Warning): ContactRow {
  const isNoted = contact.trust.at(-1)?.type === type;
  const trust = isNoted ? contact.trust : withTrust(contact.trust, { type, atMs: clock.nowMs() });
  const changed: ContactRow = { ...contact, trust, ...(type === "equivocation-seen" ? {} : kept(replaced)) };
  draft.add(people.setContact(changed));
  return changed;
}

function kept({ chain, cards }: KnownPerson): Pick<ContactRow, "replaced"> {
  return { replaced: { chain: chain.entries, cards: cards.map(({ device, boxes }) => ({ device, boxes })) } };
}

/** While a person has to decide, the chain to decide about may grow, or be replaced in turn. */
function takeReplaced(core: Core, draft: Draft, contact: ContactRow, person: KnownPerson): ContactRow | null {
  const pending = heldChain(core, contact.replaced?.chain ?? []);
  if (pending === null) return null;
  const { type } = relateChains(core.suite, pending, person.chain);
  const warning = eventOf(type);
  if (warning !== null) return warn(core, draft, contact, { type: warning, replaced: person });
  if (!extendsChain(pending, person.chain)) return null;
  const changed = { ...contact, ...kept(person) };
  draft.add(core.people.setContact(changed));
  return changed;
}
