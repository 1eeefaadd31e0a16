/** A proof that an account showed two histories, wherever it came from: judged here, and the contact warned about. */
import { speaksAgainst, verifyEquivocation } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { contactView } from "../people/contact-view.ts";
import { heldChain } from "../people/take-chain.ts";
import { withTrust } from "../people/trust-event-shape.ts";

/**
 * Stops sending to a contact whom a proof speaks against.
 * @returns false when the proof is not good, or speaks against nobody among the contacts.
 */
export async function noteEquivocation(core: Core, proof: Uint8Array): Promise<boolean> {
  const proven = await verifyEquivocation(core.suite, proof);
  if (!proven.ok) return false;
  const { account } = proven.value;
  return core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    const chain = contact === undefined ? null : heldChain(core, contact.chain);
    if (contact === undefined || chain === null || !speaksAgainst(core.suite, proven.value, chain)) return false;
    if (contact.trust.at(-1)?.type === "equivocation-seen") return true;
    const event = { type: "equivocation-seen" as const, atMs: core.clock.nowMs() };
    const changed = { ...contact, trust: withTrust(contact.trust, event) };
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    await draft.commit();
    return true;
  });
}
