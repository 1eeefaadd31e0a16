/** Asks the directory anew about people: whose account was started anew, and who else claims their handles. */
import { type AccountId, assessTrust, normalHandle, type TrustEvent } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { type Found, lookUpAccount, lookUpHandle } from "../directory/look-up.ts";
import type { Engine } from "../engine.ts";
import type { Acquaintance } from "../people/acquaintance.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { withTrust } from "../people/trust-event-shape.ts";
import { askWitnesses, type Witnesses } from "./witnesses.ts";

/** How often one person is asked about, in ms. */
const EVERY_MS = 24 * 3600 * 1000;

/** People asked about at one time: a few an hour, so that no relay sees the whole list at once. */
const AT_ONCE = 4;

/** Answers of directory nodes without which nobody is said to be gone. */
const QUORUM = 3;

/** Other accounts noted for one handle: a flood of claims must not fill a row. */
const MAX_RIVALS = 8;

/** Asks about those who were not asked about for a day, the longest first; ends where nobody answers. */
export async function lookAgain({ core, acquaintance }: Pick<Engine, "core" | "acquaintance">): Promise<void> {
  const nowMs = core.clock.nowMs();
  const since = ({ lookedAtMs, addedAtMs }: ContactRow): number => lookedAtMs ?? addedAtMs;
  const due = core.people
    .contacts()
    .filter((contact) => contact.relation === "accepted" && nowMs - since(contact) >= EVERY_MS)
    .sort((a, b) => since(a) - since(b));
  for (const contact of due.slice(0, AT_ONCE)) {
    if ((await lookAt(core, acquaintance, contact)) === null) return;
  }
}

/** Asks about one person and their witnesses, whatever is found is taken over; null when nobody answered. */
export async function lookAt(
  core: Core,
  acquaintance: Acquaintance,
  { account, handle }: ContactRow,
): Promise<Witnesses | null> {
  const byHandle = handle === undefined ? null : await lookUpHandle(core, normalHandle(handle));
  const own = (found: Found | null) => found?.people.find(({ chain }) => chain.account === account);
  // Whoever took another handle, or gave it up, is found by their account only.
  const byAccount = own(byHandle) === undefined ? await lookUpAccount(core, account) : null;
  const asked = Math.max(byHandle?.asked ?? 0, byAccount?.asked ?? 0);
  if (asked === 0) return null;
  const person = own(byHandle) ?? own(byAccount);
  if (person !== undefined) await acquaintance.take(person);
  await note(core, account, byHandle);
  return person === undefined ? { asked: 0, agreed: 0 } : await askWitnesses(core, acquaintance, person);
}

async function note(core: Core, account: AccountId, found: Found | null): Promise<void> {
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    if (contact === undefined) return;
    const events = found === null ? [] : rivalEvents(core, contact, found);
    const changed: ContactRow = {
      ...contact,
      lookedAtMs: core.clock.nowMs(),
      trust: withTrust(contact.trust, ...events),
    };
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    if (events.length > 0) draft.tell({ type: "contact.changed", contact: contactView(changed) });
    await draft.commit();
  });
}

/** Those who claim the handle now and did not before, and the other way round. */
function rivalEvents({ clock }: Core, contact: ContactRow, { people, asked, isSuspect }: Found): readonly TrustEvent[] {
  const atMs = clock.nowMs();
  const known = assessTrust(contact.trust).rivals;
  const claiming = people.map(({ chain }) => chain.account).filter((each) => each !== contact.account);
  const fresh = claiming.filter((each) => !known.includes(each)).slice(0, MAX_RIVALS - known.length);
  const gone = asked < QUORUM || isSuspect ? [] : known.filter((each) => !claiming.includes(each));
  return [
    ...gone.map((account) => ({ type: "rival-gone" as const, atMs, account })),
    ...fresh.map((account) => ({ type: "rival-seen" as const, atMs, account, rung: "CLAIMED" as const })),
  ];
}
