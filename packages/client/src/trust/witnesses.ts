/** Asks one's own relays what they have seen of a person: alike, another chain, or two histories. */
import {
  type AccountId,
  assessTrust,
  checkWitness,
  countWitnesses,
  type DirectoryResponse,
  decodeDirectoryResponse,
  encodeAccountRecord,
  encodeDirectoryRequest,
  type RelayRef,
  relateChains,
  type TrustEvent,
  type VerifiedAccount,
  verifyChain,
  type WitnessCount,
  type WitnessStatement,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Acquaintance } from "../people/acquaintance.ts";
import { contactView } from "../people/contact-view.ts";
import { heldChain } from "../people/take-chain.ts";
import { withTrust } from "../people/trust-event-shape.ts";
import { noteEquivocation } from "./equivocation.ts";

/** Time one relay gets to look into its ledger, in ms. */
const ASK_TIMEOUT_MS = 10_000;

/** Relays asked side by side: one's own, never those that the person names. */
const MAX_ASKED = 3;

/** How many relays answered, and how many of them have seen the same and nothing else. */
export interface Witnesses {
  readonly asked: number;
  readonly agreed: number;
}

/** Asks about a person as the directory shows them; what comes to light is recorded. */
export async function askWitnesses(
  core: Core,
  acquaintance: Acquaintance,
  person: VerifiedAccount,
): Promise<Witnesses> {
  const { claim, chain } = person;
  if (claim === undefined) return { asked: 0, agreed: 0 };
  const record = encodeAccountRecord({ claim: claim.encoded, chain: chain.entries, cards: [] });
  const relays = core.book.forLookups().slice(0, MAX_ASKED);
  const statements: WitnessStatement[] = [];
  let asked = 0;
  for (const [relay, answer] of await Promise.all(
    relays.map(async (each) => [each, await ask(core, each, record)] as const),
  )) {
    if (answer === null) continue;
    asked += 1;
    const statement = await judge(core, acquaintance, { person, relay, answer });
    if (statement !== null) statements.push(statement);
  }
  const count = countWitnesses(statements, asked);
  if (count !== null) await note(core, chain.account, count);
  return { asked, agreed: statements.length };
}

/** What a relay has to say; null when it did not answer, or would not. */
async function ask(core: Core, relay: RelayRef, record: Uint8Array): Promise<DirectoryResponse | null> {
  const channel = await core.network.open(relay, "directory", "once");
  if (!channel.ok) return null;
  const frame = await channel.value.request(encodeDirectoryRequest({ type: "witness", record }), ASK_TIMEOUT_MS);
  channel.value.close();
  const answer = frame.ok ? decodeDirectoryResponse(frame.value) : frame;
  if (!answer.ok) return null;
  return answer.value.type === "error" && answer.value.code !== "unseen" ? null : answer.value;
}

/** A statement that holds, or null; another chain, or a proof, is taken to where it is judged. */
async function judge(
  core: Core,
  acquaintance: Acquaintance,
  { person, relay, answer }: { person: VerifiedAccount; relay: RelayRef; answer: DirectoryResponse },
): Promise<WitnessStatement | null> {
  const { account, head } = person.chain;
  if (answer.type === "witnessed") {
    const { netId } = core.parameters;
    const subject = { netId, account, head, node: relay.relay, nowMs: core.clock.nowMs() };
    const checked = await checkWitness(core.suite, answer.statement, subject);
    return checked.ok ? checked.value : null;
  }
  if (answer.type === "other-chain") await takeOther(core, acquaintance, account, answer.chain);
  if (answer.type === "equivocation") await noteEquivocation(core, answer.proof);
  return null;
}

/** Another chain than the one that is believed goes the way of every chain; one that only goes on has its own ways. */
async function takeOther(
  core: Core,
  acquaintance: Acquaintance,
  account: AccountId,
  entries: readonly Uint8Array[],
): Promise<void> {
  const held = heldChain(core, core.people.contact(account)?.chain ?? []);
  const chain = await verifyChain(core.suite, entries, core.clock.nowMs(), held ?? undefined);
  if (!chain.ok || chain.value.account !== account || held === null) return;
  if (relateChains(core.suite, held, chain.value).type === "extended") return;
  await acquaintance.take({ chain: chain.value, cards: [] });
}

/** Recorded when it is new, or another number than before. */
async function note(core: Core, account: AccountId, count: WitnessCount): Promise<void> {
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    if (contact === undefined || isKnown(contact.trust, count)) return;
    const event = { type: "witnessed" as const, atMs: core.clock.nowMs(), ...count };
    const changed = { ...contact, trust: withTrust(contact.trust, event) };
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    await draft.commit();
  });
}

function isKnown(events: readonly TrustEvent[], count: WitnessCount): boolean {
  const last = events.findLast(({ type }) => ENDING.includes(type));
  if (assessTrust(events).isSendingBlocked) return true;
  return last?.type === "witnessed" && last.agreed === count.agreed && last.asked === count.asked;
}

/** What was witnessed counts until one of these. */
const ENDING: readonly TrustEvent["type"][] = ["witnessed", "handle-changed", "change-accepted"];
