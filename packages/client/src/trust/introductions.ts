/**
 * What introductions are worth. An introduction counts while whoever made it is an accepted contact in state VERIFIED,
 * and has been without a change since they said it. What follows is recorded as events of the introduced person: one that
 * raises, and one that takes it back. Everything is worked out anew from what is kept, so nothing is lost with a crash.
 * @see docs/spec/04-directory.md (Introductions)
 */
import {
  type AccountId,
  assessTrust,
  compareHeads,
  equalBytes,
  type HeadHint,
  type IntroductionBody,
  type TrustEvent,
  viewContent,
} from "@kith/protocol";
import type { ClientEvent } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { heldChain } from "../people/take-chain.ts";
import { withTrust } from "../people/trust-event-shape.ts";

/** An introducer, and when they said it last, by this device's clock in ms. */
type Said = ReadonlyMap<AccountId, number>;

/** After one of these an account is somebody who has to be compared, and has to say it, anew. */
const CHANGES: ReadonlySet<TrustEvent["type"]> = new Set([
  "chain-recovered",
  "chain-replaced",
  "handle-moved",
  "change-accepted",
  "equivocation-seen",
]);

/** Brings what is recorded up to date, now and after everything that may change it; ends with the engine's events. */
export async function watchIntroductions({ core }: { readonly core: Core }): Promise<void> {
  let settledSeq = core.events.shownSeq;
  await settleIntroductions(core);
  for await (const event of core.events.read(settledSeq, new AbortController().signal)) {
    if (event.seq <= settledSeq || !isAbout(event)) continue;
    settledSeq = core.events.shownSeq;
    await settleIntroductions(core);
  }
}

function isAbout(event: ClientEvent): boolean {
  if (event.type === "message.received") return event.message.introduction !== undefined;
  return event.type === "contact.changed" || event.type === "contact.deleted";
}

async function settleIntroductions(core: Core): Promise<void> {
  const saidOf = new Map<AccountId, Map<AccountId, number>>();
  for (const introducer of core.people.contacts()) await gather(core, introducer, saidOf);
  for (const { account, trust } of core.people.contacts()) {
    const said = saidOf.get(account) ?? new Map<AccountId, number>();
    for (const event of trust) if (event.type === "introduced") noteLater(said, event.by, event.atMs);
    if (said.size > 0) await settle(core, account, said);
  }
}

/** What a contact's messages say of people who are known here. */
async function gather(
  core: Core,
  introducer: ContactRow,
  saidOf: Map<AccountId, Map<AccountId, number>>,
): Promise<void> {
  for (const id of introducer.introductions ?? []) {
    const row = await core.messages.find(introducer.account, "their", id);
    if (row === undefined || row.marks?.isDeleted === true) continue;
    const view = viewContent(row.content);
    if (!view.ok || view.value.type !== "introduction" || view.value.account === introducer.account) continue;
    if (!isOfChain(core, view.value)) continue;
    const said = saidOf.get(view.value.account) ?? new Map<AccountId, number>();
    noteLater(said, introducer.account, row.receivedAtMs ?? 0);
    saidOf.set(view.value.account, said);
  }
}

function noteLater(said: Map<AccountId, number>, by: AccountId, atMs: number): void {
  said.set(by, Math.max(atMs, said.get(by) ?? 0));
}

/** Whether the introducer saw the history of the account that is believed here, and no other. */
function isOfChain(core: Core, { account, head }: IntroductionBody): boolean {
  const chain = heldChain(core, core.people.contact(account)?.chain ?? []);
  return chain?.heads.some((each) => compareHeads(each, head) === 0 && isHashOf(head, each.hash)) ?? false;
}

function isHashOf({ hash }: HeadHint, full: Uint8Array): boolean {
  return equalBytes(hash, full.slice(0, hash.length));
}

async function settle(core: Core, account: AccountId, said: Said): Promise<void> {
  const known = core.people.contact(account);
  if (known === undefined || newEvents(core, known, said).length === 0) return;
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    const events = contact === undefined ? [] : newEvents(core, contact, said);
    if (contact === undefined || events.length === 0) return;
    const changed: ContactRow = { ...contact, trust: withTrust(contact.trust, ...events) };
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    await draft.commit();
  });
}

/** What is to be recorded so that exactly those introductions count that should. */
function newEvents(core: Core, contact: ContactRow, said: Said): readonly TrustEvent[] {
  const atMs = core.clock.nowMs();
  return [...said].flatMap(([by, saidAtMs]): readonly TrustEvent[] => {
    const counts = isBelieved(core.people.contact(by), saidAtMs) && !hasChangedSince(contact, saidAtMs);
    if (counts === isCounted(contact.trust, by)) return [];
    return [{ type: counts ? "introduced" : "introduction-gone", atMs, by }];
  });
}

function isBelieved(introducer: ContactRow | undefined, saidAtMs: number): boolean {
  if (introducer?.relation !== "accepted" || introducer.addedAtMs > saidAtMs) return false;
  return assessTrust(introducer.trust).state === "VERIFIED" && !hasChangedSince(introducer, saidAtMs);
}

function hasChangedSince({ trust }: ContactRow, sinceMs: number): boolean {
  return trust.some(({ type, atMs }) => atMs >= sinceMs && CHANGES.has(type));
}

/** Whether an introduction by this contact counts by what is recorded: a decision after a change begins anew. */
function isCounted(trust: readonly TrustEvent[], by: AccountId): boolean {
  const last = trust.findLast(
    (event) =>
      event.type === "change-accepted" ||
      ((event.type === "introduced" || event.type === "introduction-gone") && event.by === by),
  );
  return last?.type === "introduced";
}
