/** Methods about people: looking up, asking, answering, blocking, forgetting. */
import {
  type AccountId,
  accountToText,
  assessTrust,
  normalHandle,
  parseHandle,
  safetyNumber,
  type TrustState,
  type VerifiedAccount,
} from "@kith/protocol";
import type { Candidate, Contact, LookupResult } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import { type Found, lookUpAccount, lookUpHandle } from "../directory/look-up.ts";
import type { Engine } from "../engine.ts";
import { viewMessages } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { forgetPerson } from "../people/forget.ts";
import { letIn } from "../people/let-in.ts";
import { withTrust } from "../people/trust-event-shape.ts";
import { readWho, requireContact } from "../people/who.ts";
import { queueControl } from "../send/compose.ts";
import { tellProfile } from "../send/profile.ts";
import { describeQueue } from "../send/seal.ts";
import { checkText, sendText } from "../send/text.ts";
import { beginTimer } from "../send/timer.ts";
import type { Handlers } from "./handlers.ts";

/** Answers of directory nodes below which a look-up is called weak. */
const QUORUM = 3;

/** Characters of a name given on this device. */
const MAX_NAME_CHARACTERS = 50;

/** Messages shown with a request. */
const REQUEST_MESSAGES = 3;

type PeopleHandlers = Pick<
  Handlers,
  Exclude<
    Extract<keyof Handlers, `contact.${string}` | `request.${string}` | "directory.lookup">,
    "contact.introduce" | "contact.trust" | "contact.askWitnesses" | "contact.post" | "contact.checkPost"
  >
>;

/** The methods over one engine. */
export function peopleMethods(engine: Engine): PeopleHandlers {
  const { core } = engine;
  const { people } = core;
  const change = (who: string, edit: (row: ContactRow) => ContactRow): Promise<Contact> =>
    changeContact(core, requireContact(people, who).account, edit);
  return {
    "directory.lookup": ({ handle }) => lookUp(core, handle),
    "contact.add": (params) => addContact(engine, params),
    "contact.list": async () => people.contacts().filter(isListed).map(contactView),
    async "contact.get"({ who }) {
      const row = requireContact(people, who);
      return { ...contactView(row), safetyNumber: safetyNumber(core.account.id, row.account) };
    },
    "contact.rename": ({ who, name }) => change(who, (row) => rename(row, name)),
    ...judgeMethods(engine),
    async "contact.block"({ who }) {
      // While the person can still be told.
      await engine.calls?.leave(requireContact(people, who).account);
      return change(who, (row) =>
        row.relation === "blocked" ? row : { ...row, relation: "blocked", relationBeforeBlock: row.relation },
      );
    },
    async "contact.unblock"({ who }) {
      const contact = await change(who, ({ relationBeforeBlock, ...row }) => ({
        ...row,
        relation: relationBeforeBlock ?? row.relation,
      }));
      for (const { row } of people.peersOf(requireContact(people, who).account)) {
        engine.sender.outbox.kick(row.device);
        engine.receipts.schedule(row.device);
      }
      return contact;
    },
    async "contact.delete"({ who }) {
      const { account } = requireContact(people, who);
      await engine.calls?.leave(account);
      await forgetPerson(engine, account);
      return { deleted: true };
    },
    ...requestMethods(engine),
  };
}

function requestMethods(engine: Engine): Pick<PeopleHandlers, Extract<keyof Handlers, `request.${string}`>> {
  const { core } = engine;
  return {
    "request.list": () => listRequests(engine),
    async "request.accept"({ who }) {
      const { account } = requireRequest(core, who);
      const accepted = await acceptRequest(engine, account);
      await engine.groups?.showInvitations(account);
      return accepted;
    },
    async "request.delete"({ who }) {
      await forgetPerson(engine, requireRequest(core, who).account);
      return { deleted: true };
    },
  };
}

function judgeMethods(engine: Engine): Pick<PeopleHandlers, "contact.verify" | "contact.acceptChange"> {
  const { core } = engine;
  const accountOf = (who: string): AccountId => requireContact(core.people, who).account;
  return {
    async "contact.verify"({ who, isVerified }) {
      const account = accountOf(who);
      // Comparing anew is also the decision to go on after a change.
      if (isVerified) await engine.decideChange(account);
      return changeContact(core, account, (row) => setVerified(core, row, isVerified));
    },
    async "contact.acceptChange"({ who }) {
      await engine.decideChange(accountOf(who));
      return contactView(requireContact(core.people, who));
    },
  };
}

function rename({ name: _old, ...row }: ContactRow, name: string): ContactRow {
  const trimmed = name.trim();
  if (trimmed.length > MAX_NAME_CHARACTERS) {
    throw new MessengerError("TEXT_TOO_LONG", "this name is too long", { details: { limit: MAX_NAME_CHARACTERS } });
  }
  return trimmed === "" ? row : { ...row, name: trimmed };
}

/** Notes or takes back that two people compared. */
function setVerified({ clock }: Core, row: ContactRow, isVerified: boolean): ContactRow {
  const isKnown = assessTrust(row.trust).state === "VERIFIED";
  if (isKnown === isVerified) return row;
  return { ...row, trust: withTrust(row.trust, { type: isVerified ? "compared" : "uncompared", atMs: clock.nowMs() }) };
}

/** Each is read in the person's lock: somebody who comes in meanwhile is known before what they wrote is kept. */
async function listRequests({ core, groups }: Engine): Promise<Awaited<ReturnType<PeopleHandlers["request.list"]>>> {
  const requesting = core.people.contacts().filter(isRequesting);
  const listed = await Promise.all(
    requesting.map(({ account }) =>
      core.lock.run(account, async () => {
        const row = core.people.contact(account);
        if (row === undefined || !isRequesting(row)) return [];
        const messages = await viewMessages(core, await core.messages.list(account, REQUEST_MESSAGES));
        return [{ contact: contactView(row), messages, groups: groups?.invitationsOf(account) ?? 0 }];
      }),
    ),
  );
  return listed.flat();
}

function isRequesting({ relation }: ContactRow): boolean {
  return relation === "requesting";
}

function isListed(row: ContactRow): boolean {
  return row.relation !== "requesting" && row.relation !== "member";
}

function requireRequest(core: Core, who: string): ContactRow {
  const row = requireContact(core.people, who);
  if (isRequesting(row)) return row;
  throw new MessengerError("REQUEST_GONE", "this person has no open request");
}

async function changeContact(core: Core, account: AccountId, edit: (row: ContactRow) => ContactRow): Promise<Contact> {
  return core.lock.run(account, async () => {
    const row = core.people.contact(account);
    if (row === undefined) throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
    const changed = edit(row);
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    await draft.commit();
    return contactView(changed);
  });
}

async function lookUp(core: Core, input: string): Promise<LookupResult> {
  const handle = parseHandle(input);
  if (!handle.ok) {
    throw new MessengerError("HANDLE_INVALID", "this is not an X handle", { details: { rule: handle.error.rule } });
  }
  const found = await lookUpHandle(core, handle.value.handle);
  const isConflict = found.people.length > 1;
  return {
    handle: handle.value.handle,
    asked: found.asked,
    isWeak: found.asked < QUORUM,
    isSuspect: found.isSuspect,
    candidates: found.people.map((person) => candidateView(core, person, isConflict)),
  };
}

function candidateView(core: Core, person: VerifiedAccount, isConflict: boolean): Candidate {
  const contact = core.people.contact(person.chain.account);
  const known = contact === undefined ? null : assessTrust(contact.trust).state;
  const claimed: TrustState = isConflict ? "CONFLICT" : "CLAIMED";
  return {
    account: accountToText(person.chain.account),
    handle: person.chain.handle?.written ?? "",
    trust: known === null || known === "NONE" ? claimed : known,
    claimedAtMs: person.claim?.issuedMs ?? 0,
    isContact: contact !== undefined && contact.relation === "accepted",
  };
}

async function addContact(
  engine: Engine,
  { who, text, name }: { who: string; text?: string; name?: string },
): Promise<Contact> {
  const { core } = engine;
  if (text !== undefined) checkText(text, "request");
  const meaning = readWho(core.people, who);
  if (meaning.type === "contact" && meaning.contact.relation === "accepted") {
    if (text !== undefined) await sendText(engine, meaning.contact.account, text);
    return contactView(meaning.contact);
  }
  if (meaning.type === "contact" && meaning.contact.relation === "requesting") {
    return acceptRequest(engine, meaning.contact.account);
  }
  if (meaning.type === "contact" && meaning.contact.relation === "member") {
    throw new MessengerError("NOT_ACCEPTED", "you share only a group: give each other an invite");
  }
  const person = await findPerson(core, who, meaning);
  if (person.chain.account === core.account.id) throw new MessengerError("WHO_SELF", "this is yourself");
  const contact = await engine.acquaintance.ask(person, name);
  if (text === undefined) await engine.acquaintance.sayHello(contact.account);
  else await sendText(engine, contact.account, text);
  return contactView(core.people.contact(contact.account) ?? contact);
}

async function findPerson(core: Core, who: string, meaning: ReturnType<typeof readWho>): Promise<VerifiedAccount> {
  const found: Found =
    meaning.type === "handle"
      ? await lookUpHandle(core, meaning.handle)
      : await lookUpAccount(core, meaning.type === "account" ? meaning.account : meaning.contact.account);
  const [person, rival] = found.people;
  if (rival !== undefined) {
    throw new MessengerError("HANDLE_CONFLICT", "several accounts claim this handle: add one by its account", {
      details: { actual: found.people.length },
    });
  }
  if (person !== undefined) return person;
  if (found.asked === 0) throw new MessengerError("RELAY_NONE", "there is nobody to ask yet");
  const isHandle = parseHandle(who).ok && normalHandle(who) !== "";
  throw new MessengerError("HANDLE_NOT_FOUND", isHandle ? "nobody was found under this handle" : "nobody was found", {
    details: { actual: found.asked },
  });
}

/** Lets a person in: they learn it with our queue, and their waiting receipts go out. */
export async function acceptRequest(engine: Engine, account: AccountId): Promise<Contact> {
  const { core, mailboxes, receipts, sender } = engine;
  let committed: Promise<void> = Promise.resolve();
  const accepted = await core.lock.run(account, async () => {
    const row = core.people.contact(account);
    if (row === undefined) throw new MessengerError("REQUEST_GONE", "this request is gone");
    const changed = letIn(core, row);
    const draft = new Draft(core);
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    for (const peer of core.people.peersOf(account)) {
      await queueControl(core, sender.outbox, draft, peer, { accepted: 1, queue: describeQueue(peer.row.ownQueue) });
    }
    draft.afterwards(() => {
      void beginTimer(engine, account);
      void tellProfile(engine, account);
    });
    committed = draft.commit();
    return changed;
  });
  await committed;
  for (const { row } of core.people.peersOf(account)) {
    void mailboxes.ensure(row.device);
    receipts.schedule(row.device);
  }
  return contactView(accepted);
}
