/** Methods about this device's own account, as far as it is unlocked. */
import {
  accountToText,
  claimHandle as appendClaim,
  type ChainState,
  fitInvite,
  type Invite,
  inviteToText,
  parseHandle,
  parseInvite,
  plainProfile,
  type WrittenHandle,
} from "@kith/protocol";
import { sayOfHandle } from "../account/own-entry.ts";
import type { AccountStatus, Contact, LockSettings, Methods } from "../client.ts";
import { Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import { MessengerError } from "../messenger-error.ts";
import { contactView } from "../people/contact-view.ts";
import { checkText, sendText } from "../send/text.ts";
import type { Handlers } from "./handlers.ts";
import { acceptRequest } from "./people-methods.ts";

/** Words a person must show to prove that the list is written down. */
const WORDS_TO_CHECK = 3;

/** Life of an invite unless said otherwise, in ms. */
const INVITE_LIFE_MS = 7 * 24 * 3600 * 1000;

/** The account of a ready engine as interfaces see it. */
export function accountView(
  { core, publisher }: Pick<Engine, "core" | "publisher">,
  hasPin: boolean,
  eraseAfterTries: number | null,
): AccountStatus {
  const { handle } = core.account.chain;
  const {
    hasReadReceipts,
    hasTypingIndicators,
    hidesAddress,
    idleLockMs,
    locksWhenHidden,
    newChatTimerMs,
    profile,
    picture,
  } = core.settings;
  const lock: LockSettings = {
    ...(idleLockMs === undefined ? {} : { idleMs: idleLockMs }),
    ...(locksWhenHidden ? { whenHidden: true } : {}),
    ...(eraseAfterTries === null ? {} : { eraseAfterTries }),
  };
  return {
    state: "ready",
    account: accountToText(core.account.id),
    ...(handle === undefined
      ? {}
      : { handle: { ...ownHandle(core.account.chain, handle), publication: publisher.state } }),
    hasPin,
    ...(core.account.isRevoked ? { isRevoked: true } : {}),
    areWordsConfirmed: core.account.words === null,
    hasReadReceipts,
    hasTypingIndicators,
    ...(hidesAddress ? { isAddressHidden: true } : {}),
    ...(picture?.isSet === true ? { pictureId: String(picture.revision) } : {}),
    ...(profile === undefined ? {} : { profile: plainProfile(profile) as NonNullable<AccountStatus["profile"]> }),
    ...(newChatTimerMs === undefined ? {} : { newChatTimerMs }),
    ...(hasPin ? { lock } : {}),
    ...(core.contactBackup === null ? {} : { contactBackup: core.contactBackup.status }),
  };
}

/** The own handle, and whose claim of it was contested last. */
function ownHandle(
  { contest }: ChainState,
  { written }: WrittenHandle,
): Omit<NonNullable<AccountStatus["handle"]>, "publication"> {
  return contest?.written === written ? { written, contested: accountToText(contest.rival) } : { written };
}

/** A handle as its owner writes it. @throws MessengerError HANDLE_INVALID. */
export function checkHandle(input: string): string {
  const handle = parseHandle(input);
  if (handle.ok) return handle.value.written;
  throw new MessengerError("HANDLE_INVALID", "this is not an X handle", { details: { rule: handle.error.rule } });
}

/** Claims a handle on the chain and starts to publish it. @throws MessengerError HANDLE_INVALID, CHAIN_FULL. */
export async function claimHandle(engine: Engine, input: string): Promise<void> {
  const { core, publisher } = engine;
  const written = checkHandle(input);
  if (core.account.chain.handle?.written === written) return;
  await sayOfHandle(core, (chain, by) => appendClaim(core.suite, chain, { ...by, body: { written } }));
  void engine.tellChain();
  void publisher.refresh();
}

/** Proves that the words are written down and erases them here. @throws MessengerError WORDS_GONE or WORDS_WRONG. */
export async function confirmWords(
  { core }: Engine,
  checks: Methods["account.confirmWords"]["params"]["checks"],
): Promise<void> {
  const words = core.account.words;
  if (words === null) throw new MessengerError("WORDS_GONE", "the words were confirmed and erased before");
  const positions = new Set(checks.map((each) => each.position));
  const isRight = checks.every(({ position, word }) => words[position - 1] === word.trim().toLowerCase());
  if (positions.size < WORDS_TO_CHECK || !isRight) {
    throw new MessengerError("WORDS_WRONG", "these are not the right words", { details: { limit: WORDS_TO_CHECK } });
  }
  const draft = new Draft(core);
  draft.add(core.account.forgetWords());
  await draft.commit();
}

/** Words and invites. */
export function accountMethods(engine: Engine): Pick<Handlers, "account.words" | "invite.create" | "invite.join"> {
  return {
    "account.words": async () => ({ words: engine.core.account.words }),
    "invite.create": ({ expiresInMs = INVITE_LIFE_MS }) => createInvite(engine, expiresInMs),
    "invite.join": (params) => joinInvite(engine, params),
  };
}

async function createInvite(
  { core, boxes, invites }: Engine,
  expiresInMs: number,
): Promise<Methods["invite.create"]["result"]> {
  const nowMs = core.clock.nowMs();
  const expiresMs = Math.ceil((nowMs + expiresInMs) / 1000) * 1000;
  const secret = core.random(16);
  const draft = new Draft(core);
  draft.add(...invites.add(secret, expiresMs, nowMs));
  await draft.commit();
  // The relays must know the invite before anybody can use it.
  const places = await boxes.admit(await boxes.known());
  if (places.length === 0) throw new MessengerError("RELAY_NONE", "no relay keeps a box for you right now");
  const written = core.account.chain.handle?.written;
  const invite: Invite = { account: core.account.id, secret, boxes: places.slice(0, 3), written, expiresMs };
  return { text: inviteToText(fitInvite(invite)), expiresAtMs: expiresMs };
}

async function joinInvite(engine: Engine, { invite: input, text }: Methods["invite.join"]["params"]): Promise<Contact> {
  const { core, acquaintance } = engine;
  const invite = parseInvite(input, core.clock.nowMs());
  if (!invite.ok) {
    const isExpired = invite.error.code === "INVITE_EXPIRED";
    throw new MessengerError(invite.error.code, isExpired ? "this invite has expired" : "this is not a Kith invite");
  }
  if (text !== undefined) checkText(text, "request");
  const known = core.people.contact(invite.value.account);
  // Whoever asked us first gets an answer, not a request of ours.
  if (known?.relation === "requesting") await acceptRequest(engine, known.account);
  const contact = await acquaintance.join(invite.value);
  if (text !== undefined) await sendText(engine, contact.account, text);
  return contactView(core.people.contact(contact.account) ?? contact);
}
