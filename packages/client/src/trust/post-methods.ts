/** Methods about the post on X that proves a handle: the own one, and those of others. */
import {
  type AccountId,
  assessTrust,
  type ExpectedPost,
  type Handle,
  isStatement,
  normalHandle,
  type PostId,
  parsePost,
  postStatement,
  postTimeMs,
  readPostAnswer,
  type TrustEvent,
} from "@kith/protocol";
import type { PostCheck, PostToCheck } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import { type Found, lookUpAccount, lookUpHandle } from "../directory/look-up.ts";
import type { Extras, Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { heldChain } from "../people/take-chain.ts";
import { withTrust } from "../people/trust-event-shape.ts";
import { requireContact } from "../people/who.ts";
import type { FetchPost } from "./post-source.ts";

/** Makes the methods. @param fetchPost absent in pages, where the person compares by pasting the text of the post. */
export function postMethods(fetchPost?: FetchPost): Extras {
  return (inside) => ({
    "account.proof": async () => ownProof(inside),
    async "account.setProof"({ post }) {
      await setOwnProof(inside, post);
      return inside.status();
    },
    async "contact.post"({ who }) {
      const { core } = inside.engine();
      return { ...(await findPost(core, requireContact(core.people, who))), canFetch: fetchPost !== undefined };
    },
    "contact.checkPost": (params) => checkPost(inside.engine().core, params, fetchPost),
  });
}

function ownProof(inside: Inside): { statement: string; post?: string } {
  const { core } = inside.engine();
  const statement = postStatement(core.suite, core.account.chain);
  if (statement === null) throw new MessengerError("HANDLE_NONE", "this account has no handle to prove");
  const post = core.account.proofPost;
  return post === undefined ? { statement } : { statement, post };
}

async function setOwnProof(inside: Inside, input: string | undefined): Promise<void> {
  const { core, publisher } = inside.engine();
  ownProof(inside);
  const post = input === undefined ? undefined : requirePost(input);
  if (post === core.account.proofPost) return;
  const draft = new Draft(core);
  draft.add(core.account.setProof(post));
  await draft.commit();
  void publisher.refresh();
}

function requirePost(input: string): PostId {
  const post = parsePost(input);
  if (post !== null) return post;
  throw new MessengerError("POST_INVALID", "this is no link to a post on X");
}

/** What to look for: the statement of the chain that is believed, and the post that the newest claim names. */
async function findPost(core: Core, contact: ContactRow): Promise<Omit<PostToCheck, "canFetch">> {
  const chain = heldChain(core, contact.chain);
  const statement = chain === null ? null : postStatement(core.suite, chain);
  if (chain?.handle === undefined || statement === null) {
    throw new MessengerError("HANDLE_NONE", "this person claims no handle");
  }
  const { handle } = chain.handle;
  const own = (found: Found) => found.people.find(({ chain: { account } }) => account === contact.account)?.claim;
  const claim = own(await lookUpHandle(core, handle)) ?? own(await lookUpAccount(core, contact.account));
  const post = claim?.proof.type === "x-post" ? claim.proof.postId : undefined;
  return { handle, statement, ...(post === undefined ? {} : { post, postedAtMs: postTimeMs(post) }) };
}

async function checkPost(
  core: Core,
  { who, post: given, text }: { who: string; post?: string; text?: string },
  fetchPost: FetchPost | undefined,
): Promise<{ state: PostCheck; contact: ReturnType<typeof contactView> }> {
  const contact = requireContact(core.people, who);
  const found = await findPost(core, contact);
  const post = given === undefined ? (found.post as PostId | undefined) : requirePost(given);
  if (post === undefined) return { state: "no-post", contact: contactView(contact) };
  const expected = { handle: normalHandle(found.handle), post, statement: found.statement };
  const state = text === undefined ? await ask(expected, fetchPost) : compare(expected, text);
  const noted = await noteCheck(core, contact, state, expected);
  if (state === "seen") await noteMoved(core, contact.account, expected.handle);
  return { state, contact: noted };
}

/** The handle proves this account: other contacts who are pinned under it have to be decided about. */
async function noteMoved(core: Core, to: AccountId, handle: string): Promise<void> {
  const isPinned = (row: ContactRow): boolean => row.handle !== undefined && normalHandle(row.handle) === handle;
  const others = core.people.contacts().filter((row) => row.account !== to && row.relation === "accepted");
  for (const { account } of others.filter(isPinned)) {
    await core.lock.run(account, async () => {
      const row = core.people.contact(account);
      if (row === undefined || row.trust.some((event) => event.type === "handle-moved" && event.to === to)) return;
      const event = { type: "handle-moved" as const, atMs: core.clock.nowMs(), to };
      const changed = { ...row, trust: withTrust(row.trust, event) };
      const draft = new Draft(core);
      draft.add(core.people.setContact(changed));
      draft.tell({ type: "contact.changed", contact: contactView(changed) });
      await draft.commit();
    });
  }
}

function compare({ statement }: ExpectedPost, text: string): PostCheck {
  return isStatement(text, statement) ? "seen" : "no-statement";
}

async function ask(expected: ExpectedPost, fetchPost: FetchPost | undefined): Promise<PostCheck> {
  if (fetchPost === undefined) throw new MessengerError("METHOD_UNKNOWN", "here only the text of a post is compared");
  const answer = await fetchPost(expected.handle as Handle, expected.post);
  return answer.type === "answer" ? readPostAnswer(answer.body, expected) : answer.type;
}

/** A post that was seen raises; one that is gone, or shows something else now, takes back what it had proven. */
async function noteCheck(
  core: Core,
  { account }: ContactRow,
  state: PostCheck,
  { post: postId }: ExpectedPost,
): Promise<ReturnType<typeof contactView>> {
  return core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    if (contact === undefined) throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
    const changed = withCheck(contact, state, { postId, atMs: core.clock.nowMs() });
    if (changed === contact) return contactView(contact);
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    await draft.commit();
    return contactView(changed);
  });
}

function withCheck(
  contact: ContactRow,
  state: PostCheck,
  about: { readonly postId: PostId; readonly atMs: number },
): ContactRow {
  if (state === "unreachable" || state === "no-post") return contact;
  const type = state === "seen" ? ("proof-seen" as const) : ("proof-gone" as const);
  const isProven = contact.trust.findLast(isAboutProof)?.type === "proof-seen";
  if (type === "proof-gone" && !isProven) return contact;
  if (type === "proof-seen" && isProven && assessTrust(contact.trust).state === "PROOF_SEEN") return contact;
  return { ...contact, trust: withTrust(contact.trust, { type, ...about }) };
}

function isAboutProof({ type }: TrustEvent): boolean {
  return type === "proof-seen" || type === "proof-gone" || type === "handle-changed" || type === "change-accepted";
}
