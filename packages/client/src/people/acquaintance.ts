/** Getting to know people: by invite, by handle or account, and what is new in their chains. */
import {
  type AccountId,
  admitToken,
  type BoxRef,
  checkCard,
  checkCardAgainstChain,
  compareHeads,
  type DeviceId,
  type HeadHint,
  type Invite,
  type RelayResponse,
  type VerifiedAccount,
  verifyBundleHead,
  verifyChain,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Mailboxes } from "../receive/mailboxes.ts";
import { earnAccess } from "../relay/work.ts";
import type { FetchedBundle } from "../send/bundles.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import { ChainWatch } from "./chain-watch.ts";
import type { ContactRow, PeerRow } from "./contact-row.ts";
import { contactView } from "./contact-view.ts";
import { type Introduction, introducePerson, type KnownPerson } from "./introduce.ts";
import type { Peer } from "./people.ts";
import { heldChain, takeChain } from "./take-chain.ts";

/** How long joining waits for a first queue of ours before it goes on, in ms; the queue is told later then. */
const QUEUE_WAIT_MS = 8000;

/** What a box told about a person, verified. */
interface BoxAnswer extends KnownPerson {
  readonly device: DeviceId;
  readonly bundle: FetchedBundle;
}

/** A device and whose it is. */
export type PeerName = Pick<PeerRow, "account" | "device">;

function isReachable(peer: Peer | undefined): boolean {
  return peer !== undefined && (peer.session.current !== null || peer.row.boxes.length > 0);
}

/** Makes contacts and keeps their chains current. */
export class Acquaintance {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #mailboxes: Mailboxes;
  /** Keeps up with the chains of people who are known. */
  readonly chains: ChainWatch;

  constructor(core: Core, sender: Sender, mailboxes: Mailboxes) {
    this.#core = core;
    this.#sender = sender;
    this.#mailboxes = mailboxes;
    this.chains = new ChainWatch(core.clock, (account) => this.#look(account));
  }

  /** Joins by invite: fetches the person from a box, then asks to be let in, showing the invite's tokens. */
  async join(invite: Invite): Promise<ContactRow> {
    const core = this.#core;
    if (invite.account === core.account.id) throw new MessengerError("INVITE_OWN", "this invite is your own");
    const known = core.people.contact(invite.account);
    if (known?.relation === "accepted") return known;
    const answer = await this.#askInvited(invite);
    await this.#learnRelays(invite);
    const contact = await this.#introduce(answer, {
      relation: "requested",
      trust: [{ type: "invited", atMs: core.clock.nowMs() }],
      inviteSecret: invite.secret,
    });
    this.#sender.bundles.keep(answer.device, answer.bundle);
    await this.#makeQueue(answer.device, invite, answer.bundle.box);
    await this.#sender.bundles.start(this.#sender.outbox, answer.device, answer.bundle);
    await this.sayHello(invite.account);
    return contact;
  }

  /**
   * Makes a device known of somebody who shares a group with us and may be a stranger.
   * @returns whether it can be reached: a session with it can be had, or one of the boxes was its own.
   */
  async meet({ account, device }: PeerName, boxes: readonly BoxRef[]): Promise<boolean> {
    const { people } = this.#core;
    if (isReachable(people.peer(device))) return true;
    for (const box of boxes) {
      const answer = await this.#askBox(account, box, null);
      if (answer === null || typeof answer === "string" || answer.device !== device) continue;
      // What is believed of somebody who is known changes as with everything else that is seen of their chain.
      if (people.peersOf(account).length > 0) await this.take(answer);
      else await this.#introduce(answer, { relation: people.contact(account)?.relation ?? "member", trust: [] });
      if (people.peer(device) === undefined) continue;
      this.#sender.bundles.keep(device, answer.bundle);
      await this.#makeQueue(device);
      return true;
    }
    return false;
  }

  /** Asks someone found in the directory to be let in. */
  async ask(person: VerifiedAccount, name?: string): Promise<ContactRow> {
    const core = this.#core;
    const contact = await this.#introduce(person, {
      relation: "requested",
      trust: [],
      name,
    });
    const devices = core.people.peersOf(contact.account);
    await Promise.all(devices.map(({ row }) => this.#makeQueue(row.device)));
    return contact;
  }

  /** A box of a device that is gone still gives the chain of then: the others are asked too. @returns the last head seen. */
  async #look(account: AccountId): Promise<HeadHint | null> {
    let found: HeadHint | null = null;
    const before = this.#core.people.contact(account)?.head;
    for (const peer of this.#core.people.peersOf(account)) {
      for (const box of peer.row.boxes) {
        const answer = await this.#askBox(account, box, null);
        if (answer === null || typeof answer === "string") continue;
        found = answer.chain.head;
        await this.take(answer);
        if (before === undefined || compareHeads(found, before) > 0) return found;
        break;
      }
    }
    return found;
  }

  /** Takes over what is new in a person's verified chain. */
  async take(person: KnownPerson): Promise<void> {
    const core = this.#core;
    const { account } = person.chain;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const draft = new Draft(core);
      const contact = await takeChain(core, this.#sender, draft, person);
      if (contact === null) return;
      draft.tell({ type: "contact.changed", contact: contactView(contact) });
      committed = draft.commit();
    });
    await committed;
  }

  async #askInvited(invite: Invite): Promise<BoxAnswer> {
    const token = admitToken(this.#core.suite, invite.secret);
    const tried: string[] = [];
    let isRefused = false;
    for (const box of invite.boxes) {
      const answer = await this.#askBox(invite.account, box, token);
      if (typeof answer === "object" && answer !== null) return answer;
      tried.push(...box.relay.addresses);
      isRefused ||= answer === "refused";
    }
    if (isRefused) throw new MessengerError("INVITE_REFUSED", "the relay no longer knows this invite");
    throw new MessengerError(
      "INVITE_UNREACHABLE",
      "nobody in this invite could be reached; one of you needs an open port or a relay",
      { details: { tried } },
    );
  }

  /** One box's answer, `refused` when the relay would not give it, null when there was none to believe. */
  async #askBox(account: AccountId, box: BoxRef, token: Uint8Array | null): Promise<BoxAnswer | "refused" | null> {
    const answer = await this.#core.pool.once(box.relay, async (session) => {
      const access =
        token === null
          ? await earnAccess(this.#core, session, { operation: "boxGet", box: box.boxId })
          : { type: "admit" as const, token };
      return session.call({ type: "boxGet", box: box.boxId, access }, "box");
    });
    if (!answer.ok) return answer.error.code === "relay" ? "refused" : null;
    return this.#believe(account, box, answer.value);
  }

  async #believe(
    account: AccountId,
    box: BoxRef,
    answer: Extract<RelayResponse, { type: "box" }>,
  ): Promise<BoxAnswer | null> {
    const { suite, clock } = this.#core;
    const nowMs = clock.nowMs();
    const held = heldChain(this.#core, this.#core.people.contact(account)?.chain ?? []);
    const chain = await verifyChain(suite, answer.chain, nowMs, held ?? undefined);
    const card = answer.card === undefined ? null : await checkCard(suite, answer.card, nowMs);
    if (!chain.ok || chain.value.account !== account || !card?.ok) return null;
    if (card.value.account !== account || !checkCardAgainstChain(card.value, chain.value).ok) return null;
    const { device } = card.value;
    const expected = { account, device, box: box.boxId, relay: box.relay.relay, nowMs };
    const head = await verifyBundleHead(suite, answer.head, expected);
    if (!head.ok) return null;
    return {
      chain: chain.value,
      cards: [card.value],
      device,
      bundle: { box, head: head.value, oneTime: answer.oneTime },
    };
  }

  async #introduce(person: KnownPerson, how: Introduction): Promise<ContactRow> {
    const core = this.#core;
    const { account } = person.chain;
    return core.lock.run(account, async () => {
      const known = core.people.contact(account);
      if (known?.relation === "blocked") throw new MessengerError("CONTACT_BLOCKED", "you blocked this person");
      // Whoever asked us first is answered by accepting, not by a second request.
      const relation =
        known?.relation === "accepted" || known?.relation === "requesting" ? known.relation : how.relation;
      const draft = new Draft(core);
      const contact = introducePerson(core, draft, person, { ...how, relation });
      draft.tell({ type: "contact.changed", contact: contactView(contact) });
      await draft.commit();
      return contact;
    });
  }

  async #learnRelays(invite: Invite): Promise<void> {
    const draft = new Draft(this.#core);
    const addedAtMs = this.#core.clock.nowMs();
    for (const { relay } of invite.boxes) {
      draft.add(...this.#core.book.add({ ref: relay, source: "invite", addedAtMs }));
    }
    await draft.commit();
  }

  /** Gives our queue a short while to exist, so that the request can already name it. */
  async #makeQueue(device: DeviceId, invite?: Invite, box?: BoxRef): Promise<void> {
    const token = invite && admitToken(this.#core.suite, invite.secret);
    const admit = token && box ? { relay: box.relay.relay, access: { type: "admit" as const, token } } : undefined;
    await Promise.race([
      this.#mailboxes.ensure(device, admit),
      new Promise<void>((resolve) => this.#core.clock.after(QUEUE_WAIT_MS, resolve)),
    ]);
  }

  /** Sends an empty request or control message to every device of a person. */
  async sayHello(account: AccountId): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const draft = new Draft(core);
      for (const peer of core.people.peersOf(account)) await queueControl(core, this.#sender.outbox, draft, peer, {});
      committed = draft.commit();
    });
    await committed;
  }
}
